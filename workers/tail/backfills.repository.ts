import { z } from 'zod';
import { BACKFILL_STATUSES } from '../../db/evidence/schema.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import { type BackfillRun, type BackfillStatus, type Checkpoint, checkpointSchema } from './backfill.ts';

/** How long a run may be silent beyond what it said it would wait: longer than a step can take. */
export const GRACE: Millis = 4 * MINUTE;

type Evidence = Pick<Deps, 'evidence' | 'clock'>;

const rowSchema = z.object({
  id: z.string(),
  sourceId: z.string(),
  status: z.enum(BACKFILL_STATUSES),
  since: z.number(),
  until: z.number(),
  windowsDone: z.number(),
  windowsTotal: z.number(),
  events: z.number(),
  accepted: z.number(),
  pages: z.number(),
  calls: z.number(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  error: z.string().nullable(),
  checkpoint: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(checkpointSchema),
  instance: z.number(),
  aliveUntil: z.number(),
});

const COLUMNS = `id, source_id AS sourceId, status, since, until, windows_done AS windowsDone,
  windows_total AS windowsTotal, events, accepted, pages, calls, started_at AS startedAt, ended_at AS endedAt, error,
  checkpoint, instance, alive_until AS aliveUntil`;
const OPEN = "status IN ('queued', 'running')";

/** Records a new run, unless one of the source is under way: false then. Two starts at once make one run. */
export async function insertBackfill(deps: Evidence, tenantId: string, run: BackfillRun): Promise<boolean> {
  const result = await deps
    .evidence(tenantId)
    .prepare(
      `INSERT INTO backfills
         (tenant_id, id, source_id, status, since, until, windows_total, started_at, checkpoint, instance, alive_until)
       SELECT ?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7, ?8, ?9, ?10
       WHERE NOT EXISTS (SELECT 1 FROM backfills WHERE tenant_id = ?1 AND source_id = ?3 AND ${OPEN})`,
    )
    .bind(
      tenantId,
      run.id,
      run.sourceId,
      run.since,
      run.until,
      run.windowsTotal,
      run.startedAt,
      JSON.stringify(run.checkpoint),
      run.instance,
      run.aliveUntil,
    )
    .run();
  return result.meta.changes > 0;
}

export interface BackfillUpdate {
  windowsDone: number;
  events: number;
  accepted: number;
  pages: number;
  calls: number;
  checkpoint: Checkpoint;
}

/**
 * Notes how far `before` has come. False when it may not go on: it ended, another instance took over, or the same step
 * ran twice and the other was first (its calls tell). `end` ends it in the same statement.
 */
export async function saveBackfill(
  deps: Evidence,
  tenantId: string,
  before: Pick<BackfillRun, 'id' | 'instance' | 'calls'>,
  update: BackfillUpdate,
  end: { status: BackfillStatus; error: string | null } | null = null,
): Promise<boolean> {
  const now = deps.clock.now();
  const result = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE backfills SET status = ?5, windows_done = ?6, events = ?7, accepted = ?8, pages = ?9, calls = ?10,
         checkpoint = ?11, alive_until = ?12, error = ?13, ended_at = ?14
       WHERE tenant_id = ?1 AND id = ?2 AND instance = ?3 AND calls = ?4 AND ${OPEN}`,
    )
    .bind(
      tenantId,
      before.id,
      before.instance,
      before.calls,
      end?.status ?? 'running',
      update.windowsDone,
      update.events,
      update.accepted,
      update.pages,
      update.calls,
      JSON.stringify(update.checkpoint),
      Math.max(now, update.checkpoint.wait?.until ?? 0) + GRACE,
      end?.error ?? null,
      end ? now : null,
    )
    .run();
  return result.meta.changes > 0;
}

/**
 * Ends what is under way: one run (with `instance`, only while that one has it), or with `sourceId` alone whatever the
 * source has. Returns how many ended.
 */
export async function endBackfills(
  deps: Evidence,
  tenantId: string,
  which: { sourceId: string; runId?: string; instance?: number },
  end: { status: BackfillStatus; error: string | null },
): Promise<number> {
  const result = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE backfills SET status = ?4, error = ?5, ended_at = ?6
       WHERE tenant_id = ?1 AND source_id = ?2 AND (?3 IS NULL OR id = ?3) AND (?7 IS NULL OR instance = ?7) AND ${OPEN}`,
    )
    .bind(
      tenantId,
      which.sourceId,
      which.runId ?? null,
      end.status,
      end.error,
      deps.clock.now(),
      which.instance ?? null,
    )
    .run();
  return result.meta.changes;
}

