import { HOUR, MINUTE, type Millis } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';

/** Deliveries that one look takes in: of a busier hour only the newest count, over the time that they span. */
export const MOST_DELIVERIES = 5_000;
const SHORT: Millis = 5 * MINUTE;

/** Events a minute. */
export interface Rate {
  received: number;
  accepted: number;
  stored: number;
}

export interface RecentDeliveries {
  fiveMinutes: Rate;
  hour: Rate;
  /** Newest delivery of the hour by channel. */
  lastReceivedAt: ReadonlyMap<string, Millis>;
}

const STORED = `CASE status WHEN 'processed' THEN accepted - duplicate - dead ELSE 0 END`;
const RECENT = `WITH recent AS MATERIALIZED (
  SELECT source_id, channel, received_at, events, accepted, ${STORED} AS stored FROM inbox
  WHERE tenant_id = ?1 AND received_at > ?3 ORDER BY received_at DESC LIMIT ${MOST_DELIVERIES}
)
SELECT channel, max(received_at) AS last, sum(events) AS received, sum(accepted) AS accepted, sum(stored) AS stored,
  sum(iif(received_at > ?4, events, 0)) AS received5, sum(iif(received_at > ?4, accepted, 0)) AS accepted5,
  sum(iif(received_at > ?4, stored, 0)) AS stored5,
  (SELECT min(received_at) FROM recent) AS first, (SELECT count(*) FROM recent) AS deliveries
FROM recent WHERE source_id = ?2 GROUP BY channel`;

interface Row {
  channel: string;
  last: Millis;
  received: number;
  accepted: number;
  stored: number;
  received5: number;
  accepted5: number;
  stored5: number;
  first: Millis;
  deliveries: number;
}

/** What the last hour's deliveries of a source tell. Reads at most `MOST_DELIVERIES` of its tenant. */
export async function recentDeliveries(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  tenantId: string,
  sourceId: string,
): Promise<RecentDeliveries> {
  const now = deps.clock.now();
  const { results } = await deps
    .evidence(tenantId)
    .prepare(RECENT)
    .bind(tenantId, sourceId, now - HOUR, now - SHORT)
    .all<Row>();
  const cutAt = results[0] && results[0].deliveries >= MOST_DELIVERIES ? results[0].first : now - HOUR;
  const minutes = (span: Millis) => Math.max(Math.min(now - cutAt, span), 1) / MINUTE;
  const perMinute = (keys: readonly [keyof Row, keyof Row, keyof Row], span: Millis): Rate => {
    const total = (key: keyof Row) => results.reduce((sum, row) => sum + Number(row[key]), 0) / minutes(span);
    const [received, accepted, stored] = keys.map((key) => Math.round(total(key) * 10) / 10);
    return { received: received ?? 0, accepted: accepted ?? 0, stored: stored ?? 0 };
  };
  return {
    fiveMinutes: perMinute(['received5', 'accepted5', 'stored5'], SHORT),
    hour: perMinute(['received', 'accepted', 'stored'], HOUR),
    lastReceivedAt: new Map(results.map((row) => [row.channel, row.last])),
  };
}
