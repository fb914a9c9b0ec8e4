import type { PathStep } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import type { NodeKind } from './model.ts';
import { type NamedPiece, named } from './named.ts';
import { spread } from './spread.ts';
import { piecesFrom } from './trails.ts';
import { set, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';
import type { Removal } from './what-if.ts';

export { MAX_PATH_EDGES, MAX_PATH_NODES } from './trails.ts';

/** The graph that a question is about: as it was at a moment (null: now), and without what is removed. */
export interface View {
  asOf: Millis | null;
  without: Removal[];
}

export interface WaysQuery {
  from: string;
  /** Null: tier zero. */
  to: string | null;
  limit: number;
  /** What goes on on other shards. */
  seeds: Seeds;
  /** The way came over from another shard: here it begins with a step of this one. */
  arrived: boolean;
  view: View;
}

/** Shortest path on this shard from a node to `to`, or to the nearest tier-zero resource. Null when there is none. */
export function shortestPath(tx: Tx, from: string, to: string | null): PathStep[] | null {
  const [piece] = named(tx, piecesFrom(trailsTo(tx, to === null ? null : [to]), from, 1, []));
  return piece?.steps ?? null;
}

/** The shortest paths from a node, as far as they are on this shard. */
export function readWays(tx: Tx, { from, to, limit, seeds, arrived }: WaysQuery): NamedPiece[] {
  const trails = trailsTo(tx, to === null ? null : [to], seeds);
  return named(tx, piecesFrom(trails, from, limit, seeds, arrived));
}

/** By kind, every node that stored live edges lead to: what somebody has, without what can be had by a role. */
export function reachable(tx: Tx, from: string): Map<NodeKind, Set<string>> {
  const { through, last } = spread(tx, [from], true);
  const ids = new Set([...through, ...last]);
  ids.delete(from);
  return byKind(tx, ids);
}

/** Nodes by kind; inactive apps are nobody's reach. */
export function byKind(tx: Tx, ids: Iterable<string>): Map<NodeKind, Set<string>> {
  const found = new Map<NodeKind, Set<string>>();
  for (const [kind, id] of tx.raw<[NodeKind, string]>(
    `SELECT n.kind, n.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
     WHERE n.kind <> 'app' OR coalesce(n.status, 'ACTIVE') = 'ACTIVE'`,
    set(ids),
  )) {
    const nodes = found.get(kind) ?? new Set();
    found.set(kind, nodes.add(id));
  }
  return found;
}
