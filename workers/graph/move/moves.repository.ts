import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { graphMoves, tenants } from '../../../db/control/schema.ts';
import type { Millis } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';

export type GraphMove = typeof graphMoves.$inferSelect;

type Store = Pick<Deps, 'control'>;

/** How long a run may work on a move without a sign of life. */
const LEASE: Millis = 120_000;
/** Moves that one look of the minute's tick takes. */
const MAX_OPEN_MOVES = 100;

/** The move that is under way, or the last one. */
export function findMove({ control }: Store, tenantId: string): Promise<GraphMove | undefined> {
  return control.select().from(graphMoves).where(eq(graphMoves.tenantId, tenantId)).get();
}

/** Writes a new move over `last`. False when another one began since that was read. */
export async function insertMove({ control }: Store, move: GraphMove, last: GraphMove | undefined): Promise<boolean> {
  const { tenantId: _, ...columns } = move;
  const written = await control
    .insert(graphMoves)
    .values(move)
    .onConflictDoUpdate({
      target: graphMoves.tenantId,
      set: columns,
      setWhere: sql`${graphMoves.endedAt} IS NOT NULL AND ${graphMoves.toGeneration} = ${last?.toGeneration ?? -1}`,
    })
    .returning({ id: graphMoves.tenantId });
  return written.length > 0;
}

/** Tenants with a move that nobody works on. */
export async function idleMoves({ control }: Store, now: Millis): Promise<string[]> {
  const rows = await control
    .select({ id: graphMoves.tenantId })
    .from(graphMoves)
    .where(and(isNull(graphMoves.endedAt), lte(graphMoves.leaseUntil, now)))
    .orderBy(graphMoves.startedAt)
    .limit(MAX_OPEN_MOVES);
  return rows.map(({ id }) => id);
}

/** Begins a run: from here on what earlier ones still do does not count. Undefined when another run is at it. */
export async function takeLease({ control }: Store, tenantId: string, now: Millis): Promise<GraphMove | undefined> {
  const [move] = await control
    .update(graphMoves)
    .set({ attempt: sql`${graphMoves.attempt} + 1`, leaseUntil: now + LEASE })
    .where(and(eq(graphMoves.tenantId, tenantId), isNull(graphMoves.endedAt), lte(graphMoves.leaseUntil, now)))
    .returning();
  return move;
}

const mine = ({ tenantId, attempt }: GraphMove) =>
  and(eq(graphMoves.tenantId, tenantId), eq(graphMoves.attempt, attempt), isNull(graphMoves.endedAt));

type Progress = Partial<Pick<GraphMove, 'phase' | 'rowsDone' | 'rowsTotal' | 'endedAt' | 'error'>>;

/** Notes how far a run is and keeps it going. The move as it is now; undefined when it is no longer the run's. */
export async function saveMove(
  { control }: Store,
  move: GraphMove,
  progress: Progress,
  now: Millis,
): Promise<GraphMove | undefined> {
  // a move that was cancelled meanwhile goes on to be cancelled
  const where = progress.phase === undefined ? mine(move) : and(mine(move), eq(graphMoves.phase, move.phase));
  const [after] = await control
    .update(graphMoves)
    .set({ ...progress, leaseUntil: now + LEASE })
    .where(where)
    .returning();
  return after;
}

/** Ends a run, not the move. */
export async function releaseLease({ control }: Store, move: GraphMove, error: string | null): Promise<void> {
  await control.update(graphMoves).set({ leaseUntil: 0, error }).where(mine(move));
}

/** From here on the tenant has the new shards. False when the move is no longer the run's. */
export async function switchTenant({ control }: Store, move: GraphMove): Promise<boolean> {
  const { tenantId, attempt, toGeneration, toShards } = move;
  const [switched] = await control.batch([
    control
      .update(graphMoves)
      .set({ phase: 'cleaning' })
      .where(and(mine(move), eq(graphMoves.phase, 'switching')))
      .returning({ id: graphMoves.tenantId }),
    control
      .update(tenants)
      .set({ graphShards: toShards, graphGeneration: toGeneration })
      .where(
        and(
          eq(tenants.id, tenantId),
          sql`EXISTS (SELECT 1 FROM graph_moves m WHERE m.tenant_id = ${tenantId} AND m.attempt = ${attempt}
                      AND m.to_generation = ${toGeneration} AND m.phase = 'cleaning')`,
        ),
      ),
  ]);
  return switched.length > 0;
}

/** Phases in which the old shards still hold the graph. */
const CANCELLABLE: GraphMove['phase'][] = ['copying', 'switching', 'cancelling'];

/** As `cancelMove` sees it now. */
export function canBeCancelled({ endedAt, phase }: GraphMove): boolean {
  return endedAt === null && CANCELLABLE.includes(phase);
}

/** False when there is nothing to cancel: no move is under way, or the new shards hold the graph already. */
export async function cancelMove({ control }: Store, tenantId: string): Promise<boolean> {
  const cancelled = await control
    .update(graphMoves)
    .set({ phase: 'cancelling' })
    .where(and(eq(graphMoves.tenantId, tenantId), isNull(graphMoves.endedAt), inArray(graphMoves.phase, CANCELLABLE)))
    .returning({ id: graphMoves.tenantId });
  return cancelled.length > 0;
}
