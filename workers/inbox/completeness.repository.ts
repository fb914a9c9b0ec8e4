import { HOUR, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { CHANNEL_BITS } from './event.ts';

/** Events that one answer looks at; beyond it the newest are kept and `since` moves. */
export const MAX_COUNTED_EVENTS = 100_000;

const PUSH = CHANNEL_BITS.event_hook | CHANNEL_BITS.eventbridge;
const LOG = CHANNEL_BITS.tail;
/** What neither push nor the tail brought. A backfill says nothing of how either fares. */
const BACKFILLED = CHANNEL_BITS.backfill;

/** Stored events by the way they came. */
export interface ChannelCounts {
  /** By Event Hook or EventBridge, whether the log brought them too or not. */
  push: number;
  /** By the tail of the System Log. */
  tail: number;
  onlyPush: number;
  onlyTail: number;
  both: number;
  /** By a backfill alone: from before the source was connected, or while it was not read. No loss of push. */
  onlyBackfill: number;
  /** Of `onlyTail`, those that push should have brought: of its types, and since the source was connected. */
  missedByPush: number;
  /** Seconds from publication to the first storing, without what backfill brought alone and what is older than the source. */
  delay: { p50: number; p95: number; max: number } | null;
}

export interface HourCounts extends ChannelCounts {
  /** Where the hour begins. */
  hour: Millis;
}

export interface Completeness {
  /** Where counting began: later than asked for when there were more than `MAX_COUNTED_EVENTS`. */
  since: Millis;
  truncated: boolean;
  /** Every hour of the range, oldest first. */
  hours: HourCounts[];
  totals: ChannelCounts;
}

export interface CompletenessQuery {
  sourceId: string;
  /** Published at or after. */
  since: Millis;
  /** Published before. */
  until: Millis;
  /** When the source was connected: what is older can have come by the log only, and late. */
  connectedAt: Millis;
  /** Types that push can bring; null: all of them. */
  pushable: readonly string[] | null;
  /** The newest so many of the tenant's events; `MAX_COUNTED_EVENTS` when absent. */
  most?: number;
}

/** The newest event that is one too many. Reads the index only. */
const CUT = `SELECT published_at AS at FROM events
  WHERE tenant_id = ?1 AND published_at >= ?2 AND published_at < ?3
  ORDER BY published_at DESC, id DESC LIMIT 1 OFFSET ?4`;

const COUNTS = `count(*) AS events,
  sum(channels & ${PUSH} <> 0) AS push, sum(channels & ${LOG} <> 0) AS tail,
  sum(channels & ${PUSH} <> 0 AND channels & ${LOG} = 0) AS onlyPush,
  sum(channels & ${PUSH} = 0 AND channels & ${LOG} <> 0) AS onlyTail,
  sum(channels & ${PUSH} <> 0 AND channels & ${LOG} <> 0) AS both,
  sum(channels = ${BACKFILLED}) AS onlyBackfill,
  sum(channels & ${PUSH} = 0 AND channels & ${LOG} <> 0 AND pushable) AS missedByPush, max(delay) AS longest`;

/** The smallest delay that `percent` of the events do not exceed (nearest rank). */
const quantile = (percent: number, rank: string, size: string) =>
  `max(CASE WHEN ${rank} = (${size} * ${percent} + 99) / 100 THEN delay END)`;

const HOURS = `WITH e AS MATERIALIZED (
  SELECT published_at / ${HOUR} AS hour, channels,
    CASE WHEN channels <> ${BACKFILLED} AND published_at >= ?6
      THEN max(0, stored_at - published_at) END AS delay,
    published_at >= ?6 AND (?5 IS NULL OR type IN (SELECT value FROM json_each(?5))) AS pushable
  FROM events WHERE tenant_id = ?1 AND published_at >= ?2 AND published_at < ?3 AND source_id = ?4
), ranked AS MATERIALIZED (
  SELECT hour, channels, delay, pushable,
    row_number() OVER (PARTITION BY hour ORDER BY delay NULLS LAST) AS rank,
    count(delay) OVER (PARTITION BY hour) AS size,
    row_number() OVER (ORDER BY delay NULLS LAST) AS totalRank,
    count(delay) OVER () AS totalSize
  FROM e
)
SELECT hour, ${COUNTS}, ${quantile(50, 'rank', 'size')} AS p50, ${quantile(95, 'rank', 'size')} AS p95
FROM ranked GROUP BY hour
UNION ALL
SELECT NULL, ${COUNTS}, ${quantile(50, 'totalRank', 'totalSize')}, ${quantile(95, 'totalRank', 'totalSize')}
FROM ranked`;

type Counted = Record<
  'push' | 'tail' | 'onlyPush' | 'onlyTail' | 'both' | 'onlyBackfill' | 'missedByPush',
  number | null
> & {
  /** Hours since the epoch; null for the totals. */
  hour: number | null;
  events: number;
  longest: number | null;
  p50: number | null;
  p95: number | null;
};

/**
 * Which channels brought the events of a source, by the hour of their publication: what push missed the log has, and
 * the other way round. Counts what is stored; writes nothing.
 */
export async function completenessOf(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  query: CompletenessQuery,
): Promise<Completeness> {
  const db = deps.evidence(tenantId);
  const { sourceId, until, connectedAt, pushable } = query;
  const cut = await db
    .prepare(CUT)
    .bind(tenantId, query.since, until, query.most ?? MAX_COUNTED_EVENTS)
    .first<{ at: Millis }>();
  const since = cut ? cut.at + 1 : query.since;
  const { results } = await db
    .prepare(HOURS)
    .bind(tenantId, since, until, sourceId, pushable && JSON.stringify(pushable), connectedAt)
    .all<Counted>();
  const byHour = new Map(results.map((row) => [row.hour, row]));
  const hours: HourCounts[] = [];
  for (let hour = Math.floor(since / HOUR); hour * HOUR < until; hour++) {
    hours.push({ hour: hour * HOUR, ...present(byHour.get(hour)) });
  }
  return { since, truncated: cut !== null, hours, totals: present(byHour.get(null)) };
}

function present(row: Counted | undefined): ChannelCounts {
  const { p50 = null, p95 = null, longest = null } = row ?? {};
  const measured = p50 !== null && p95 !== null && longest !== null;
  return {
    push: row?.push ?? 0,
    tail: row?.tail ?? 0,
    onlyPush: row?.onlyPush ?? 0,
    onlyTail: row?.onlyTail ?? 0,
    both: row?.both ?? 0,
    onlyBackfill: row?.onlyBackfill ?? 0,
    missedByPush: row?.missedByPush ?? 0,
    delay: measured ? { p50: p50 / SECOND, p95: p95 / SECOND, max: longest / SECOND } : null,
  };
}
