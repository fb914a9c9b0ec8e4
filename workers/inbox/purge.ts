import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { retentionOf } from '../settings/retention.repository.ts';
import { purgeEvents } from './purge-events.ts';

export const DELIVERIES_KEPT: Millis = 30 * DAY;
export const DEAD_LETTERS_KEPT: Millis = 90 * DAY;
export const EVENTS_KEPT: Millis = 90 * DAY;
/** Rows of one statement: a long one would hold up everything else of the database. */
export const CHUNK = 10_000;
/** Chunks of one kind and run; the next day goes on. */
const MOST_CHUNKS = 100;

export interface Purged {
  deliveries: number;
  deadLetters: number;
  events: number;
  oversized: number;
  backfills: number;
}

/** Removes what retention does not keep. Safe to repeat; unfinished deliveries and their payloads stay. */
export async function purgeEvidence(deps: Pick<Deps, 'control' | 'evidenceShards' | 'clock' | 'log'>): Promise<Purged> {
  const now = deps.clock.now();
  const purged: Purged = { deliveries: 0, deadLetters: 0, events: 0, oversized: 0, backfills: 0 };
  for (const db of deps.evidenceShards) {
    purged.deliveries += await inChunks(db, DELETE_DELIVERIES, now - DELIVERIES_KEPT);
    purged.deadLetters += await inChunks(db, DELETE_DEAD_LETTERS, now - DEAD_LETTERS_KEPT);
    purged.deadLetters += await inChunks(db, DELETE_DEAD_LETTER_JOBS, now - DEAD_LETTERS_KEPT);
    purged.oversized += await inChunks(db, DELETE_OVERSIZED, now - DEAD_LETTERS_KEPT);
    purged.backfills += await inChunks(db, DELETE_BACKFILLS, now - EVENTS_KEPT);
    const { results } = await db.prepare(TENANTS).all<{ id: string }>();
    const retention = await retentionOf(
      deps,
      results.map(({ id }) => id),
    );
    for (const [id, days] of retention) purged.events += await purgeEvents(db, id, days, now);
  }
  deps.log.info('evidence purged', { ...purged });
  return purged;
}

const DELETE_DELIVERIES = `DELETE FROM inbox WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM inbox WHERE status = 'processed' AND received_at < ?1 LIMIT ${CHUNK})`;
const DELETE_DEAD_LETTERS = `DELETE FROM dead_letters WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM dead_letters WHERE coalesce(resolved_at, created_at) < ?1 LIMIT ${CHUNK})`;
const DELETE_DEAD_LETTER_JOBS = `DELETE FROM dead_letter_jobs WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM dead_letter_jobs WHERE ended_at < ?1 LIMIT ${CHUNK})`;
const DELETE_OVERSIZED = `DELETE FROM oversized_events WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM oversized_events WHERE received_at < ?1 LIMIT ${CHUNK})`;

/** A source's newest run stays: it says that the history was read. */
const DELETE_BACKFILLS = `DELETE FROM backfills WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM backfills b WHERE ended_at < ?1 AND EXISTS (
    SELECT 1 FROM backfills later WHERE later.tenant_id = b.tenant_id AND later.source_id = b.source_id
      AND later.started_at > b.started_at)
  LIMIT ${CHUNK})`;

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
