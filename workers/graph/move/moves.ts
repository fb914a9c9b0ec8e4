import type { Principal } from '../../auth/principal.ts';
import { findTenant } from '../../auth/tenants.repository.ts';
import { auditBoth } from '../../auth/tenants.ts';
import type { Deps } from '../../platform/deps.ts';
import { defineError, notFound } from '../../platform/errors.ts';
import { cancelMove, findMove, type GraphMove, insertMove } from './moves.repository.ts';

export const moveUnderWay = defineError({
  code: 'graph.move_under_way',
  status: 409,
  title: 'The number of shards is being changed already',
});
export const nothingToMove = defineError({
  code: 'graph.nothing_to_move',
  status: 409,
  title: 'The graph has that many shards',
});
export const nothingToCancel = defineError({
  code: 'graph.nothing_to_cancel',
  status: 409,
  title: 'No change of the number of shards can be cancelled',
});

export interface TenantShards {
  shards: number;
  /** Under way, or the last one. */
  move: GraphMove | null;
}

type MoveDeps = Pick<Deps, 'control' | 'evidence' | 'clock' | 'ids'>;

/** Throws `not_found`. */
export async function readShards(deps: Pick<Deps, 'control'>, tenantId: string): Promise<TenantShards> {
  const [tenant, move] = await Promise.all([findTenant(deps, tenantId), findMove(deps, tenantId)]);
  if (!tenant) throw notFound();
  return { shards: tenant.graphShards, move: move ?? null };
}

/**
 * Begins to move a tenant's graph to another number of shards; the minute's tick carries it on. Throws `not_found`,
 * `graph.move_under_way`, `graph.nothing_to_move`.
 */
export async function startMove(
  deps: MoveDeps,
  tenantId: string,
  by: Principal,
  shards: number,
): Promise<TenantShards> {
  // in this order: a move that ends between the two is seen by both, or its successor is refused
  const last = await findMove(deps, tenantId);
  const tenant = await findTenant(deps, tenantId);
  if (!tenant) throw notFound();
  if (last && last.endedAt === null) throw moveUnderWay();
  if (tenant.graphShards === shards) throw nothingToMove();
  const move: GraphMove = {
    tenantId,
    fromGeneration: tenant.graphGeneration,
    fromShards: tenant.graphShards,
    toGeneration: Math.max(tenant.graphGeneration, last?.toGeneration ?? 0) + 1,
    toShards: shards,
    phase: 'copying',
    rowsDone: 0,
    rowsTotal: 0,
    attempt: 0,
    leaseUntil: 0,
    error: null,
    startedAt: deps.clock.now(),
    endedAt: null,
  };
  if (!(await insertMove(deps, move, last))) throw moveUnderWay();
  await auditBoth(deps, tenantId, by, { action: 'tenant.shards', detail: { from: tenant.graphShards, to: shards } });
  return { shards: tenant.graphShards, move };
}

/** Gives a move up; the graph stays where it is. Throws `not_found`, `graph.nothing_to_cancel`. */
export async function stopMove(deps: MoveDeps, tenantId: string, by: Principal): Promise<TenantShards> {
  await readShards(deps, tenantId);
  if (!(await cancelMove(deps, tenantId))) throw nothingToCancel();
  await auditBoth(deps, tenantId, by, { action: 'tenant.shards.cancel', detail: {} });
  return readShards(deps, tenantId);
}
