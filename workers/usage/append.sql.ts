import { HOUR } from '../platform/clock.ts';
import { eventKeySql } from './sign-ons.ts';

/** Sign-ons up to which a segment takes the next batch's too: a trickle of events then costs a row each, not two. */
export const SMALL_SEGMENT = 500;

/**
 * Counts sign-ons that never came before: those with neither an event row nor a kept key. Before the events' own rows
 * are written, in one transaction with them.
 *
 * ?1 rows [tenant, event id, source, bucket, account, app, published, address hash, has an event row]
 * ?2 [tenant, source, hour] that they lie in · ?3 tenants · ?4 the batch · ?5 now
 */
export const APPEND_SIGN_ONS = `
WITH rows AS MATERIALIZED (SELECT value FROM json_each(?1)),
seen AS MATERIALIZED (
  SELECT k.value AS id FROM json_each(?2) h
    CROSS JOIN usage_seen s ON s.tenant_id = h.value->>0 AND s.source_id = h.value->>1 AND s.hour = h.value->>2
    CROSS JOIN json_each(s.ids) k
  UNION ALL
  SELECT k.value FROM json_each(?3) t
    CROSS JOIN usage_segments g ON g.tenant_id = t.value
    CROSS JOIN json_each(g.seen) k),
fresh AS MATERIALIZED (
  SELECT value->>0 AS tenant, ${eventKeySql('value->>1')} AS id, value->>8 AS stored,
    json_array(${eventKeySql('value->>1')}, value->>3, value->>4, value->>5, value->>6, value->>7, value->>2, value->>8)
      AS use
  FROM rows
  WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = value->>0 AND e.id = value->>1)
    AND ${eventKeySql('value->>1')} NOT IN (SELECT id FROM seen))
INSERT INTO usage_segments (tenant_id, seq, at, sign_ons, batch, batch_start, seen, uses)
SELECT tenant,
  coalesce((SELECT g.seq + (g.sign_ons >= ${SMALL_SEGMENT}) FROM usage_segments g
    WHERE g.tenant_id = fresh.tenant ORDER BY g.seq DESC LIMIT 1), 1),
  ?5, count(*), ?4, 0, json_group_array(id) FILTER (WHERE NOT stored), json_group_array(json(use))
FROM fresh WHERE true GROUP BY tenant
ON CONFLICT (tenant_id, seq) DO UPDATE SET
  batch_start = iif(batch = excluded.batch, batch_start, sign_ons),
  batch = excluded.batch,
  sign_ons = sign_ons + excluded.sign_ons,
  seen = CASE '[]' WHEN excluded.seen THEN seen WHEN seen THEN excluded.seen
    ELSE substr(seen, 1, length(seen) - 1) || ',' || substr(excluded.seen, 2) END,
  uses = substr(uses, 1, length(uses) - 1) || ',' || substr(excluded.uses, 2)`;

/** The number of the next row of kept keys; `of` has the columns source and hour, ?1 is the tenant. */
export const nextSeen = (of: string) => `1 + coalesce((SELECT max(s.seq) FROM usage_seen s
    WHERE s.tenant_id = ?1 AND s.source_id = ${of}.source AND s.hour = ${of}.hour), 0)`;

/** Keys of the sign-ons that a batch (`batch`) counted for tenants (`tenants`, a JSON array), within its transaction. */
export const countedBy = (batch: string, tenants: string) => `
  SELECT u.value->>0 FROM json_each(${tenants}) t
  CROSS JOIN usage_segments g ON g.tenant_id = t.value AND g.batch = ${batch}
  CROSS JOIN json_each(g.uses) u WHERE u.key >= g.batch_start`;

/** Keeps the keys of sign-ons whose event rows are about to go. `which` is a condition on `events e`; ?1 is the tenant. */
export const KEEP_KEYS = (which: string) => `
INSERT INTO usage_seen (tenant_id, source_id, hour, seq, ids)
SELECT ?1, source, hour, ${nextSeen('n')}, json_group_array(id)
FROM (SELECT e.source_id AS source, e.published_at / ${HOUR} AS hour, ${eventKeySql('e.id')} AS id
  FROM events e WHERE ${which}) n
GROUP BY source, hour`;
