import { DAY, HOUR, type Millis } from '../platform/clock.ts';
import type { Retention } from '../settings/retention.repository.ts';
import { KEEP_KEYS } from '../usage/append.sql.ts';
import { COUNTED_WITHIN, SIGN_ON_TYPES_SQL } from '../usage/sign-ons.ts';

/** Events of one transaction: each goes with its index entry and its target rows. */
const EVENTS_PER_CHUNK = 2_500;
/** Chunks of one tenant, kind and run; the next day goes on, with what expired last first. */
const MOST_CHUNKS = 1_000;

/** As `createUseReader` tells a sign-on that counts as use from other events. */
const SIGN_ON = `(e.type IN (${SIGN_ON_TYPES_SQL}) AND coalesce(e.outcome, 'SUCCESS') = 'SUCCESS'
  AND coalesce(e.actor_type, '') = 'User' AND instr(e.targets, '"AppInstance"') > 0)`;

/**
 * Removes the events of a tenant that it keeps no longer, to the whole hour, with their target rows. A sign-on that may
 * still come again leaves its key, so that it is not counted twice. Safe to repeat. Returns how many events went.
 */
export async function purgeEvents(
  db: D1Database,
  tenantId: string,
  retention: Pick<Retention, 'eventRetentionDays' | 'signOnRetentionDays'>,
  now: Millis,
): Promise<number> {
  const cut = (days: number) => Math.floor((now - days * DAY) / HOUR) * HOUR;
  const events = cut(retention.eventRetentionDays);
  const signOns = cut(retention.signOnRetentionDays);
  let purged = await sweep(db, tenantId, 0, Math.min(events, signOns), 'true', now);
  if (signOns > events) purged += await sweep(db, tenantId, events, signOns, SIGN_ON, now);
  if (events > signOns) purged += await sweep(db, tenantId, signOns, events, `NOT ${SIGN_ON}`, now);
  return purged;
}

/** Goes down from `before` to `from`, chunk by chunk. `which` is a condition on `events e`. */
async function sweep(
  db: D1Database,
  tenantId: string,
  from: Millis,
  before: Millis,
  which: string,
  now: Millis,
): Promise<number> {
  let total = 0;
  let upper = before;
  for (let n = 0; n < MOST_CHUNKS; n++) {
    const chunk = await db
      .prepare(
        `SELECT min(published_at) AS at, count(*) AS n FROM (SELECT published_at FROM events
           WHERE tenant_id = ?1 AND published_at >= ?2 AND published_at < ?3 ORDER BY published_at DESC LIMIT ?4)`,
      )
      .bind(tenantId, from, upper, EVENTS_PER_CHUNK)
      .first<{ at: Millis | null; n: number }>();
    if (!chunk || chunk.at === null) break;
    const these = `e.tenant_id = ?1 AND e.published_at >= ?2 AND e.published_at < ?3 AND ${which}`;
    const statements = [
      `DELETE FROM event_targets WHERE (tenant_id, target_id, published_at, event_id) IN (
         SELECT e.tenant_id, t.value->>'id', e.published_at, e.id FROM events e, json_each(e.targets) t WHERE ${these})`,
      // all sign-ons of that hour go with this run
      `DELETE FROM event_targets WHERE (tenant_id, target_id, published_at, event_id) IN (
         SELECT e.tenant_id, t.value->>'id', e.published_at / ${HOUR} * ${HOUR}, ''
         FROM events e, json_each(e.targets) t WHERE ${these} AND ${SIGN_ON})`,
      `DELETE FROM events WHERE (tenant_id, id) IN (SELECT e.tenant_id, e.id FROM events e WHERE ${these})`,
    ].map((sql) => db.prepare(sql).bind(tenantId, chunk.at, upper));
    const countedFrom = Math.max(chunk.at, now - COUNTED_WITHIN);
    if (countedFrom < upper) {
      statements.unshift(db.prepare(KEEP_KEYS(`${these} AND ${SIGN_ON}`)).bind(tenantId, countedFrom, upper));
    }
    const results = await db.batch(statements);
    total += results.at(-1)?.meta.changes ?? 0;
    upper = chunk.at;
    if (chunk.n < EVENTS_PER_CHUNK) break;
  }
  return total;
}
