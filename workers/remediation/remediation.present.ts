import { iso, isoOrNull } from '../platform/clock.ts';
import type { Remediation } from './remediations.repository.ts';
import type { MadePlan } from './request.ts';
import type { RemediationSettings } from './settings.ts';
import { readStored } from './stored.ts';

export function presentPlan({ plan, digest, planId, expiresAt }: MadePlan) {
  return { planId, digest, expiresAt: isoOrNull(expiresAt), possible: planId !== null, ...plan };
}

export function presentRemediation(row: Remediation) {
  const { plan, by } = readStored(row);
  return {
    id: row.id,
    action: plan.action,
    title: plan.title,
    status: row.status === 'planned' ? ('queued' as const) : row.status,
    source: plan.source,
    subject: plan.subject,
    object: plan.object,
    digest: row.digest,
    requestedBy: { id: by.id, name: by.name },
    confirmedAt: iso(row.confirmedAt ?? row.createdAt),
    endedAt: isoOrNull(row.endedAt),
    attempts: row.attempts,
    nextAttemptAt: isoOrNull(row.nextAttemptAt),
    problem: row.problem,
    advice: row.advice,
  };
}

export function presentDetail(row: Remediation) {
  const { plan, request, answers } = readStored(row);
  return { ...presentRemediation(row), request, plan, answers };
}

export function presentSettings({ enabled, updatedAt, updatedBy }: RemediationSettings) {
  return { enabled, updatedAt: isoOrNull(updatedAt), updatedBy };
}
