import { eq } from 'drizzle-orm';
import { tenants } from '../../db/control/schema.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { expiredFrom } from './history/kept.ts';
import { anyPlaced, placesOf } from './links/places.repository.ts';
import { graphMoving, isMoving } from './move/state.ts';
import { shardName } from './name.ts';
import type { ShardApi } from './shard-api.ts';
import { byId, type Placer } from './sharding.ts';
import { shardStub } from './stub.ts';

export type PlacementDeps = Pick<Deps, 'env' | 'control' | 'clock' | 'evidence'>;

/** Which shards hold a tenant's graph. */
export interface ShardSet {
  generation: number;
  count: number;
}

/** How long that is believed. Shards that were left refuse to answer, so it is no matter of correctness. */
const SHARDS_TTL = MINUTE;
const known = new Map<string, ShardSet & { linked: boolean; until: Millis }>();

/** Pauses before a shard that is moving is asked again, in milliseconds: ten seconds together. */
const PAUSES = [20, 40, 80, 160, 300, 400, 500, 500, 1000, 1000, 2000, 2000, 2000];

/** What was known of a tenant's shards is no longer true. */
export function forgetShards(tenantId: string): void {
  known.delete(tenantId);
}

async function shardSet(deps: PlacementDeps, tenantId: string): Promise<ShardSet & { linked: boolean }> {
  const now = deps.clock.now();
  const recent = known.get(tenantId);
  if (recent && recent.until > now) return recent;
  const [row] = await deps.control
    .select({ count: tenants.graphShards, generation: tenants.graphGeneration })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  const set = { count: Math.max(1, row?.count ?? 1), generation: row?.generation ?? 0 };
  // on one shard it does not matter where accounts are
  const linked = set.count > 1 && (await anyPlaced(deps, tenantId));
  known.set(tenantId, { ...set, linked, until: now + SHARDS_TTL });
  return { ...set, linked };
}

/** Tells where these accounts of a tenant are, by their ids and by what they were joined to. */
export async function placerOf(
  deps: PlacementDeps,
  tenantId: string,
  shards: number,
  accountIds: () => Iterable<string>,
): Promise<Placer> {
  const place = byId(shards);
  if (shards === 1 || !(await shardSet(deps, tenantId)).linked) return place;
  const places = await placesOf(deps, tenantId, [...accountIds()]);
  return places.size === 0 ? place : (accountId) => place(places.get(accountId) ?? accountId);
}

/** Stubs of a set of shards, in their order. */
export function stubsOf(deps: Pick<Deps, 'env'>, tenantId: string, { count, generation }: ShardSet): ShardApi[] {
  return Array.from({ length: count }, (_, index) =>
    shardStub(() => {
      const stub: unknown = deps.env.GRAPH.getByName(shardName(tenantId, index, generation));
      return stub as ShardApi;
    }),
  );
}

/**
 * Does something with a tenant's shards, which must be safe to repeat: where one of them has moved, or is about to,
 * it is done once more with those that hold the graph by then. Throws `graph.moving` when that takes too long.
 */
export async function onShards<T>(
  deps: PlacementDeps,
  tenantId: string,
  work: (shards: ShardApi[]) => Promise<T>,
): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await work(stubsOf(deps, tenantId, await shardSet(deps, tenantId)));
    } catch (error) {
      if (!isMoving(error)) throw expiredFrom(error) ?? error;
      forgetShards(tenantId);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  throw graphMoving({ retryAfter: 5 });
}
