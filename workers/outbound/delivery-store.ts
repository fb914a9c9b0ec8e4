import type { Millis } from '../platform/clock.ts';
import { derivedId } from '../platform/ids.ts';
import type { DeadReason } from './outcome.ts';

/**
 * The statements behind sending. All are set-based: one statement for a whole batch, with its rows as one JSON
 * parameter. A delivery is **claimed** by moving its `next_attempt_at` past the time that sending can take and counting
 * the attempt; whoever crashes leaves a claim that runs out, and the delivery is due again.
 */

/** A delivery that this invocation, and nobody else, is to send now. */
export interface ClaimedDelivery {
  tenantId: string;
  id: string;
  integrationId: string;
  /** 1 for the first. A result is only stored while this is still the latest attempt. */
  attempt: number;
  body: string;
}

export interface NewDelivery {
  tenantId: string;
  id: string;
  integrationId: string;
  automationId: string | null;
  issueId: string;
  change: string;
  body: string;
}

/** A bound value is at most 2 MB in D1; bodies are a few KB. */
const MAX_PARAMETER_CHARS = 500_000;

/**
 * Stores new deliveries as already claimed until `until`, and returns those that are new. One that exists is left alone:
 * it was sent, or is being sent, or its retry is planned.
 */
export async function insertClaimed(
  db: D1Database,
  deliveries: NewDelivery[],
  now: Millis,
  until: Millis,
): Promise<ClaimedDelivery[]> {
  const claimed: ClaimedDelivery[] = [];
  for (const chunk of chunksBySize(deliveries)) {
    const { results } = await db
      .prepare(
        `INSERT INTO deliveries (tenant_id, id, integration_id, automation_id, issue_id, change, status, attempts,
           created_at, next_attempt_at, body)
         SELECT value ->> '$.tenantId', value ->> '$.id', value ->> '$.integrationId', value ->> '$.automationId',
           value ->> '$.issueId', value ->> '$.change', 'pending', 1, ?2, ?3, value ->> '$.body'
         FROM json_each(?1) WHERE true
         ON CONFLICT DO NOTHING
         RETURNING tenant_id AS tenantId, id`,
      )
      .bind(JSON.stringify(chunk), now, until)
      .all<{ tenantId: string; id: string }>();
    const fresh = new Set(results.map((row) => `${row.tenantId}/${row.id}`));
    for (const { tenantId, id, integrationId, body } of chunk) {
      if (fresh.has(`${tenantId}/${id}`)) claimed.push({ tenantId, id, integrationId, attempt: 1, body });
    }
  }
  return claimed;
}

const CLAIMED = 'tenant_id AS tenantId, id, integration_id AS integrationId, attempts AS attempt, body';

/** Claims up to `limit` deliveries of any tenant that are due, longest waiting first. */
export async function claimDue(db: D1Database, limit: number, now: Millis, until: Millis): Promise<ClaimedDelivery[]> {
  const { results } = await db
    .prepare(
      `UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?2
       WHERE (tenant_id, id) IN (
         SELECT tenant_id, id FROM deliveries WHERE status = 'pending' AND next_attempt_at <= ?1
         ORDER BY next_attempt_at LIMIT ?3)
       RETURNING ${CLAIMED}`,
    )
    .bind(now, until, limit)
    .all<ClaimedDelivery>();
  return results;
}

/** Claims those of the named deliveries that are due. */
export async function claimNamed(
  db: D1Database,
  named: { tenantId: string; id: string }[],
  now: Millis,
  until: Millis,
): Promise<ClaimedDelivery[]> {
  if (named.length === 0) return [];
  const { results } = await db
    .prepare(
      `UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?3
       WHERE (tenant_id, id) IN (SELECT value ->> '$.tenantId', value ->> '$.id' FROM json_each(?1))
         AND status = 'pending' AND next_attempt_at <= ?2
       RETURNING ${CLAIMED}`,
    )
    .bind(JSON.stringify(named.map(({ tenantId, id }) => ({ tenantId, id }))), now, until)
    .all<ClaimedDelivery>();
  return results;
}

/** What became of an attempt, as stored. */
export interface Settlement {
  tenantId: string;
  id: string;
  attempt: number;
  status: 'pending' | 'delivered' | 'failed' | 'dead';
  /** Pending only. */
  nextAttemptAt: Millis | null;
  responseStatus: number | null;
  error: string | null;
  /** Dead only. */
  reason: DeadReason | null;
  /** False when nothing was sent, so that the attempt does not count. */
  counts: boolean;
}

/**
 * Stores the results of a batch, and a dead letter for each delivery that was given up, in one round trip. A result of
 * an attempt that is not the latest any more is dropped.
 */
export async function settle(db: D1Database, settlements: Settlement[], now: Millis): Promise<void> {
  if (settlements.length === 0) return;
  const rows = JSON.stringify(
    settlements.map((one) => ({ ...one, deadLetterId: deadLetterIdOf(one.tenantId, one.id) })),
  );
  const deadLetters = db
    .prepare(
      `INSERT INTO dead_letters (tenant_id, id, queue, reason, detail, payload, created_at, status)
       SELECT d.tenant_id, r.value ->> '$.deadLetterId', 'outbound', r.value ->> '$.reason', r.value ->> '$.error',
         json_object('v', 1, 'tenantId', d.tenant_id, 'retry', json_array(d.id)), ?2, 'open'
       FROM json_each(?1) AS r CROSS JOIN deliveries AS d
         ON d.tenant_id = r.value ->> '$.tenantId' AND d.id = r.value ->> '$.id'
       WHERE r.value ->> '$.status' = 'dead' AND d.status = 'pending' AND d.attempts = r.value ->> '$.attempt'
       ON CONFLICT DO UPDATE SET reason = excluded.reason, detail = excluded.detail, created_at = excluded.created_at,
         status = 'open', resolved_at = NULL, resolved_by = NULL, note = NULL`,
    )
    .bind(rows, now);
  const results = db
    .prepare(
      `UPDATE deliveries SET status = r.value ->> '$.status', next_attempt_at = r.value ->> '$.nextAttemptAt',
         response_status = r.value ->> '$.responseStatus', error = r.value ->> '$.error',
         attempts = attempts - (CASE WHEN r.value ->> '$.counts' THEN 0 ELSE 1 END),
         delivered_at = CASE r.value ->> '$.status' WHEN 'delivered' THEN ?2 END
       FROM json_each(?1) AS r
       WHERE deliveries.tenant_id = r.value ->> '$.tenantId' AND deliveries.id = r.value ->> '$.id'
         AND deliveries.status = 'pending' AND deliveries.attempts = r.value ->> '$.attempt'`,
    )
    .bind(rows, now);
  const anyDead = settlements.some((one) => one.status === 'dead');
  // the dead letters first: they look at the rows as they were claimed
  await db.batch(anyDead ? [deadLetters, results] : [results]);
}

/** A delivery has at most one dead letter: it is opened again when a replay fails too. */
export function deadLetterIdOf(tenantId: string, deliveryId: string): string {
  return derivedId('ded', tenantId, 'outbound', deliveryId);
}

function chunksBySize(deliveries: NewDelivery[]): NewDelivery[][] {
  const chunks: NewDelivery[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const delivery of deliveries) {
    size += delivery.body.length;
    if (size > MAX_PARAMETER_CHARS) {
      chunks.push([]);
      size = delivery.body.length;
    }
    chunks.at(-1)?.push(delivery);
  }
  return chunks;
}
