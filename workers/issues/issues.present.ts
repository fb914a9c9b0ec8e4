import type { Principal } from '../auth/principal.ts';
import { detectionInfo } from '../detections/registry.ts';
import type { Facts } from '../detections/types.ts';
import { visiblePath } from '../graph/visible.ts';
import { eventsByIds } from '../inbox/events.repository.ts';
import { presentEvent } from '../inbox/inbox.present.ts';
import { deliveriesOfIssue } from '../outbound/deliveries.repository.ts';
import { presentDelivery } from '../outbound/delivery.ts';
import { iso, isoOrNull } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { Issue } from './issue.ts';
import { historyOf } from './issues.repository.ts';

/** An issue as the API shows it. */
export function presentIssue(issue: Issue) {
  return {
    id: issue.id,
    detection: issue.detection,
    title: issue.title,
    severity: issue.severity,
    status: issue.status,
    priority: issue.priority,
    subject: {
      kind: issue.subjectKind,
      id: issue.subjectId,
      source: issue.subjectSource,
      nativeId: issue.subjectNativeId,
      name: issue.subjectName,
    },
    identityId: issue.identityId,
    openedAt: iso(issue.openedAt),
    resolvedAt: isoOrNull(issue.resolvedAt),
    updatedAt: iso(issue.updatedAt),
    assignee: issue.assignee,
    dismissReason: issue.dismissReason,
  };
}

/** Words for an issue whose detection this version does not have any more. */
const RETIRED = {
  category: 'Retired',
  description: 'This version has no such detection any more.',
  riskAndImpact: 'See the evidence.',
  remediation: 'See the evidence.',
};

/** One issue with all that explains it to somebody: texts, priority, evidence, history, deliveries. */
export async function issueDetail(deps: Pick<Deps, 'evidence'>, tenantId: string, issue: Issue, principal: Principal) {
  const [events, history, deliveries] = await Promise.all([
    eventsByIds(deps, tenantId, issue.evidence.eventIds),
    historyOf(deps, tenantId, issue.id),
    deliveriesOfIssue(deps, tenantId, issue.id),
  ]);
  const { category, description, riskAndImpact, remediation } = detectionInfo(issue.detection) ?? RETIRED;
  const { facts, reach, unverified } = issue.evidence;
  return {
    ...presentIssue(issue),
    dismissNote: issue.dismissNote,
    category,
    description,
    riskAndImpact,
    remediation,
    priorityFactors: issue.priorityFactors,
    evidence: {
      facts: presentFacts(facts),
      events: events.map(presentEvent),
      reach: { ...reach, pathToTierZero: visiblePath(principal, reach.pathToTierZero) },
      unverified: unverified ? { reason: unverified.reason, since: iso(unverified.since) } : null,
    },
    history: history.map((entry) => ({ ...entry, at: iso(entry.at) })),
    deliveries: deliveries.map(presentDelivery),
  };
}

/** Facts with their times in ISO 8601. */
function presentFacts(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([label, value]) => [
      label,
      label.endsWith('At') && typeof value === 'number' ? iso(value) : value,
    ]),
  );
}
