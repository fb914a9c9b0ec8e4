import { z } from 'zod';
import { HOUR, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import type { SyncKind, SyncProgress, SyncRun, SyncStatus } from './run.ts';

/** A run without a sign of life for this long is dead: its workflow will not come back. */
export const DEAD_AFTER = 2 * HOUR;

type Evidence = Pick<Deps, 'evidence' | 'clock'>;

const rowSchema = z
  .object({
    id: z.string(),
    source_id: z.string(),
    kind: z.enum(['full', 'delta', 'refresh']),
    status: z.enum(['queued', 'running', 'succeeded', 'partial', 'held', 'failed', 'cancelled']),
    started_at: z.number(),
    ended_at: z.number().nullable(),
    calls: z.number(),
    rows_written: z.number(),
    progress: z.string().nullable(),
    error: z.string().nullable(),
  })
  .transform(
    (row): SyncRun => ({
      id: row.id,
      sourceId: row.source_id,
      kind: row.kind,
      status: row.status,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      calls: row.calls,
      rowsWritten: row.rows_written,
      progress: row.progress === null ? null : (JSON.parse(row.progress) as SyncProgress),
      error: row.error,
    }),
  );

const COLUMNS = 'id, source_id, kind, status, started_at, ended_at, calls, rows_written, progress, error';
/** The sign of life is in the progress; before the first one the start counts. */
const LIVE = `status IN ('queued', 'running') AND COALESCE(json_extract(progress, '$.at'), started_at) > `;

/** A full run reads what a delta would: it takes its place, and does not wait for it. */
const IN_THE_WAY = { full: `kind = 'full'`, delta: `kind IN ('full', 'delta')` };

/** `insertRun` of a full one. */
export async function insertFullRun(
  deps: Evidence,
  tenantId: string,
  run: { id: string; sourceId: string; progress: SyncProgress },
): Promise<boolean> {
  return insertRun(deps, tenantId, { ...run, kind: 'full' });
}

/**
 * Records a new run, unless one of the source is alive. False when one is; a delta does not keep a full run back but
 * ends. Dead ones are ended by the way. One statement decides, so two starts at once make one run. The same run again
 * is true and changes nothing.
 */
export async function insertRun(
  deps: Evidence,
  tenantId: string,
  run: { id: string; sourceId: string; kind: 'full' | 'delta'; progress: SyncProgress },
): Promise<boolean> {
  const now = deps.clock.now();
  const db = deps.evidence(tenantId);
  const [, inserted] = await db.batch([
    db
      .prepare(
        `UPDATE sync_runs SET status = 'failed', ended_at = ?3, error = 'sync.stuck'
         WHERE tenant_id = ?1 AND source_id = ?2 AND status IN ('queued', 'running') AND NOT (${LIVE} ?4)`,
      )
      .bind(tenantId, run.sourceId, now, now - DEAD_AFTER),
    db
      .prepare(
        `INSERT INTO sync_runs (tenant_id, id, source_id, kind, status, started_at, progress)
         SELECT ?1, ?2, ?3, ?7, 'queued', ?4, ?5
         WHERE NOT EXISTS (
           SELECT 1 FROM sync_runs
           WHERE tenant_id = ?1 AND source_id = ?3 AND id <> ?2 AND ${IN_THE_WAY[run.kind]} AND ${LIVE} ?6)
         ON CONFLICT (tenant_id, id) DO UPDATE SET status = status`,
      )
      .bind(tenantId, run.id, run.sourceId, now, JSON.stringify(run.progress), now - DEAD_AFTER, run.kind),
    ...(run.kind === 'full'
      ? [
          db
            .prepare(
              `UPDATE sync_runs SET status = 'cancelled', ended_at = ?4, error = 'sync.superseded'
               WHERE tenant_id = ?1 AND source_id = ?2 AND kind = 'delta' AND status IN ('queued', 'running')
                 AND EXISTS (SELECT 1 FROM sync_runs WHERE tenant_id = ?1 AND id = ?3)`,
            )
            .bind(tenantId, run.sourceId, run.id, now),
        ]
      : []),
  ]);
  return (inserted?.meta.changes ?? 0) > 0;
}

/** Whether a full or delta run of the source goes on. */
export async function anyRunAlive(deps: Evidence, tenantId: string, sourceId: string): Promise<boolean> {
  const row = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT 1 FROM sync_runs WHERE tenant_id = ?1 AND source_id = ?2 AND kind <> 'refresh' AND ${LIVE} ?3 LIMIT 1`,
    )
    .bind(tenantId, sourceId, deps.clock.now() - DEAD_AFTER)
    .first();
  return row !== null;
}

/** A run that has a row only once it has ended. Recording it twice keeps the first. */
export async function insertEndedRun(
  deps: Evidence,
  tenantId: string,
  run: RunUpdate & {
    id: string;
    sourceId: string;
    kind: SyncKind;
    startedAt: Millis;
    status: SyncStatus;
    error: string | null;
  },
): Promise<void> {
  await deps
    .evidence(tenantId)
    .prepare(
      `INSERT OR IGNORE INTO sync_runs
         (tenant_id, id, source_id, kind, status, started_at, ended_at, calls, rows_written, progress, error)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    )
    .bind(
      tenantId,
      run.id,
      run.sourceId,
      run.kind,
      run.status,
      run.startedAt,
      deps.clock.now(),
      run.calls,
      run.rowsWritten,
      JSON.stringify(run.progress),
      run.error,
    )
    .run();
}

