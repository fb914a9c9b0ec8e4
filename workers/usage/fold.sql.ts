import { DAY, HOUR } from '../platform/clock.ts';
import { nextSeen } from './append.sql.ts';
import { accountKeySql, BUCKETS_PER_PART, MAX_ADDRESSES } from './sign-ons.ts';

/**
 * The statements that move segments into the rollups; they run in one transaction, for one tenant (?1) and its segments
 * up to a number (?2). Those of buckets take the first bucket (?3) and the one after the last (?4).
 */

const SEGMENTS = `usage_segments g CROSS JOIN json_each(g.uses) u
  WHERE g.tenant_id = ?1 AND g.seq <= ?2`;

const FRESH = `fresh AS MATERIALIZED (
  SELECT u.value->>1 AS bucket, u.value->>2 AS account, u.value->>3 AS app, u.value->>4 AS at, u.value->>5 AS address
  FROM ${SEGMENTS} AND u.value->>1 >= ?3 AND u.value->>1 < ?4)`;

/** A JSON array without its brackets, null when empty: joined by `group_concat`. */
export const inner = (json: string) => `nullif(substr(${json}, 2, length(${json}) - 2), '')`;

export const FOLD_DAILY = `
WITH ${FRESH},
entries AS (
  SELECT at / ${DAY} AS day, bucket, account, app, count(*) AS n, min(at) AS first, max(at) AS last,
    group_concat(DISTINCT '"' || address || '"') AS addresses
  FROM fresh GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT d.day, d.bucket, e.value->>0, e.value->>1, e.value->>2, e.value->>3, e.value->>4, ${inner("(e.value->'$[5]')")}
  FROM (SELECT DISTINCT at / ${DAY} AS day, bucket FROM fresh) t
  CROSS JOIN usage_daily d ON d.tenant_id = ?1 AND d.bucket = t.bucket AND d.day = t.day
  CROSS JOIN json_each(d.uses) e),
merged AS (
  SELECT day, bucket, account, app, sum(n) AS n, min(first) AS first, max(last) AS last,
    '[' || coalesce(group_concat(addresses), '') || ']' AS addresses
  FROM entries GROUP BY 1, 2, 3, 4)
INSERT INTO usage_daily (tenant_id, bucket, day, uses)
SELECT ?1, bucket, day, json_group_array(json_array(account, app, n, first, last, (
  SELECT json_group_array(value) FROM (SELECT DISTINCT value FROM json_each(addresses) LIMIT ${MAX_ADDRESSES}))))
FROM merged WHERE true GROUP BY bucket, day
ON CONFLICT (tenant_id, bucket, day) DO UPDATE SET uses = excluded.uses`;

export const FOLD_LAST = `
WITH ${FRESH},
entries AS (
  SELECT bucket, account, app, max(at) AS last FROM fresh GROUP BY 1, 2, 3
  UNION ALL
  SELECT l.bucket, e.value->>0, e.value->>1, e.value->>2 FROM (SELECT DISTINCT bucket FROM fresh) t
  CROSS JOIN usage_last l ON l.tenant_id = ?1 AND l.bucket = t.bucket
  CROSS JOIN json_each(l.uses) e),
merged AS (SELECT bucket, account, app, max(last) AS last FROM entries GROUP BY 1, 2, 3)
INSERT INTO usage_last (tenant_id, bucket, oldest_at, uses)
SELECT ?1, bucket, min(last), json_group_array(json_array(account, app, last)) FROM merged WHERE true GROUP BY bucket
ON CONFLICT (tenant_id, bucket) DO UPDATE SET oldest_at = excluded.oldest_at, uses = excluded.uses`;

/** ?5: the first day that is lately; who used the app before then and not since goes. */
export const FOLD_USERS = `
WITH ${FRESH},
recent AS MATERIALIZED (
  SELECT app, bucket / ${BUCKETS_PER_PART} AS part, ${accountKeySql('account')} AS user, max(at) / ${DAY} AS day
  FROM fresh WHERE at >= ?5 * ${DAY} GROUP BY 1, 2, 3),
entries AS (
  SELECT app, part, user, day FROM recent
  UNION ALL
  SELECT a.app_id, a.part, e.value->>0, e.value->>1 FROM (SELECT DISTINCT app, part FROM recent) t
  CROSS JOIN usage_app_users a ON a.tenant_id = ?1 AND a.app_id = t.app AND a.part = t.part
  CROSS JOIN json_each(a.users) e WHERE e.value->>1 >= ?5),
merged AS (SELECT app, part, user, max(day) AS day FROM entries GROUP BY 1, 2, 3)
INSERT INTO usage_app_users (tenant_id, app_id, part, oldest_day, users)
SELECT ?1, app, part, min(day), json_group_array(json_array(user, day)) FROM merged WHERE true GROUP BY app, part
ON CONFLICT (tenant_id, app_id, part) DO UPDATE SET oldest_day = excluded.oldest_day, users = excluded.users`;

export const FOLD_APPS = `
INSERT INTO usage_apps (tenant_id, app_id, day, sign_ons, last_at, buckets)
SELECT ?1, u.value->>3, u.value->>4 / ${DAY}, count(*), max(u.value->>4), json_group_array(DISTINCT u.value->>1)
FROM ${SEGMENTS} GROUP BY 2, 3
ON CONFLICT (tenant_id, app_id, day) DO UPDATE SET
  sign_ons = sign_ons + excluded.sign_ons,
  last_at = max(last_at, excluded.last_at),
  buckets = (SELECT json_group_array(value) FROM (
    SELECT value FROM json_each(usage_apps.buckets) UNION SELECT value FROM json_each(excluded.buckets)))`;

/** Keeps the keys of sign-ons that have no event row. */
export const FOLD_SEEN = `
INSERT INTO usage_seen (tenant_id, source_id, hour, seq, ids)
SELECT ?1, source, hour, ${nextSeen('n')}, json_group_array(id)
FROM (SELECT u.value->>6 AS source, u.value->>4 / ${HOUR} AS hour, u.value->>0 AS id FROM ${SEGMENTS}
  AND NOT u.value->>7) n
GROUP BY source, hour`;

export const DROP_SEGMENTS = 'DELETE FROM usage_segments WHERE tenant_id = ?1 AND seq <= ?2';
