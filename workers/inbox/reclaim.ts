import { sendAll } from '../ingest/queue-send.ts';
import { MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

/** How long a kept message may wait in the queue before it counts as forgotten. */
export const SPOOLED_AFTER: Millis = 30 * SECOND;
/** How long the effects of a delivery may take before it counts as dropped half-way. */
export const PENDING_AFTER: Millis = 5 * MINUTE;
const PAGE = 100;
/** Most deliveries of one run and database; the next minute goes on. */
const MOST_PAGES = 20;
/** The wait doubles with each time a delivery is taken up, at most this often: a slow queue is not fed twice. */
const MOST_DOUBLINGS = 6;

/**
 * Queues again what the queue forgot: messages kept by ingest that never came, and deliveries left half-way. Only kept
 * messages (INGEST_SPOOL) can be: elsewhere the queue itself delivers again. Returns how many.
 */
export async function reclaimInbox(deps: Pick<Deps, 'env' | 'evidenceShards' | 'clock' | 'log'>): Promise<number> {
  let reclaimed = 0;
  for (const db of deps.evidenceShards) {
    for (let page = 0; page < MOST_PAGES; page++) {
      const taken = await takeUp(deps, db);
      reclaimed += taken;
      if (taken < PAGE) break;
    }
  }
  if (reclaimed > 0) deps.log.warn('inbox deliveries queued again', { reclaimed });
  return reclaimed;
}

async function takeUp(deps: Pick<Deps, 'env' | 'clock'>, db: D1Database): Promise<number> {
  const now = deps.clock.now();
  const { results } = await db
    .prepare(
      `SELECT tenant_id AS tenantId, id, payload AS json FROM inbox
       WHERE status <> 'processed' AND received_at <= ?1 - ?2 AND payload IS NOT NULL
         AND received_at <= ?1 - (CASE status WHEN 'spooled' THEN ?2 ELSE ?3 END) * (1 << min(attempts, ?4))
       ORDER BY received_at LIMIT ?5`,
    )
    .bind(now, SPOOLED_AFTER, PENDING_AFTER, MOST_DOUBLINGS, PAGE)
    .all<{ tenantId: string; id: string; json: string }>();
  if (results.length === 0) return 0;
  await sendAll(deps.env.INBOX, results);
  await db
    .prepare(
      `UPDATE inbox SET attempts = attempts + 1
       WHERE (tenant_id, id) IN (SELECT value->>0, value->>1 FROM json_each(?1))`,
    )
    .bind(JSON.stringify(results.map(({ tenantId, id }) => [tenantId, id])))
    .run();
  return results.length;
}