/** Gives a run to its next instance. False when it ended or has gone to another already. */
export async function passOn(
  deps: Evidence,
  tenantId: string,
  run: Pick<BackfillRun, 'id' | 'instance'>,
): Promise<boolean> {
  const result = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE backfills SET instance = instance + 1, alive_until = ?4
       WHERE tenant_id = ?1 AND id = ?2 AND instance = ?3 AND ${OPEN}`,
    )
    .bind(tenantId, run.id, run.instance, deps.clock.now() + GRACE)
    .run();
  return result.meta.changes > 0;
}

/** Null when the source of this tenant has no such run. */
export async function getBackfill(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  sourceId: string,
  runId: string,
): Promise<BackfillRun | null> {
  const row = await deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS} FROM backfills WHERE tenant_id = ?1 AND id = ?2 AND source_id = ?3`)
    .bind(tenantId, runId, sourceId)
    .first();
  return row === null ? null : rowSchema.parse(row);
}

/** Newest first. */
export async function listBackfills(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  sourceId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<BackfillRun>> {
  const [at, id] = query.cursor ? decodeCursor(query.cursor, 2) : [Number.MAX_SAFE_INTEGER, ''];
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM backfills
       WHERE tenant_id = ?1 AND source_id = ?2 AND started_at <= ?3 AND (started_at < ?3 OR id < ?4)
       ORDER BY started_at DESC, id DESC LIMIT ?5`,
    )
    .bind(tenantId, sourceId, at ?? null, id ?? null, query.limit + 1)
    .all();
  return toPage(z.array(rowSchema).parse(results), query.limit, (run) => [run.startedAt, run.id]);
}

/** Whether an instance may go on with a run. */
export async function isOpen(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  run: Pick<BackfillRun, 'id' | 'instance'>,
): Promise<boolean> {
  const found = await deps
    .evidence(tenantId)
    .prepare(`SELECT 1 FROM backfills WHERE tenant_id = ?1 AND id = ?2 AND instance = ?3 AND ${OPEN}`)
    .bind(tenantId, run.id, run.instance)
    .first();
  return found !== null;
}

const silentSchema = z.array(
  z.object({ tenantId: z.string(), sourceId: z.string(), runId: z.string(), instance: z.number() }),
);

/** Runs of a database that are under way and have been silent for too long. */
export async function silentBackfills(db: D1Database, now: Millis, limit: number) {
  const { results } = await db
    .prepare(
      `SELECT tenant_id AS tenantId, source_id AS sourceId, id AS runId, instance FROM backfills
       WHERE ${OPEN} AND alive_until < ?1 ORDER BY alive_until LIMIT ?2`,
    )
    .bind(now, limit)
    .all();
  return silentSchema.parse(results);
}

/** Events of the source's backfills that were handed over from `from` on and have been stored, effects included. */
export async function storedSince(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  sourceId: string,
  from: Millis,
): Promise<number> {
  const row = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT coalesce(sum(events), 0) AS n FROM inbox
       WHERE tenant_id = ?1 AND received_at >= ?3 AND source_id = ?2 AND channel = 'backfill' AND status = 'processed'`,
    )
    .bind(tenantId, sourceId, from)
    .first<{ n: number }>();
  return row?.n ?? 0;
}
