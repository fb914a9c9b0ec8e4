import type { Principal } from '../../auth/principal.ts';
import { findTenant } from '../../auth/tenants.repository.ts';
import { auditBoth } from '../../auth/tenants.ts';
import type { Deps } from '../../platform/deps.ts';
import { defineError, notFound } from '../../platform/errors.ts';
import { derivedId } from '../../platform/ids.ts';
import { canBeCancelled, cancelMove, findMove, type GraphMove, insertMove } from './moves.repository.ts';

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
  await told(deps, by, move, {
    action: 'tenant.shards',
    detail: { from: tenant.graphShards, to: shards },
    since: last?.endedAt ?? tenant.createdAt,
  });
  if (!(await insertMove(deps, move, last))) throw moveUnderWay();
  return { shards: tenant.graphShards, move };
}

/** Gives a move up; the graph stays where it is. Throws `not_found`, `graph.nothing_to_cancel`. */
export async function stopMove(deps: MoveDeps, tenantId: string, by: Principal): Promise<TenantShards> {
  const { move } = await readShards(deps, tenantId);
  if (!move || !canBeCancelled(move)) throw nothingToCancel();
  await told(deps, by, move, { action: 'tenant.shards.cancel', detail: {}, since: move.startedAt });
  if (!(await cancelMove(deps, tenantId))) throw nothingToCancel();
  return readShards(deps, tenantId);
}

/** Logged before it is done, so that no crash between the two databases hides it; said again, it is one line. */
function told(
  deps: MoveDeps,
  by: Principal,
  { tenantId, toGeneration, toShards }: GraphMove,
  { action, detail, since }: { action: string; detail: Record<string, unknown>; since: number },
): Promise<void> {
  const id = derivedId('aud', tenantId, action, `${toGeneration}`, `${toShards}`, by.id);
  return auditBoth(deps, tenantId, by, { action, detail, once: { id, since } });
}
