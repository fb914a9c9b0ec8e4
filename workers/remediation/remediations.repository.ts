import type { remediations } from '../../db/evidence/schema.ts';
import { HOUR, MINUTE, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { newestBelow, type Page, toPage } from '../platform/pagination.ts';

/** A stored remediation; `request`, `plan`, `requestedBy` and `answers` are JSON. */
export type Remediation = typeof remediations.$inferSelect;

/** Remediations that a tenant may confirm within an hour. */
export const MAX_PER_HOUR = 20;
/** Dry runs within an hour: each reads some objects of the org. */
export const MAX_PLANS_PER_HOUR = 300;
/** How long one run may hold a remediation without a sign of life: longer than all its calls may take. */
export const LEASE: Millis = 2 * MINUTE;
/** Remediations that one look of the minute's tick takes. */
const MAX_OPEN = 50;

const COLUMNS = `tenant_id AS tenantId, id, source_id AS sourceId, action, status, request, confirm, digest, plan,
  requested_by AS requestedBy, created_at AS createdAt, expires_at AS expiresAt, confirmed_at AS confirmedAt,
  started_at AS startedAt, ended_at AS endedAt, calls_done AS callsDone, attempts, next_attempt_at AS nextAttemptAt,
  lease, lease_until AS leaseUntil, answers, intent, problem, advice`;

type Db = Pick<Deps, 'evidence'>;
type NewPlan = Pick<
  Remediation,
  | 'tenantId'
  | 'id'
  | 'sourceId'
  | 'action'
  | 'request'
  | 'confirm'
  | 'digest'
  | 'plan'
  | 'requestedBy'
  | 'createdAt'
  | 'expiresAt'
>;

/** Dry runs of the last hour that nobody confirmed, refused ones included. */
export async function countPlans(deps: Db, tenantId: string, now: Millis): Promise<number> {
  const row = await deps
    .evidence(tenantId)
    .prepare("SELECT count(*) AS n FROM remediations WHERE tenant_id = ?1 AND status = 'planned' AND created_at > ?2")
    .bind(tenantId, now - HOUR)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

export async function insertPlan(deps: Db, row: NewPlan): Promise<void> {
  await deps
    .evidence(row.tenantId)
    .prepare(
      `INSERT INTO remediations (tenant_id, id, source_id, action, status, request, confirm, digest, plan, requested_by,
         created_at, expires_at)
       VALUES (?1, ?2, ?3, ?4, 'planned', ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    )
    .bind(
      row.tenantId,
      row.id,
      row.sourceId,
      row.action,
      row.request,
      row.confirm,
      row.digest,
      row.plan,
      row.requestedBy,
      row.createdAt,
      row.expiresAt,
    )
    .run();
}

export async function getRemediation(deps: Db, tenantId: string, id: string): Promise<Remediation | null> {
  return deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS} FROM remediations WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<Remediation>();
}

/** Confirmed ones, the latest first. `sources`: those that may be seen; null means all. */
export async function listRemediations(
  deps: Db,
  tenantId: string,
  query: { limit: number; cursor?: string | undefined; subject?: string | undefined },
  sources: string[] | null,
): Promise<Page<Remediation>> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM remediations
       WHERE tenant_id = ?1 AND confirmed_at IS NOT NULL AND (confirmed_at, id) < (?2, ?3)
         AND (?4 IS NULL OR source_id IN (SELECT value FROM json_each(?4)))
         AND (?5 IS NULL OR plan ->> '$.subject.id' = ?5)
       ORDER BY confirmed_at DESC, id DESC LIMIT ?6`,
    )
    .bind(
      tenantId,
      ...newestBelow(query.cursor),
      sources && JSON.stringify(sources),
      query.subject ?? null,
      query.limit + 1,
    )
    .all<Remediation>();
  return toPage(results, query.limit, (row) => [row.confirmedAt, row.id]);
}

/** Queues a plan that is not too old, within the hour's share. False when it could not be: look why. */
export async function confirmPlan(deps: Db, tenantId: string, id: string, now: Millis): Promise<boolean> {
  const { meta } = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE remediations SET status = 'queued', confirmed_at = ?3, next_attempt_at = ?3
       WHERE tenant_id = ?1 AND id = ?2 AND status = 'planned' AND expires_at > ?3
         AND (SELECT count(*) FROM remediations AS other WHERE other.tenant_id = ?1 AND other.confirmed_at > ?4) < ?5`,
    )
    .bind(tenantId, id, now, now - HOUR, MAX_PER_HOUR)
    .run();
  return meta.changes > 0;
}

/** When the oldest of this hour's remediations leaves the hour. */
export async function hourFreeAt(deps: Db, tenantId: string, now: Millis): Promise<Millis> {
  const row = await deps
    .evidence(tenantId)
    .prepare('SELECT min(confirmed_at) AS at FROM remediations WHERE tenant_id = ?1 AND confirmed_at > ?2')
    .bind(tenantId, now - HOUR)
    .first<{ at: number | null }>();
  return (row?.at ?? now) + HOUR;
}

/** Remediations of all tenants that are due and that nobody works on, oldest first. */
export async function dueRemediations(db: D1Database, now: Millis): Promise<{ tenantId: string; id: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT tenant_id AS tenantId, id FROM remediations
       WHERE status IN ('queued','running') AND next_attempt_at <= ?1 AND (lease_until IS NULL OR lease_until <= ?1)
       ORDER BY next_attempt_at LIMIT ?2`,
    )
    .bind(now, MAX_OPEN)
    .all<{ tenantId: string; id: string }>();
  return results;
}

/**
 * Takes a remediation to work on, one of a tenant at a time: two that are safe alone need not be safe together. Null
 * when it has ended, is not due, or another one is at work.
 */
export async function takeRemediation(
  deps: Db,
  tenantId: string,
  id: string,
  lease: string,
  now: Millis,
): Promise<Remediation | null> {
  return deps
    .evidence(tenantId)
    .prepare(
      `UPDATE remediations SET lease = ?3, lease_until = ?4, attempts = attempts + 1
       WHERE tenant_id = ?1 AND id = ?2 AND status IN ('queued','running') AND next_attempt_at <= ?5
         AND (lease_until IS NULL OR lease_until <= ?5)
         AND NOT EXISTS (SELECT 1 FROM remediations AS other WHERE other.tenant_id = ?1 AND other.id <> ?2
           AND other.status IN ('queued','running') AND other.lease_until > ?5)
       RETURNING ${COLUMNS}`,
    )
    .bind(tenantId, id, lease, now + LEASE, now)
    .first<Remediation>();
}

/**
 * Notes which call is about to be made and prolongs the lease, right before it: the first one begins the remediation.
 * False when the lease has run out: another one may be at work by now.
 */
export async function beginCall(
  deps: Db,
  row: Pick<Remediation, 'tenantId' | 'id'>,
  lease: string,
  intent: string,
  now: Millis,
): Promise<boolean> {
  const { meta } = await deps
    .evidence(row.tenantId)
    .prepare(
      `UPDATE remediations SET status = 'running', started_at = coalesce(started_at, ?4), lease_until = ?5, intent = ?6
       WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND lease_until > ?4`,
    )
    .bind(row.tenantId, row.id, lease, now, now + LEASE, intent)
    .run();
  return meta.changes > 0;
}

type Progress = Partial<
  Pick<
    Remediation,
    'status' | 'callsDone' | 'answers' | 'intent' | 'problem' | 'advice' | 'nextAttemptAt' | 'endedAt' | 'leaseUntil'
  >
>;

const COLUMN_OF: Record<keyof Progress, string> = {
  status: 'status',
  callsDone: 'calls_done',
  answers: 'answers',
  intent: 'intent',
  problem: 'problem',
  advice: 'advice',
  nextAttemptAt: 'next_attempt_at',
  endedAt: 'ended_at',
  leaseUntil: 'lease_until',
};

/** Notes how far it is, as long as the lease is ours. `release` gives it back. False when it is not ours any more. */
export async function noteProgress(
  deps: Db,
  row: Pick<Remediation, 'tenantId' | 'id'>,
  lease: string,
  progress: Progress,
  release: boolean,
): Promise<boolean> {
  const keys = (Object.keys(progress) as (keyof Progress)[]).filter((key) => progress[key] !== undefined);
  const sets = keys.map((key, place) => `${COLUMN_OF[key]} = ?${place + 4}`);
  if (release) sets.push('lease = NULL', 'lease_until = NULL');
  const { meta } = await deps
    .evidence(row.tenantId)
    .prepare(`UPDATE remediations SET ${sets.join(', ')} WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3`)
    .bind(row.tenantId, row.id, lease, ...keys.map((key) => progress[key] ?? null))
    .run();
  return meta.changes > 0;
}

/** Plans that were not confirmed, and remediations that ended long ago. Returns how many went. */
export async function deleteOld(db: D1Database, plansBefore: Millis, endedBefore: Millis): Promise<number> {
  const [plans, ended] = await db.batch([
    db.prepare("DELETE FROM remediations WHERE status = 'planned' AND created_at < ?1").bind(plansBefore),
    db.prepare("DELETE FROM remediations WHERE status IN ('done','failed') AND confirmed_at < ?1").bind(endedBefore),
  ]);
  return (plans?.meta.changes ?? 0) + (ended?.meta.changes ?? 0);
}
