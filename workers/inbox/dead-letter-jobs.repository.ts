import type { deadLetterJobs } from '../../db/evidence/schema.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { newestBelow, type Page, toPage } from '../platform/pagination.ts';

/** A stored job; `filter`, `ids`, `claimed` and `requestedBy` are JSON. */
export type DeadLetterJob = typeof deadLetterJobs.$inferSelect;

/** Which open letters a job is about: `null` members do not narrow. Times are of creation. */
export interface LetterFilter {
  source?: string | undefined;
  reason?: string | undefined;
  queue?: 'inbox' | 'outbound' | undefined;
  since?: Millis | undefined;
  until?: Millis | undefined;
}

/** How long one run may hold a job without a sign of life. */
export const LEASE: Millis = 120_000;
/** Jobs that one look of the minute's tick takes. */
const MAX_OPEN_JOBS = 100;

const COLUMNS = `tenant_id AS tenantId, id, kind, filter, ids, reason, status, matched, done, skipped, cursor, claimed,
  lease, lease_until AS leaseUntil, requested_by AS requestedBy, error, created_at AS createdAt, ended_at AS endedAt`;

/** ?1 tenant, ?2 last id, ?3 newest creation, ?4 source, ?5 reason, ?6 queue, ?7 since, ?8 until, ?9 ids */
const MATCHING = `FROM dead_letters
  WHERE tenant_id = ?1 AND id > ?2 AND status = 'open' AND created_at <= ?3
    AND (?4 IS NULL OR source_id = ?4) AND (?5 IS NULL OR reason = ?5) AND (?6 IS NULL OR queue = ?6)
    AND (?7 IS NULL OR created_at >= ?7) AND (?8 IS NULL OR created_at < ?8)
    AND (?9 IS NULL OR id IN (SELECT value FROM json_each(?9)))`;

type Db = Pick<Deps, 'evidence'>;
type Scope = Pick<DeadLetterJob, 'tenantId' | 'filter' | 'ids' | 'cursor' | 'createdAt'>;

function bindMatching(statement: D1PreparedStatement, job: Scope, ...more: unknown[]): D1PreparedStatement {
  const { source, reason, queue, since, until } = JSON.parse(job.filter) as LetterFilter;
  const narrowed = [source, reason, queue, since, until].map((value) => value ?? null);
  return statement.bind(job.tenantId, job.cursor, job.createdAt, ...narrowed, job.ids, ...more);
}

export async function countMatching(deps: Db, job: Scope): Promise<number> {
  const row = await bindMatching(deps.evidence(job.tenantId).prepare(`SELECT count(*) AS n ${MATCHING}`), job).first<{
    n: number;
  }>();
  return row?.n ?? 0;
}

/** The next open letters after the cursor, in the order of their ids. */
export async function nextMatching(deps: Db, job: Scope, limit: number): Promise<{ id: string; reason: string }[]> {
  const statement = deps.evidence(job.tenantId).prepare(`SELECT id, reason ${MATCHING} ORDER BY id LIMIT ?10`);
  return (await bindMatching(statement, job, limit).all<{ id: string; reason: string }>()).results;
}

export async function insertJob(deps: Db, job: DeadLetterJob): Promise<void> {
  await deps
    .evidence(job.tenantId)
    .prepare(
      `INSERT INTO dead_letter_jobs
         (tenant_id, id, kind, filter, ids, reason, status, matched, requested_by, created_at, ended_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    )
    .bind(
      job.tenantId,
      job.id,
      job.kind,
      job.filter,
      job.ids,
      job.reason,
      job.status,
      job.matched,
      job.requestedBy,
      job.createdAt,
      job.endedAt,
    )
    .run();
}

export async function getJob(deps: Db, tenantId: string, id: string): Promise<DeadLetterJob | null> {
  return deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS} FROM dead_letter_jobs WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<DeadLetterJob>();
}

/** Newest first. */
export async function listJobs(
  deps: Db,
  tenantId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<DeadLetterJob>> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM dead_letter_jobs WHERE tenant_id = ?1 AND (created_at, id) < (?2, ?3)
       ORDER BY created_at DESC, id DESC LIMIT ?4`,
    )
    .bind(tenantId, ...newestBelow(cursor), limit + 1)
    .all<DeadLetterJob>();
  return toPage(results, limit, (row) => [row.createdAt, row.id]);
}

export async function countOpenJobs(deps: Db, tenantId: string): Promise<number> {
  const row = await deps
    .evidence(tenantId)
    .prepare('SELECT count(*) AS n FROM dead_letter_jobs WHERE ended_at IS NULL AND tenant_id = ?1')
    .bind(tenantId)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

/** Jobs of all tenants that are under way and that nobody works on, oldest first. */
export async function idleJobs(db: D1Database, now: Millis): Promise<{ tenantId: string; id: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT tenant_id AS tenantId, id FROM dead_letter_jobs
       WHERE ended_at IS NULL AND (lease_until IS NULL OR lease_until <= ?1) ORDER BY created_at LIMIT ?2`,
    )
    .bind(now, MAX_OPEN_JOBS)
    .all<{ tenantId: string; id: string }>();
  return results;
}

/** True when the job is ours until the lease ends; again prolongs it. */
export async function takeLease(deps: Db, tenantId: string, id: string, lease: string, now: Millis): Promise<boolean> {
  const { meta } = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE dead_letter_jobs SET lease = ?3, lease_until = ?4
       WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL
         AND (lease = ?3 OR lease_until IS NULL OR lease_until <= ?5)`,
    )
    .bind(tenantId, id, lease, now + LEASE, now)
    .run();
  return meta.changes > 0;
}

/** Lets another run go on at once; `error` is why this one stopped. */
export async function releaseLease(
  deps: Db,
  tenantId: string,
  id: string,
  lease: string,
  error: string | null,
): Promise<void> {
  await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE dead_letter_jobs SET lease = NULL, lease_until = NULL, error = ?4
       WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3`,
    )
    .bind(tenantId, id, lease, error)
    .run();
}

/** Ends a job that nothing is left of; one that was cancelled keeps that word. */
export async function endJob(
  deps: Db,
  job: Pick<DeadLetterJob, 'tenantId' | 'id'>,
  status: 'succeeded' | 'failed',
  now: Millis,
): Promise<void> {
  await deps
    .evidence(job.tenantId)
    .prepare(
      `UPDATE dead_letter_jobs SET status = iif(status = 'cancelled', status, ?3), ended_at = ?4
       WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL`,
    )
    .bind(job.tenantId, job.id, status, now)
    .run();
}

/** False when it has ended, or is being cancelled. What is claimed is still sent; then the job ends. */
export async function cancelJob(deps: Db, tenantId: string, id: string, now: Millis): Promise<boolean> {
  const { meta } = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE dead_letter_jobs SET status = 'cancelled', ended_at = iif(claimed IS NULL, ?3, NULL)
       WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL AND status = 'running'`,
    )
    .bind(tenantId, id, now)
    .run();
  return meta.changes > 0;
}
