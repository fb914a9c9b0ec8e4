import { DAY, HOUR } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { retentionOf } from '../settings/retention.repository.ts';
import { COUNTED_WITHIN } from './sign-ons.ts';

/** Rows of one statement. */
const CHUNK = 10_000;
/** Statements of one kind and run; the next day goes on. */
const MOST_CHUNKS = 100;

/** ?1 tenant, ?2 the first day that is kept. */
const DELETE_DAILY = `DELETE FROM usage_daily WHERE (tenant_id, bucket, day) IN (
  SELECT tenant_id, bucket, day FROM usage_daily WHERE tenant_id = ?1 AND day < ?2 LIMIT ${CHUNK})`;
const DELETE_APPS = `DELETE FROM usage_apps WHERE (tenant_id, app_id, day) IN (
  SELECT tenant_id, app_id, day FROM usage_apps WHERE tenant_id = ?1 AND day < ?2 LIMIT ${CHUNK})`;

const TRIM_LAST = `UPDATE usage_last SET
  oldest_at = coalesce((SELECT min(value->>2) FROM json_each(uses) WHERE value->>2 >= ?2 * ${DAY}), 0),
  uses = (SELECT json_group_array(json(value)) FROM json_each(uses) WHERE value->>2 >= ?2 * ${DAY})
WHERE tenant_id = ?1 AND oldest_at < ?2 * ${DAY}`;
const DELETE_EMPTY = `DELETE FROM usage_last WHERE tenant_id = ?1 AND uses = '[]'`;

/** The users of apps: a fold keeps 30 days of them, of those apps that are still used. */
const TRIM_USERS = `UPDATE usage_app_users SET
  oldest_day = coalesce((SELECT min(value->>1) FROM json_each(users) WHERE value->>1 >= ?2), 0),
  users = (SELECT json_group_array(json(value)) FROM json_each(users) WHERE value->>1 >= ?2)
WHERE tenant_id = ?1 AND oldest_day < ?2`;
const DELETE_UNUSED = `DELETE FROM usage_app_users WHERE tenant_id = ?1 AND users = '[]'`;

/** A day more than sign-ons are counted: clocks differ. */
const DELETE_SEEN = `DELETE FROM usage_seen WHERE (tenant_id, source_id, hour, seq) IN (
  SELECT tenant_id, source_id, hour, seq FROM usage_seen WHERE hour < ?1 LIMIT ${CHUNK})`;

/** Removes the usage that tenants keep no longer, and keys of sign-ons that cannot count again. Safe to repeat. */
export async function purgeUsage(
  deps: Pick<Deps, 'control' | 'evidenceShards' | 'clock' | 'log'>,
): Promise<{ rows: number }> {
  const now = deps.clock.now();
  let rows = 0;
  for (const db of deps.evidenceShards) {
    rows += await inChunks(db, DELETE_SEEN, [Math.floor((now - COUNTED_WITHIN - DAY) / HOUR)]);
    const { results } = await db.prepare('SELECT DISTINCT tenant_id AS id FROM usage_last').all<{ id: string }>();
    const retention = await retentionOf(
      deps,
      results.map(({ id }) => id),
    );
    for (const [id, { usageRetentionDays }] of retention) {
      const first = Math.floor(now / DAY) - usageRetentionDays;
      rows += await inChunks(db, DELETE_DAILY, [id, first]);
      rows += await inChunks(db, DELETE_APPS, [id, first]);
      await db.batch([
        db.prepare(TRIM_LAST).bind(id, first),
        db.prepare(DELETE_EMPTY).bind(id),
        db.prepare(TRIM_USERS).bind(id, first),
        db.prepare(DELETE_UNUSED).bind(id),
      ]);
    }
  }
  deps.log.info('usage purged', { rows });
  return { rows };
}

async function inChunks(db: D1Database, sql: string, parameters: (string | number)[]): Promise<number> {
  let total = 0;
  for (let n = 0; n < MOST_CHUNKS; n++) {
    const { meta } = await db
      .prepare(sql)
      .bind(...parameters)
      .run();
    total += meta.changes;
    if (meta.changes < CHUNK) break;
  }
  return total;
}