export interface RunUpdate {
  calls: number;
  rowsWritten: number;
  progress: SyncProgress;
}

/**
 * Notes where a run is. False when it may not go on: it was cancelled, taken for dead, or its source is gone from the
 * table. Doing it twice changes nothing.
 */
export async function noteProgress(
  deps: Evidence,
  tenantId: string,
  runId: string,
  update: RunUpdate,
): Promise<boolean> {
  const result = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE sync_runs SET status = 'running', calls = ?3, rows_written = ?4, progress = ?5
       WHERE tenant_id = ?1 AND id = ?2 AND status IN ('queued', 'running')`,
    )
    .bind(tenantId, runId, update.calls, update.rowsWritten, JSON.stringify(update.progress))
    .run();
  return result.meta.changes > 0;
}

/** Ends a run that is still going; one that was cancelled meanwhile stays so. */
export async function endRun(
  deps: Evidence,
  tenantId: string,
  runId: string,
  end: RunUpdate & { status: SyncStatus; error: string | null },
): Promise<void> {
  await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE sync_runs SET status = ?3, calls = ?4, rows_written = ?5, progress = ?6, error = ?7, ended_at = ?8
       WHERE tenant_id = ?1 AND id = ?2 AND status IN ('queued', 'running')`,
    )
    .bind(
      tenantId,
      runId,
      end.status,
      end.calls,
      end.rowsWritten,
      JSON.stringify(end.progress),
      end.error,
      deps.clock.now(),
    )
    .run();
}

/** A run that leaves a row only because it failed: a refresh. Recording it twice keeps the first. */
export async function insertFailedRefresh(
  deps: Evidence,
  tenantId: string,
  run: { id: string; sourceId: string; error: string; progress: SyncProgress },
): Promise<void> {
  const nothing = { calls: 0, rowsWritten: 0 };
  const ended = { kind: 'refresh', status: 'failed', startedAt: deps.clock.now() } as const;
  await insertEndedRun(deps, tenantId, { ...nothing, ...ended, ...run });
}

/**
 * Moves a run from one of `from` to `to`. False when it is in none of them, or (`unlessAnotherRuns`) another full run
 * of the source is alive.
 */
export async function moveRun(
  deps: Evidence,
  tenantId: string,
  run: { id: string; sourceId: string },
  move: { from: SyncStatus[]; to: SyncStatus; progress?: SyncProgress; ended: boolean; unlessAnotherRuns?: boolean },
): Promise<boolean> {
  const now = deps.clock.now();
  const result = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE sync_runs SET status = ?4, ended_at = ?5, progress = COALESCE(?6, progress)
       WHERE tenant_id = ?1 AND id = ?2 AND source_id = ?3 AND status IN (SELECT value FROM json_each(?7))
         AND (?8 = 0 OR NOT EXISTS (
           SELECT 1 FROM sync_runs WHERE tenant_id = ?1 AND source_id = ?3 AND kind = 'full' AND ${LIVE} ?9))`,
    )
    .bind(
      tenantId,
      run.id,
      run.sourceId,
      move.to,
      move.ended ? now : null,
      move.progress ? JSON.stringify(move.progress) : null,
      JSON.stringify(move.from),
      move.unlessAnotherRuns ? 1 : 0,
      now - DEAD_AFTER,
    )
    .run();
  return result.meta.changes > 0;
}

/** Null when the source of this tenant has no such run. */
export async function getRun(
  deps: Evidence,
  tenantId: string,
  sourceId: string,
  runId: string,
): Promise<SyncRun | null> {
  const row = await deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS} FROM sync_runs WHERE tenant_id = ?1 AND id = ?2 AND source_id = ?3`)
    .bind(tenantId, runId, sourceId)
    .first();
  return row === null ? null : rowSchema.parse(row);
}

/** Newest first. */
export async function listRuns(
  deps: Evidence,
  tenantId: string,
  sourceId: string,
  query: { limit: number; cursor?: string | undefined; kind?: SyncKind | undefined },
): Promise<Page<SyncRun>> {
  const [at, id]: (string | number | null)[] = query.cursor
    ? decodeCursor(query.cursor, 2)
    : [Number.MAX_SAFE_INTEGER satisfies Millis, ''];
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM sync_runs
       WHERE tenant_id = ?1 AND source_id = ?2 AND started_at <= ?3
         AND (started_at < ?3 OR id < ?4) AND (?5 IS NULL OR kind = ?5)
       ORDER BY started_at DESC, id DESC LIMIT ?6`,
    )
    .bind(tenantId, sourceId, at ?? null, id ?? null, query.kind ?? null, query.limit + 1)
    .all();
  return toPage(z.array(rowSchema).parse(results), query.limit, (run) => [run.startedAt, run.id]);
}

/** The source's newest full run. */
export async function lastFullRun(deps: Evidence, tenantId: string, sourceId: string): Promise<SyncRun | null> {
  return (await listRuns(deps, tenantId, sourceId, { limit: 1, kind: 'full' })).data[0] ?? null;
}
