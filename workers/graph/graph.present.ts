import type { DetectionId, PathStep, Verdict } from '../detections/types.ts';
import { iso, isoOrNull } from '../platform/clock.ts';
import type { AppUse, UseOfApp } from '../usage/last-use.repository.ts';
import type { IdentityDetail } from './identity-detail.ts';
import { HUMAN } from './kinds/kinds.store.ts';
import type { Attributes } from './model.ts';
import type { Neighbour, NodeDetail, NodeSummary } from './port.ts';
import { edgeText } from './privileges/edge-kinds.ts';

/** Attributes that are times: milliseconds inside, ISO 8601 outside. */
const TIMES: ReadonlySet<string> = new Set([
  'created',
  'activated',
  'statusChanged',
  'lastLogin',
  'passwordChanged',
  'lastUpdated',
  'lastMembershipUpdated',
]);

function presentAttributes(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      TIMES.has(key) && typeof value === 'number' ? iso(value) : value,
    ]),
  );
}

export function presentNode(node: NodeSummary) {
  return {
    id: node.id,
    kind: node.kind,
    name: node.name,
    source: node.sourceId,
    nativeId: node.nativeId,
    ...(node.tier ? { tier: node.tier } : {}),
    ...(node.criticality ? { criticality: node.criticality } : {}),
    since: iso(node.beganAt),
    attributes: presentAttributes(
      node.kind === 'external' ? { connected: false, ...node.attributes } : node.attributes,
    ),
  };
}

export function presentDetail(detail: NodeDetail) {
  return { node: presentNode(detail.node), out: detail.out.map(presentNeighbour), in: detail.in.map(presentNeighbour) };
}

export function presentUse({ lastUsedAt, users30d, signOns30d }: UseOfApp) {
  return { lastUsedAt: isoOrNull(lastUsedAt), users30d, signOns30d };
}

function presentNeighbour({ edge, node }: Neighbour) {
  return {
    kind: edge.kind,
    node: nodeRef(node),
    since: iso(edge.beganAt),
    by: edge.by,
    attributes: presentAttributes(edge.attributes),
  };
}

/** A step with what an attacker does with its edge, and what to do about it; null on the last. */
export function explained(step: PathStep) {
  const text = step.edge === null ? null : edgeText(step.edge);
  return { ...step, explanation: text?.explanation ?? null, remediation: text?.remediation ?? null };
}

export function nodeRef({ id, kind, name }: Pick<NodeSummary, 'id' | 'kind' | 'name'>) {
  return { id, kind, name };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function timeOf(value: unknown): string | null {
  return isoOrNull(typeof value === 'number' ? value : null);
}

export function presentIdentity(node: NodeSummary, openIssues: number, accounts: number) {
  const { login, email, status, department, title, lastLogin } = node.attributes;
  return {
    id: node.id,
    name: node.name,
    login: textOf(login),
    email: textOf(email),
    status: textOf(status) ?? 'UNKNOWN',
    tier: node.tier ?? ('none' as const),
    department: textOf(department),
    title: textOf(title),
    lastLoginAt: timeOf(lastLogin),
    source: node.sourceId,
    nativeId: node.nativeId,
    openIssues,
    accounts,
    kind: (node.is ?? HUMAN).kind,
    kindReasons: (node.is ?? HUMAN).reasons,
    kindSetBy: (node.is ?? HUMAN).setBy,
  };
}

/** `uses`: the use that the identity's accounts made of apps, by app. */
export function presentHoldings(detail: IdentityDetail, uses: ReadonlyMap<string, AppUse>) {
  return {
    accounts: detail.accounts.map(({ node, factors, link, directories }) => ({
      id: node.id,
      name: node.name,
      source: node.sourceId,
      nativeId: node.nativeId,
      status: textOf(node.attributes.status) ?? 'UNKNOWN',
      login: textOf(node.attributes.login),
      lastLoginAt: timeOf(node.attributes.lastLogin),
      passwordChangedAt: timeOf(node.attributes.passwordChanged),
      provider: textOf(node.attributes.provider),
      factors,
      directories,
      joined: link && { how: link.how, reason: link.reason, by: link.by, at: iso(link.at) },
    })),
    groups: detail.groups.map((group) => ({ ...group, since: iso(group.since) })),
    apps: detail.apps.map((app) => {
      const use = uses.get(app.id);
      return {
        ...app,
        since: iso(app.since),
        lastUsedAt: isoOrNull(use?.lastUsedAt),
        signOns30d: use?.signOns30d ?? 0,
      };
    }),
    roles: detail.roles.map((role) => ({ ...role, since: iso(role.since) })),
  };
}

const WORST_FIRST: Verdict['status'][] = ['fail', 'unknown', 'pass'];

/** What each detection says of an identity: the worst that it says of one of its accounts. */
export function presentVerdicts(verdicts: readonly { detection: DetectionId; verdict: Verdict }[]) {
  const worst = new Map<DetectionId, Verdict>();
  for (const { detection, verdict } of verdicts) {
    const known = worst.get(detection);
    if (!known || WORST_FIRST.indexOf(verdict.status) < WORST_FIRST.indexOf(known.status))
      worst.set(detection, verdict);
  }
  return [...worst].map(([detection, verdict]) => ({
    detection,
    status: verdict.status,
    ...(verdict.status === 'unknown' ? { reason: verdict.reason } : {}),
  }));
}
