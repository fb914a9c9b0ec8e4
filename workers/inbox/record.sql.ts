import { countedBy } from '../usage/append.sql.ts';

/**
 * The statements that record a batch, in the order in which they run. Each takes one JSON array of rows (arrays, see
 * `record.ts`), so that a thousand events are a handful of statements.
 */

/**
 * Rows are deliveries: of the events it brings first, 13 lists the ids, 16 the keys of the sign-ons that count as use.
 * What of those is new has been appended to the usage (batch ?2, tenants ?3) in the same transaction, just before.
 */
const DUPLICATES = `(d.value->>9) + (
  SELECT count(*) FROM json_each(d.value, '$[13]') k
  CROSS JOIN events e ON e.tenant_id = d.value->>0 AND e.id = k.value) + (
  SELECT count(*) FROM json_each(d.value, '$[16]') k WHERE k.value NOT IN (${countedBy('?2', '?3')}))`;

/**
 * Counts deliveries that are not recorded yet: before their row and their events are written. LIMIT keeps SQLite from
 * looking the duplicates up for each sum that they are part of.
 */
export const COUNT_DELIVERIES = `
INSERT INTO counters
  (tenant_id, source_id, received, accepted, ignored, duplicate, dead, last_received_at, last_published_at, lag_millis,
   processed)
SELECT tenant, source, sum(received), sum(accepted), sum(ignored), sum(duplicate), sum(dead), max(received_at),
  max(newest), min(lag), sum(iif(status = 'processed', accepted - duplicate - dead, 0))
FROM (SELECT d.value->>0 AS tenant, d.value->>2 AS source, d.value->>4 AS received_at, d.value->>5 AS status,
  d.value->>6 AS received, d.value->>7 AS accepted, d.value->>8 AS ignored, ${DUPLICATES} AS duplicate,
  d.value->>10 AS dead, d.value->>14 AS newest, d.value->>15 AS lag
FROM json_each(?1) d
WHERE NOT EXISTS (
  SELECT 1 FROM inbox i WHERE i.tenant_id = d.value->>0 AND i.id = d.value->>1 AND i.status <> 'spooled')
LIMIT -1) WHERE true
GROUP BY 1, 2
ON CONFLICT (tenant_id, source_id) DO UPDATE SET
  received = received + excluded.received,
  accepted = accepted + excluded.accepted,
  ignored = ignored + excluded.ignored,
  duplicate = duplicate + excluded.duplicate,
  dead = dead + excluded.dead,
  processed = processed + excluded.processed,
  last_received_at = max(coalesce(last_received_at, 0), excluded.last_received_at),
  last_published_at = nullif(max(coalesce(last_published_at, 0), coalesce(excluded.last_published_at, 0)), 0),
  lag_millis = coalesce(excluded.lag_millis, lag_millis)`;

export const INSERT_DELIVERIES = `
INSERT INTO inbox
  (tenant_id, id, source_id, channel, received_at, status, events, accepted, ignored, duplicate, dead, attempts,
   processed_at)
SELECT d.value->>0, d.value->>1, d.value->>2, d.value->>3, d.value->>4, d.value->>5, d.value->>6, d.value->>7,
  d.value->>8, ${DUPLICATES}, d.value->>10, d.value->>11, d.value->>12
FROM json_each(?1) d WHERE true
ON CONFLICT (tenant_id, id) DO UPDATE SET
  status = excluded.status, events = excluded.events, accepted = excluded.accepted, ignored = excluded.ignored,
  duplicate = excluded.duplicate, dead = excluded.dead, attempts = excluded.attempts,
  processed_at = excluded.processed_at,
  payload = CASE WHEN excluded.status = 'processed' THEN NULL ELSE payload END
WHERE inbox.status = 'spooled'`;

/** The rows are taken apart once: read from `json_each` itself, each of the 20 columns would write the row out again. */
export const INSERT_EVENTS = `
WITH rows AS MATERIALIZED (SELECT value FROM json_each(?1))
INSERT INTO events
  (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels, delivery_id, actor_id, actor_type,
   actor_name, outcome, outcome_reason, severity, display_message, client_ip, transaction_id, targets, body)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9,
  value->>10, value->>11, value->>12, value->>13, value->>14, value->>15, value->>16, value->>17, value->18, value->19
FROM rows WHERE true
ON CONFLICT (tenant_id, id) DO UPDATE SET channels = channels | excluded.channels
WHERE channels & excluded.channels <> excluded.channels`;

export const INSERT_TARGETS = `
WITH rows AS MATERIALIZED (SELECT value FROM json_each(?1))
INSERT INTO event_targets (tenant_id, target_id, published_at, event_id, target_type)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM rows WHERE true
ON CONFLICT DO NOTHING`;

export const INSERT_DEAD_LETTERS = `
INSERT INTO dead_letters (tenant_id, id, source_id, queue, channel, reason, detail, payload, created_at)
SELECT value->>0, value->>1, value->>2, 'inbox', value->>3, value->>4, value->>5, value->>6, value->>7
FROM json_each(?1) WHERE true
ON CONFLICT (tenant_id, id) DO NOTHING`;

/**
 * Which events of the deliveries (rows [tenant, ids]) came before and have had their effects. Few, where "which have not"
 * is nearly all. A delivery that is gone was processed: retention takes no other.
 */
export const SETTLED_EVENTS = `
SELECT e.id AS id FROM json_each(?1) d
CROSS JOIN json_each(d.value, '$[1]') k
CROSS JOIN events e ON e.tenant_id = d.value->>0 AND e.id = k.value
LEFT JOIN inbox i ON i.tenant_id = e.tenant_id AND i.id = e.delivery_id
WHERE i.status IS NULL OR i.status = 'processed'`;

/** Which of the deliveries are still to be marked. */
export const UNFINISHED_DELIVERIES = `
SELECT i.tenant_id || '/' || i.id AS id FROM json_each(?1) d
CROSS JOIN inbox i ON i.tenant_id = d.value->>0 AND i.id = d.value->>1
WHERE i.status = 'pending'`;

/** Rows are [tenant, delivery id, attempts]. Counts first, then marks: both only what is not processed. */
export const COUNT_PROCESSED = `
INSERT INTO counters (tenant_id, source_id, processed)
SELECT i.tenant_id, i.source_id, sum(i.accepted - i.duplicate - i.dead) FROM json_each(?1) d
CROSS JOIN inbox i ON i.tenant_id = d.value->>0 AND i.id = d.value->>1
WHERE i.status = 'pending' GROUP BY 1, 2
ON CONFLICT (tenant_id, source_id) DO UPDATE SET processed = processed + excluded.processed`;

export const MARK_PROCESSED = `
UPDATE inbox SET status = 'processed', processed_at = ?2, payload = NULL, attempts = d.value->>2
FROM json_each(?1) d
WHERE inbox.tenant_id = d.value->>0 AND inbox.id = d.value->>1 AND inbox.status = 'pending'`;
