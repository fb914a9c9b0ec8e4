import type { Millis } from '../platform/clock.ts';
import { type Changed, nothingChanged } from './changed.ts';
import { type EdgeEnd, type EdgeWrite, edgeKey, edgeWrite, endEdges, upsertEdges } from './edges.store.ts';
import { addSignals } from './facts.store.ts';
import { graphTooLarge } from './graph.errors.ts';
import { refuseAway } from './links/parcels.ts';
import { accountsOfDelta } from './links/placed.ts';
import { asJoined } from './links/ties.ts';
import { type GraphEdge, type GraphNode, nodeId } from './model.ts';
import { endNodes } from './nodes.end.ts';
import { ensureNodes, patchAccounts } from './nodes.events.ts';
import { readNodes } from './nodes.store.ts';
import { inKeyOrder, provenanceText } from './page.ts';
import type { Tx } from './tx.ts';
import type { GraphChange, GraphDelta } from './writes.ts';

/** Changes and signals of one delta, together. */
export const MAX_DELTA_ITEMS = 20_000;

type Of<Op extends GraphChange['op']> = Extract<GraphChange, { op: Op }>;

/**
 * Takes over what events say. The result does not depend on the order or the number of times in which changes come:
 * the latest by `at` wins, and of a beginning and an end at one moment the beginning (access is rather shown once too
 * often than missed). Throws `graph.too_large` beyond `MAX_DELTA_ITEMS`.
 */
export function applyDelta(tx: Tx, delta: GraphDelta, now: Millis): Changed {
  const items = delta.changes.length + delta.signals.length;
  if (items > MAX_DELTA_ITEMS) throw graphTooLarge({ detail: `A delta holds at most ${MAX_DELTA_ITEMS} items.` });
  refuseAway(tx, () => accountsOfDelta(delta));
  const changed = nothingChanged();
  const changes = joinedChanges(tx, delta.changes);
  const ensures = pick(changes, 'ensureNode').map(({ node, at, by }) => ({ node, at, by: provenanceText(by) }));
  ensureNodes(tx, ensures, changed);
  patchAccounts(
    tx,
    pick(changes, 'patchAccount').map(({ accountId, patch, at, by }) => ({
      accountId,
      patch: { ...patch },
      at,
      by: provenanceText(by),
    })),
    changed,
  );
  for (const round of edgeRounds(changes)) {
    upsertEdges(tx, inKeyOrder(round.upserts), 'event', changed);
    endEdges(tx, [...round.ends.values()], true, changed);
  }
  endNodes(
    tx,
    pick(changes, 'removeNode').map(({ nodeId: id, at, by }) => ({ id, at, by: provenanceText(by) })),
    changed,
  );
  ensureIdentities(
    tx,
    ensures.filter(({ node }) => node.kind === 'account').map(({ node }) => node.id),
    changed,
  );
  addSignals(tx, delta.signals, now, changed);
  return changed;
}

function pick<Op extends GraphChange['op']>(changes: GraphChange[], op: Op): Of<Op>[] {
  return changes.filter((change): change is Of<Op> => change.op === op);
}

/** Events know the identities of their source's own accounts only. */
function joinedChanges(tx: Tx, changes: GraphChange[]): GraphChange[] {
  const upserts = pick(changes, 'upsertEdge');
  const { nodes, edges } = asJoined(
    tx,
    pick(changes, 'ensureNode'),
    upserts.map(({ edge }) => edge),
  );
  const kept = new Set<GraphChange>(nodes);
  const rewritten = new Map<GraphChange, GraphEdge>();
  upserts.forEach((change, place) => {
    const edge = edges[place];
    if (edge && edge !== change.edge) rewritten.set(change, edge);
  });
  return changes.flatMap((change): GraphChange[] => {
    if (change.op === 'ensureNode') return kept.has(change) ? [change] : [];
    const edge = change.op === 'upsertEdge' ? rewritten.get(change) : undefined;
    return change.op === 'upsertEdge' && edge ? [{ ...change, edge }] : [change];
  });
}

/** An account that only events named so far has an identity as a sync would give it. */
function ensureIdentities(tx: Tx, accountIds: string[], changed: Changed): void {
  if (accountIds.length === 0) return;
  const stubs = [...readNodes(tx, accountIds).values()].filter((row) => row.stub === 1);
  const ties = stubs.map((row) => {
    const account = { id: row.id, sourceId: row.source_id, nativeId: row.native_id, name: row.name };
    return { identity: identityOf(account), accountId: row.id, at: row.as_of, by: row.changed_by };
  });
  const edges = ties.map(({ identity, accountId, at, by }) =>
    edgeWrite({ from: identity.id, kind: 'HAS_ACCOUNT', to: accountId, attributes: {} }, at, by),
  );
  const own = asJoined(
    tx,
    ties.map(({ identity, at, by }) => ({ node: identity, at, by })),
    edges,
  );
  ensureNodes(tx, own.nodes, changed);
  upsertEdges(tx, own.edges, 'event', changed);
}

/** The identity of an account while the two are one to one. */
export function identityOf(account: Pick<GraphNode, 'id' | 'sourceId' | 'nativeId' | 'name'>): GraphNode {
  return {
    id: nodeId('identity', account.sourceId, account.nativeId),
    kind: 'identity',
    sourceId: account.sourceId,
    nativeId: account.nativeId,
    name: account.name,
    attributes: { accountId: account.id },
  };
}

interface EdgeRound {
  upserts: Map<string, EdgeWrite>;
  ends: Map<string, EdgeEnd>;
}

/**
 * Edge changes in sets that hold each edge once: the first changes of all edges, then the second ones, and so on in
 * the order of time, so that an edge which came and went within a delta leaves its trace in the history.
 */
function edgeRounds(changes: GraphChange[]): EdgeRound[] {
  const rounds: EdgeRound[] = [];
  const seen = new Map<string, number>();
  const edges = changes
    .filter((change): change is Of<'upsertEdge'> | Of<'removeEdge'> => change.op.endsWith('Edge'))
    .sort((a, b) => a.at - b.at);
  for (const change of edges) {
    const edge = change.op === 'upsertEdge' ? change.edge : change;
    const key = edgeKey(edge);
    const turn = seen.get(key) ?? 0;
    seen.set(key, turn + 1);
    const round = rounds[turn] ?? { upserts: new Map(), ends: new Map() };
    rounds[turn] = round;
    const by = provenanceText(change.by);
    if (change.op === 'upsertEdge') round.upserts.set(key, edgeWrite(change.edge, change.at, by));
    else round.ends.set(key, { from: change.from, kind: change.kind, to: change.to, at: change.at, by });
  }
  return rounds;
}
