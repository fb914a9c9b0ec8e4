import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Saying } from '../graph/criticality/said.store.ts';
import { graphOf } from '../graph/directory.ts';
import type { Graph, NodeSummary } from '../graph/port.ts';
import { settleVerdicts } from '../issues/settle.ts';
import { iso, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { isTierZero, tooManyMarkings } from './criticality.errors.ts';
import {
  countMarkings,
  getMarking,
  listMarkings,
  type Marking,
  removeMarking,
  setMarking,
} from './criticality.repository.ts';
import type { Criticality, LevelByHand } from './levels.ts';
import { CRITICAL_KINDS, type CriticalKind, LEVELLED_KINDS, suggestionFor } from './rule.ts';

/** Things of one tenant that people may say it of. */
export const MAX_MARKINGS = 5_000;
/** Rows read at a time to bring a graph to all of them. */
const RESTATED_AT_ONCE = 500;

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

/** How critical an app, a group or a role is: tier zero by rule, then a person, then a label, then any other rule. */
export async function criticalityOf(
  deps: Deps,
  tenantId: string,
  kind: CriticalKind,
  id: string,
): Promise<CriticalityDetail> {
  const node = await nodeOf(deps, tenantId, kind, id);
  const found = await criticalityOfNode(deps, tenantId, node);
  if (!found) throw missing(kind);
  return found;
}

/**
 * The same of any node that has been read, now or at a moment. Null for kinds that have no criticality. Who said it and
 * what is suggested is of the present.
 */
export async function criticalityOfNode(
  deps: Deps,
  tenantId: string,
  node: NodeSummary,
  asOf?: Millis,
): Promise<CriticalityDetail | null> {
  if (!LEVELLED_KINDS.has(node.kind)) return null;
  const graph = graphOf(deps, tenantId);
  const maySay = asOf === undefined && CRITICAL_KINDS.some((kind) => kind === node.kind);
  const [levels, marking] = await Promise.all([
    graph.levels([node.id], asOf),
    maySay ? getMarking(deps, tenantId, node.id) : null,
  ]);
  const found = levels.get(node.id);
  if (!found) return null;
  const suggestion = maySay && !marking && found.holds.source !== 'label' ? suggestionFor(node) : null;
  return { ...found.holds, marking, rule: found.rule, suggestion };
}

/** Says by hand how critical something is. Throws `criticality.tier_zero` for what is tier zero by rule. */
export async function markCriticality(
  deps: Deps,
  tenantId: string,
  by: Principal,
  { kind, id, level, note }: { kind: CriticalKind; id: string; level: LevelByHand; note: string | null },
): Promise<CriticalityDetail> {
  const node = await nodeOf(deps, tenantId, kind, id);
  const before = await criticalityOfNode(deps, tenantId, node);
  if (!before) throw missing(kind);
  if (before.rule.level === 'tier_zero') throw isTierZero({ detail: before.rule.reason });
  if (before.marking?.level !== level || before.marking.note !== note) {
    if (before.marking === null && (await countMarkings(deps, tenantId)) >= MAX_MARKINGS) {
      throw tooManyMarkings({ detail: `People may say it of ${MAX_MARKINGS} things. Take back some first.` });
    }
    // told before it is done: what fails in between is told again, and nothing is done untold
    await audit(deps, tenantId, by, {
      action: 'criticality.set',
      targetKind: kind,
      targetId: id,
      detail: { level, note, name: node.name },
    });
    await setMarking(deps, tenantId, { nodeId: id, level, note, setBy: by.name, setAt: deps.clock.now() });
  }
  await tellGraph(deps, tenantId, id);
  return criticalityOf(deps, tenantId, kind, id);
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
  await tellGraph(deps, tenantId, id);
}

/**
 * Brings the graph, and the issues that hang on it, to what is written of one node. Done with every request, so that
 * one that died half-way is completed by the next.
 */
async function tellGraph(deps: Deps, tenantId: string, id: string): Promise<void> {
  const marking = await getMarking(deps, tenantId, id);
  await graphOf(deps, tenantId).sayCriticality({
    by: 'person',
    sourceId: '',
    nodes: [id],
    said: marking ? [sayingOf(marking)] : [],
  });
  await settleVerdicts(deps, tenantId);
}

/** Brings a graph to everything that people said, whatever it missed. Returns the rows written: none as a rule. */
export async function restateMarkings(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  graph: Pick<Graph, 'sayCriticality'>,
): Promise<number> {
  const said: Saying[] = [];
  let cursor: string | undefined;
  do {
    const page = await listMarkings(deps, tenantId, { limit: RESTATED_AT_ONCE, cursor });
    said.push(...page.data.map(sayingOf));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return (await graph.sayCriticality({ by: 'person', sourceId: '', nodes: null, said })).rowsWritten;
}

function sayingOf({ nodeId, level, note, setBy }: Marking): Saying {
  return { nodeId, level, reason: note ?? `${setBy} said so.` };
}

export function presentCriticality({ marking, ...rest }: CriticalityDetail) {
  return { ...rest, marking: marking && presentMarking(marking) };
}

export function presentMarking({ level, note, setBy, setAt }: Marking) {
  return { level, note, by: setBy, at: iso(setAt) };
}
