import { type ChokeEdge, chokeEdges, type Triple } from './choke-edges.ts';
import { dominators } from './dominators.ts';
import type { EdgeKind } from './model.ts';
import { readRefs } from './named.ts';
import type { WayStep } from './reachable-by.ts';
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
  'CONNECTS_TO',
  'HOLDS_ENTITLEMENT',
  'SECRET_OF',
  'KEY_OF',
]);

/** What choke points are looked for in: the nodes on ways to tier zero, and the edges among them. */
interface Picture {
  nodes: string[];
  targets: string[];
  edges: ChokeEdge[];
  truncated: boolean;
}

function readPicture(tx: Tx, seeds: Seeds, most: number): Picture {
  const trails = trailsTo(tx, null, seeds);
  const reached = trails.reached();
  const nodes = reached.slice(0, most);
  const targets = tierZero(tx);
  const edges = chokeEdges(tx, new Set(nodes), new Set(targets), new Set(seeds.map(([id]) => id)));
  return { nodes, targets, edges, truncated: trails.truncated || reached.length > nodes.length };
}

/** The removable edges that cut somebody off, those that cut most first. */
function cuttingEdges(nodes: string[], roots: string[], edges: ChokeEdge[]): { edge: Triple; cuts: number }[] {
  const all = [...new Set([...nodes, ...roots, ...edges.flatMap(({ from, to }) => [from, to])])];
  const cuts = cutsOf(
    all,
    roots,
    edges.map(({ from, kind, to }) => [from, kind, to]),
  );
  return edges
    .flatMap(({ told }, place) => (told ? [{ edge: told, cuts: cuts[place] ?? 0 }] : []))
    .filter(({ edge: [, kind], cuts }) => cuts > 0 && REMOVABLE.has(kind))
    .sort((a, b) => b.cuts - a.cuts || compareText(a.edge.join(' '), b.edge.join(' ')));
}

/** An edge of a picture as it goes from shard to caller; the fourth part is absent where the edge stands for itself. */
type SentEdge = [from: string, kind: string, to: string, told?: Triple | null];

/** A shard's part of the picture of all of them. */
export interface SentPicture extends Omit<Picture, 'edges'> {
  edges: SentEdge[];
}

/** `most`: nodes that are told of, those nearest to tier zero first. */
export function readChokePicture(tx: Tx, seeds: Seeds, most: number): SentPicture {
  const { edges, ...picture } = readPicture(tx, seeds, most);
  return {
    ...picture,
    edges: edges.map(({ from, kind, to, told }): SentEdge => {
      const itself = told !== null && told[0] === from && told[1] === kind && told[2] === to;
      return itself ? [from, kind, to] : [from, kind, to, told];
    }),
  };
}

/** The edges that cut most in the pictures of all shards put together, up to `limit`, with the identities in them. */
export function chokeEdgesOf(pictures: SentPicture[], limit: number) {
  const edges = new Map<string, ChokeEdge>();
  for (const [from, kind, to, told] of pictures.flatMap((picture) => picture.edges)) {
    const edge = { from, kind, to, told: told === undefined ? ([from, kind, to] satisfies Triple) : told };
    edges.set(`${from} ${kind} ${to}`, edge);
  }
  const nodes = [...new Set(pictures.flatMap((picture) => picture.nodes))];
  const targets = [...new Set(pictures.flatMap((picture) => picture.targets))];
  return {
    cutting: cuttingEdges(nodes, targets, [...edges.values()]).slice(0, limit),
    identities: nodes.filter((id) => id.startsWith('idn_')).length,
    truncated: pictures.some((picture) => picture.truncated),
  };
}

/**
 * How many identities of this shard each edge alone keeps from tier zero: all structure edges that cut anybody, since
 * other shards have a share in them, and up to `limit` of the edges of accounts. Exact unless `truncated`, where no way
 * changes shards; else `choke-across.ts` puts the pictures of all together.
 */
export function readChokePoints(tx: Tx, limit: number): ChokePoints {
  const { nodes, targets, edges, truncated } = readPicture(tx, [], MAX_CHOKE_NODES);
  const cutting = cuttingEdges(nodes, targets, edges);
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
    truncated: truncated || shared.length > MAX_CHOKE_EDGES,
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
