import type { PathStep } from '../detections/types.ts';
import { readMeta, writeMeta } from './meta.store.ts';
import { type NamedPiece, named } from './named.ts';
import type { View } from './paths.ts';
import { continued, joinWays, seedsFor } from './portals.ts';
import type { ShardApi } from './shard-api.ts';
import { compareText } from './text.ts';
import { isSet, piecesFrom } from './trails.ts';
import type { Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';

/** A node, or a set of targets, from which the way to tier zero goes on over accounts of other shards. */
export interface Beyond {
  id: string;
  /** Edges from there on. */
  distance: number;
  /** From there on: of a set, from what is in it. */
  way: PathStep[];
}

/** Places that a shard is told of: sets of targets first, then the nearest. */
export const MAX_BEYOND = 500;

const KEY = 'ways_beyond';
const NOW: View = { asOf: null, without: [] };

/** For each shard, where ways to tier zero go on on the others. A shard judges alone, so it is told before it does. */
export async function waysBeyond(shards: ShardApi[]): Promise<Beyond[][]> {
  if (shards.length === 1) return [[]];
  const joined = await joinWays(shards, null, NOW);
  const portals = [...joined.seeds]
    .sort(([a, one], [b, two]) => {
      return Number(isSet(b)) - Number(isSet(a)) || one.distance - two.distance || compareText(a, b);
    })
    .slice(0, MAX_BEYOND)
    .map(([id]) => id);
  if (portals.length === 0) return shards.map(() => []);
  const told = await Promise.all(shards.map((shard, index) => shard.arrivals(portals, seedsFor(joined, index))));
  const ways = wholeWays(portals, (id, place) =>
    [...(joined.seeds.get(id)?.shards ?? [])].flatMap((shard) => told[shard]?.[place] ?? []),
  );
  return shards.map((_, index) => {
    const known = new Map(seedsFor(joined, index));
    return portals.flatMap((id): Beyond[] => {
      const [distance, way] = [known.get(id), ways.get(id)];
      return distance === undefined || !way ? [] : [{ id, distance, way }];
    });
  });
}

/** Puts the pieces together: each leads to tier zero or on to another place, which is nearer. */
function wholeWays(
  portals: string[],
  piecesOf: (id: string, place: number) => NamedPiece[],
): ReadonlyMap<string, PathStep[]> {
  const pieces = new Map(portals.map((id, place) => [id, piecesOf(id, place).find(({ steps }) => steps.length > 0)]));
  const ways = new Map<string, PathStep[]>();
  const wayOf = (id: string): PathStep[] | null => {
    const piece = pieces.get(id);
    if (!piece) return null;
    const rest = piece.onward === null ? [] : (ways.get(piece.onward) ?? wayOf(piece.onward));
    const way = rest && continued(piece, rest);
    if (way) ways.set(id, way);
    return way;
  };
  for (const id of portals) wayOf(id);
  return ways;
}

/** The first way on over this shard from each of these places; no steps where there is none. */
export function readArrivals(tx: Tx, portals: string[], seeds: Seeds): NamedPiece[] {
  const trails = trailsTo(tx, null, seeds);
  return named(
    tx,
    portals.map((id) => piecesFrom(trails, id, 1, seeds, true)[0] ?? { steps: [], onward: null }),
  );
}

/** Writes nothing that is known already. */
export function writeBeyond(tx: Tx, beyond: Beyond[]): void {
  const text = JSON.stringify(beyond);
  if ((readMeta(tx, KEY) ?? '[]') !== text) writeMeta(tx, KEY, text);
}

/** What this shard was told when everything was looked at the last time. */
export function readBeyond(tx: Tx): Beyond[] {
  return JSON.parse(readMeta(tx, KEY) ?? '[]') as Beyond[];
}
