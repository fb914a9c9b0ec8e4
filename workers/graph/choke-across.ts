import type { Millis } from '../platform/clock.ts';
import { type ChokePoint, type ChokePoints, chokeEdgesOf, MAX_CHOKE_NODES } from './choke-points.ts';
import { MAX_LOOKUPS, mergeLookups } from './lookup.ts';
import type { EdgeKind } from './model.ts';
import { type Joined, seedsFor } from './portals.ts';
import type { ShardApi } from './shard-api.ts';
import { chunks } from './tx.ts';

/**
 * Choke points where ways change shards: an edge of an account on one shard may cut off people on another. So the
 * pictures of all shards are put together and looked at as one, of `MAX_CHOKE_NODES` nodes at most. Exact unless
 * `truncated`.
 */
export async function chokePointsAcross(
  shards: ShardApi[],
  joined: Joined,
  limit: number,
  asOf: Millis | null,
): Promise<ChokePoints> {
  const most = Math.floor(MAX_CHOKE_NODES / shards.length);
  const pictures = await Promise.all(
    shards.map((shard, index) => shard.chokePicture(seedsFor(joined, index), most, asOf)),
  );
  const { cutting, ...rest } = chokeEdgesOf(pictures, limit);
  const refs = await namesOf(shards, [...new Set(cutting.flatMap(({ edge: [from, , to] }) => [from, to]))], asOf);
  const points = cutting.flatMap(({ edge: [from, edgeKind, to], cuts }): ChokePoint[] => {
    const [start, end] = [refs.get(from), refs.get(to)];
    return start && end ? [{ from: start, to: end, edgeKind: edgeKind as EdgeKind, cuts }] : [];
  });
  return { points, ...rest };
}

/** What nodes are called, of whichever shard they are. */
export async function namesOf(
  shards: ShardApi[],
  ids: string[],
  asOf: Millis | null,
): Promise<Map<string, ChokePoint['from']>> {
  const refs = new Map<string, ChokePoint['from']>();
  for (const part of chunks(ids, MAX_LOOKUPS)) {
    const { nodes } = mergeLookups(await Promise.all(shards.map((shard) => shard.lookup(part, [], asOf))));
    for (const node of nodes) if (node) refs.set(node.id, node);
  }
  return refs;
}
