import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

export const DELIVERIES_KEPT: Millis = 30 * DAY;
export const DEAD_LETTERS_KEPT: Millis = 90 * DAY;
export const EVENTS_KEPT: Millis = 90 * DAY;
/** Rows of one statement: a long one would hold up everything else of the database. */
export const CHUNK = 10_000;
/** An event and its target rows go together. */
const EVENTS_PER_CHUNK = 2_500;
/** Chunks of one kind and run; the next day goes on. */
const MOST_CHUNKS = 100;

export interface Purged {
  deliveries: number;
  deadLetters: number;
  events: number;
  oversized: number;
}

/** Removes what retention does not keep. Safe to repeat; unfinished deliveries and their payloads stay. */
export async function purgeEvidence(deps: Pick<Deps, 'evidenceShards' | 'clock' | 'log'>): Promise<Purged> {
  const now = deps.clock.now();
  const purged: Purged = { deliveries: 0, deadLetters: 0, events: 0, oversized: 0 };
  for (const db of deps.evidenceShards) {
    purged.deliveries += await inChunks(db, DELETE_DELIVERIES, now - DELIVERIES_KEPT);
    purged.deadLetters += await inChunks(db, DELETE_DEAD_LETTERS, now - DEAD_LETTERS_KEPT);
    purged.oversized += await inChunks(db, DELETE_OVERSIZED, now - DEAD_LETTERS_KEPT);
    const { results } = await db.prepare(TENANTS).all<{ id: string }>();
    for (const { id } of results) purged.events += await purgeEvents(db, id, now - EVENTS_KEPT);
  }
  deps.log.info('evidence purged', { ...purged });
  return purged;
}

const DELETE_DELIVERIES = `DELETE FROM inbox WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM inbox WHERE status = 'processed' AND received_at < ?1 LIMIT ${CHUNK})`;
const DELETE_DEAD_LETTERS = `DELETE FROM dead_letters WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM dead_letters WHERE coalesce(resolved_at, created_at) < ?1 LIMIT ${CHUNK})`;
const DELETE_OVERSIZED = `DELETE FROM oversized_events WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM oversized_events WHERE received_at < ?1 LIMIT ${CHUNK})`;

/** Every tenant with events, by one look-up each instead of a scan. */
const TENANTS = `WITH RECURSIVE t(id) AS (
  SELECT min(tenant_id) FROM events
  UNION ALL SELECT (SELECT min(tenant_id) FROM events WHERE tenant_id > t.id) FROM t WHERE t.id IS NOT NULL)
SELECT id FROM t WHERE id IS NOT NULL`;

async function inChunks(db: D1Database, sql: string, before: Millis): Promise<number> {
  let total = 0;
  for (let n = 0; n < MOST_CHUNKS; n++) {
    const { meta } = await db.prepare(sql).bind(before).run();
    total += meta.changes;
    if (meta.changes < CHUNK) break;
  }
  return total;
}

async function purgeEvents(db: D1Database, tenantId: string, before: Millis): Promise<number> {
  let total = 0;
  for (let n = 0; n < MOST_CHUNKS; n++) {
    const last = await db
      .prepare(
        `SELECT max(published_at) AS at, count(*) AS n FROM (
           SELECT published_at FROM events WHERE tenant_id = ?1 AND published_at < ?2 ORDER BY published_at LIMIT ?3)`,
      )
      .bind(tenantId, before, EVENTS_PER_CHUNK)
      .first<{ at: Millis | null; n: number }>();
    if (!last || last.at === null) break;
    const [, events] = await db.batch([
      db
        .prepare(
          `DELETE FROM event_targets WHERE (tenant_id, target_id, published_at, event_id) IN (
             SELECT e.tenant_id, t.value->>'id', e.published_at, e.id FROM events e, json_each(e.targets) t
             WHERE e.tenant_id = ?1 AND e.published_at <= ?2)`,
        )
        .bind(tenantId, last.at),
      db.prepare('DELETE FROM events WHERE tenant_id = ?1 AND published_at <= ?2').bind(tenantId, last.at),
    ]);
    total += events?.meta.changes ?? 0;
    if (last.n < EVENTS_PER_CHUNK) break;
  }
  return total;
}
