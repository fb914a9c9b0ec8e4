import type { AnyEdgeKind } from './model.ts';
import { isAccountId, isDeviceId, isIdentityId } from './sharding.ts';
import type { Tx } from './tx.ts';
import type { Seeds } from './walk-index.ts';

/** Longest path that is looked for, in edges. Real ones have at most five. */
export const MAX_PATH_EDGES = 12;
/** Most nodes one search by queries visits; beyond it there is no answer to be had at once. */
export const MAX_PATH_NODES = 200_000;

/** A step onwards. `to` may be a set of targets (`isSet`), from which one without a kind leads on. */
export interface Onward {
  edge: AnyEdgeKind | null;
  to: string;
}

/** Where every node that leads to a target goes on, by the shortest ways; from memory or by queries. */
export interface Trails {
  /** More nodes lead there than one search visits. */
  truncated: boolean;
  /** In edges; null when a node does not lead there. A set is as far as the nearest of what is in it. */
  distanceOf(id: string): number | null;
  /** The steps on this shard that bring nearer, looked for one by one; none at a target. */
  onward(id: string): Iterable<Onward>;
  /** The nodes with a way, targets among them, the nearest first. Sets are left out. */
  reached(): string[];
  /** What other shards may come from: sets, and structure, whose way here goes through an account at once. */
  relays(): Seeds;
}

export function isSet(id: string): boolean {
  return id.startsWith('set:');
}

/** On one shard only; everything else is on all of them. */
export function isOwn(id: string): boolean {
  return isAccountId(id) || isIdentityId(id) || isDeviceId(id);
}

/** A way, or the part of it that is on this shard: then it goes on from `onward`, on another one. */
export interface Piece {
  steps: { id: string; edge: AnyEdgeKind | null }[];
  onward: string | null;
}

/**
 * The shortest ways from a node, up to `limit`. `elsewhere`: what goes on on another shard, and how far that is. A way
 * that came over (`arrived`) begins on this shard. The last step of a piece that goes on from a set is its holder's.
 */
export function piecesFrom(trails: Trails, from: string, limit: number, elsewhere: Seeds, arrived = false): Piece[] {
  const seeds = new Map(elsewhere);
  const pieces: Piece[] = [];
  const visit = (id: string, before: Piece['steps'], first: boolean) => {
    const far = trails.distanceOf(id);
    if (far === null || pieces.length >= limit) return;
    if (far === 0 && !isSet(id)) {
      pieces.push({ steps: [...before, { id, edge: null }], onward: null });
      return;
    }
    for (const { edge, to } of trails.onward(id)) {
      visit(to, isSet(id) ? before : [...before, { id, edge }], false);
      if (pieces.length >= limit) break;
    }
    if (seeds.get(id) !== far || (first && arrived) || pieces.length >= limit) return;
    pieces.push({ steps: isSet(id) ? before : [...before, { id, edge: null }], onward: id });
  };
  visit(from, [], true);
  return pieces;
}

/** The tier-zero resources. */
export function tierZero(tx: Tx): string[] {
  return tx
    .raw<[string]>("SELECT id FROM node WHERE kind = 'resource' AND attributes->>'tierZero' ORDER BY id")
    .map(([id]) => id);
}

export function identitiesIn(trails: Trails): string[] {
  return trails.reached().filter((id) => id.startsWith('idn_'));
}
