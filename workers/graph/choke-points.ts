import { liveEdge } from './assignment.ts';
import { dominators } from './dominators.ts';
import type { EdgeKind } from './model.ts';
import { readRefs, type WayStep } from './reachable-by.ts';
import { compareText } from './text.ts';
import { set, type Tx } from './tx.ts';
import { identitiesIn, tierZero, walkBack } from './walk-back.ts';

/** Nodes on ways to tier zero that one shard looks at, and structure edges that it tells of. */
export const MAX_CHOKE_NODES = 50_000;
export const MAX_CHOKE_EDGES = 10_000;

export interface ChokePoint {
  from: WayStep['to'];
  to: WayStep['to'];
  edgeKind: EdgeKind;
  /** Identities with no way to tier zero left without this edge. */
  cuts: number;
}

export interface ChokePoints {
  points: ChokePoint[];
  /** Identities that have a way to tier zero. */
  identities: number;
  truncated: boolean;
}

type Edge = [from: string, kind: EdgeKind, to: string];

/** What an administrator can take away; a person's having an account and what a role means are no such thing. */
const REMOVABLE: ReadonlySet<EdgeKind> = new Set(['MEMBER_OF', 'HOLDS_ROLE', 'ASSIGNED_TO']);

const WITHIN = `
SELECT e.from_id, e.kind, e.to_id FROM json_each(?1) j CROSS JOIN edge e ON e.from_id = j.value
WHERE ${liveEdge('e')} AND e.to_id IN (SELECT value FROM json_each(?1)) ORDER BY e.from_id, e.kind, e.to_id`;

/**
 * How many identities of this shard each edge alone keeps from tier zero: all structure edges that cut anybody, since
 * other shards have a share in them, and up to `limit` of the edges of accounts. Exact unless `truncated`.
 */
export function readChokePoints(tx: Tx, limit: number): ChokePoints {
  const targets = tierZero(tx);
  const { onward, truncated } = walkBack(tx, targets, MAX_CHOKE_NODES);
  const edges = tx.raw<Edge>(WITHIN, set(onward.keys()));
  const cuts = cutsOf([...onward.keys()], targets, edges);
  const cutting = edges
    .map((edge, place) => ({ edge, cuts: cuts[place] ?? 0 }))
    .filter(({ edge: [, kind], cuts }) => cuts > 0 && REMOVABLE.has(kind))
    .sort((a, b) => b.cuts - a.cuts || compareText(a.edge.join(' '), b.edge.join(' ')));
  const own = cutting.filter(({ edge: [from] }) => from.startsWith('acc_'));
  const shared = cutting.filter(({ edge: [from] }) => !from.startsWith('acc_'));
  const told = [...shared.slice(0, MAX_CHOKE_EDGES), ...own.slice(0, limit)];
  const refs = readRefs(tx, new Set(told.flatMap(({ edge: [from, , to] }) => [from, to])));
  return {
    points: told.flatMap(({ edge: [from, edgeKind, to], cuts }) => {
      const [start, end] = [refs.get(from), refs.get(to)];
      return start && end ? [{ from: start, to: end, edgeKind, cuts }] : [];
    }),
    identities: identitiesIn(onward).length,
    truncated: truncated || shared.length > MAX_CHOKE_EDGES,
  };
}

/**
 * For each edge the identities all of whose ways to a target lead over it. Seen from the targets backwards these are
 * the identities that the edge dominates, when it stands as a node between its ends. Linear in practice.
 */
export function cutsOf(nodes: string[], targets: string[], edges: Edge[]): number[] {
  const number = new Map(nodes.map((id, place) => [id, place + 1]));
  const next: number[][] = Array.from({ length: 1 + nodes.length + edges.length }, () => []);
  for (const id of targets) next[0]?.push(number.get(id) ?? 0);
  edges.forEach(([from, , to], place) => {
    const middle = 1 + nodes.length + place;
    next[number.get(to) ?? 0]?.push(middle);
    next[middle]?.push(number.get(from) ?? 0);
  });
  const { idom, order } = dominators(next);
  const below = new Int32Array(next.length);
  for (const node of order.reverse()) {
    const id = nodes[node - 1];
    if (id?.startsWith('idn_')) below[node] = (below[node] ?? 0) + 1;
    const parent = idom[node] ?? 0;
    if (node !== 0) below[parent] = (below[parent] ?? 0) + (below[node] ?? 0);
  }
  return edges.map((_, place) => below[1 + nodes.length + place] ?? 0);
}
