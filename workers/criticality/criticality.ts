import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import { graphOf } from '../graph/directory.ts';
import type { NodeSummary } from '../graph/port.ts';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { isTierZero } from './criticality.errors.ts';
import { getMarking, type Marking, removeMarking, setMarking } from './criticality.repository.ts';
import type { Criticality, LevelByHand } from './levels.ts';
import { type CriticalKind, criticalityByRule, suggestionFor } from './rule.ts';

/** Roles that something holds itself: a few. */
const MAX_ROLES = 200;

export interface CriticalityDetail extends Criticality {
  /** What a person said, also where the rule has the last word. */
  marking: Marking | null;
  /** What holds by rule. */
  rule: Criticality;
  /** Why it may be a crown jewel, as long as nobody has said anything. */
  suggestion: string | null;
}

const missing = (kind: CriticalKind) => notFound({ detail: `There is no such ${kind}.` });

async function nodeOf(deps: Deps, tenantId: string, kind: CriticalKind, id: string): Promise<NodeSummary> {
  const found = await graphOf(deps, tenantId).node(id, 0);
  if (found?.node.kind !== kind) throw missing(kind);
  return found.node;
}

async function ruleOf(deps: Deps, tenantId: string, node: NodeSummary): Promise<Criticality> {
  if (node.kind === 'role') return criticalityByRule(node, []);
  const held = await graphOf(deps, tenantId).edges({ kind: 'HOLDS_ROLE', from: node.id, limit: MAX_ROLES });
  return criticalityByRule(
    node,
    held.data.map(({ to }) => to),
  );
}

/** How critical an app, a group or a role is: tier zero by rule before what a person said before any other rule. */
export async function criticalityOf(
  deps: Deps,
  tenantId: string,
  kind: CriticalKind,
  id: string,
): Promise<CriticalityDetail> {
  return criticalityOfNode(deps, tenantId, await nodeOf(deps, tenantId, kind, id));
}

/** The same of a node that has been read. */
export async function criticalityOfNode(deps: Deps, tenantId: string, node: NodeSummary): Promise<CriticalityDetail> {
  const [rule, marking] = await Promise.all([ruleOf(deps, tenantId, node), getMarking(deps, tenantId, node.id)]);
  const own: Criticality | null = marking && {
    level: marking.level,
    source: 'person',
    reason: marking.note ?? `${marking.setBy} said so.`,
  };
  const suggestion = marking ? null : suggestionFor(node);
  return { ...(own && rule.level !== 'tier_zero' ? own : rule), marking, rule, suggestion };
}

/** Says by hand how critical something is. Throws `criticality.tier_zero` for what is tier zero by rule. */
export async function markCriticality(
  deps: Deps,
  tenantId: string,
  by: Principal,
  { kind, id, level, note }: { kind: CriticalKind; id: string; level: LevelByHand; note: string | null },
): Promise<CriticalityDetail> {
  const node = await nodeOf(deps, tenantId, kind, id);
  const rule = await ruleOf(deps, tenantId, node);
  if (rule.level === 'tier_zero') throw isTierZero({ detail: rule.reason });
  const before = await getMarking(deps, tenantId, id);
  if (before?.level !== level || before.note !== note) {
    // told before it is done: what fails in between is told again, and nothing is done untold
    await audit(deps, tenantId, by, {
      action: 'criticality.set',
      targetKind: kind,
      targetId: id,
      detail: { level, note, name: node.name },
    });
    await setMarking(deps, tenantId, { nodeId: id, level, note, setBy: by.name, setAt: deps.clock.now() });
  }
  return criticalityOfNode(deps, tenantId, node);
}

/** Forgets what was said by hand: the rule holds again. Also of something that is gone. */
export async function unmarkCriticality(
  deps: Deps,
  tenantId: string,
  by: Principal,
  { kind, id }: { kind: CriticalKind; id: string },
): Promise<void> {
  if (await getMarking(deps, tenantId, id)) {
    await audit(deps, tenantId, by, { action: 'criticality.cleared', targetKind: kind, targetId: id });
    await removeMarking(deps, tenantId, id);
  } else {
    await nodeOf(deps, tenantId, kind, id);
  }
}

export function presentCriticality({ marking, ...rest }: CriticalityDetail) {
  return { ...rest, marking: marking && presentMarking(marking) };
}

export function presentMarking({ level, note, setBy, setAt }: Marking) {
  return { level, note, by: setBy, at: iso(setAt) };
}
