import { type ChokeEdge, chokeEdges, type Triple } from './choke-edges.ts';
import { dominators } from './dominators.ts';
import type { EdgeKind } from './model.ts';
import { readRefs, type WayStep } from './reachable-by.ts';
import { compareText } from './text.ts';
import { tierZero } from './trails.ts';
import type { Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';

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

/** What an administrator can take away; a person's having an account and what a role means are no such thing. */
const REMOVABLE: ReadonlySet<string> = new Set<EdgeKind>([
  'MEMBER_OF',
  'HOLDS_ROLE',
  'HAS_ROLE_ASSIGNMENT',
  'ASSIGNED_TO',
  'SECRET_OF',
  'KEY_OF',
]);

/**
 * How many identities of this shard each edge alone keeps from tier zero: all structure edges that cut anybody, since
 * other shards have a share in them, and up to `limit` of the edges of accounts. What goes on on other shards (`seeds`)
 * is as good as there; the edges of accounts on them are not told. Exact unless `truncated`.
 */
export function readChokePoints(tx: Tx, limit: number, seeds: Seeds = []): ChokePoints {
  const trails = trailsTo(tx, null, seeds);
  const reached = trails.reached();
  const nodes = reached.slice(0, MAX_CHOKE_NODES);
  const targets = tierZero(tx);
  const elsewhere = seeds.map(([id]) => id).filter((id) => trails.distanceOf(id) !== null);
  const edges = chokeEdges(tx, new Set(nodes), new Set(targets));
  const all = [...new Set([...nodes, ...elsewhere, ...edges.flatMap(({ from, to }) => [from, to])])];
  const cuts = cutsOf(
    all,
    [...targets, ...elsewhere],
    edges.map(({ from, kind, to }) => [from, kind, to]),
  );
  const cutting = edges
    .flatMap(({ told }: ChokeEdge, place) => (told ? [{ edge: told, cuts: cuts[place] ?? 0 }] : []))
    .filter(({ edge: [, kind], cuts }) => cuts > 0 && REMOVABLE.has(kind))
    .sort((a, b) => b.cuts - a.cuts || compareText(a.edge.join(' '), b.edge.join(' ')));
  const own = cutting.filter(({ edge: [from] }) => from.startsWith('acc_'));
  const shared = cutting.filter(({ edge: [from] }) => !from.startsWith('acc_'));
  const told = [...shared.slice(0, MAX_CHOKE_EDGES), ...own.slice(0, limit)];
  const refs = readRefs(tx, new Set(told.flatMap(({ edge: [from, , to] }) => [from, to])));
  return {
    points: told.flatMap(({ edge: [from, edgeKind, to], cuts }) => {
      const [start, end] = [refs.get(from), refs.get(to)];
      return start && end ? [{ from: start, to: end, edgeKind: edgeKind as EdgeKind, cuts }] : [];
    }),
    identities: nodes.filter((id) => id.startsWith('idn_')).length,
    truncated: trails.truncated || reached.length > nodes.length || shared.length > MAX_CHOKE_EDGES,
  };
}

/**
 * For each edge the identities all of whose ways to a target lead over it. Seen from the targets backwards these are
 * the identities that the edge dominates, when it stands as a node between its ends. Linear in practice.
 */
export function cutsOf(nodes: string[], targets: string[], edges: Triple[]): number[] {
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
