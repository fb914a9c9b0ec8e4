import { CHANNEL_BITS } from '../../inbox/event.ts';
import type { Millis } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import type { LogOnly, PushedBlock, SilenceWindow } from './push-verdicts.ts';
import { MOST_DEAD_LETTERS, type OpenDeadLetters } from './upkeep-verdicts.ts';

type Store = Pick<Deps, 'evidence'>;

const PUSH = CHANNEL_BITS.event_hook | CHANNEL_BITS.eventbridge;
/** Events that are counted as evidence of silence. */
const MOST_LOG_ONLY = 1_000;

/**
 * Whether push brought anything after `from`. Newest first, so a source that is pushed to costs a handful of rows; one
 * that is not, the deliveries of the tail since then.
 */
const PUSHED = `SELECT 1 AS found FROM inbox
  WHERE tenant_id = ?1 AND received_at > ?3 AND source_id = ?2 AND channel IN ('event_hook', 'eventbridge')
  ORDER BY received_at DESC LIMIT 1`;

const DEAD = `SELECT count(*) AS open, min(created_at) AS oldestAt FROM (
  SELECT created_at FROM dead_letters
  WHERE tenant_id = ?1 AND status = 'open' AND created_at <= ?3 AND source_id = ?2 AND queue = 'inbox'
  ORDER BY created_at LIMIT ${MOST_DEAD_LETTERS})`;

/** What every look reads, in one round trip. */
export async function minuteOf(
  { evidence }: Store,
  tenantId: string,
  sourceId: string,
  { pushedAfter, deadBefore }: { pushedAfter: Millis | null; deadBefore: Millis },
): Promise<{ pushed: boolean; dead: OpenDeadLetters }> {
  const db = evidence(tenantId);
  const [dead, pushed] = await db.batch<Record<string, number | null>>([
    db.prepare(DEAD).bind(tenantId, sourceId, deadBefore),
    ...(pushedAfter === null ? [] : [db.prepare(PUSHED).bind(tenantId, sourceId, pushedAfter)]),
  ]);
  const row = dead?.results[0];
  return {
    pushed: (pushed?.results.length ?? 0) > 0,
    dead: { open: row?.open ?? 0, oldestAt: row?.oldestAt ?? null },
  };
}

/** Events of the window that the tail alone brought; asked only when push brought nothing. Null `types`: all count. */
export async function logOnlyOf(
  { evidence }: Store,
  tenantId: string,
  sourceId: string,
  window: SilenceWindow,
  types: readonly string[] | null,
): Promise<LogOnly> {
  const row = await evidence(tenantId)
    .prepare(
      `SELECT count(*) AS events, min(at) AS firstPublishedAt, max(at) AS lastPublishedAt FROM (
         SELECT published_at AS at FROM events
         WHERE tenant_id = ?1 AND published_at >= ?3 AND published_at < ?4 AND source_id = ?2
           AND stored_at > ?5 AND stored_at <= ?6
           AND channels & ${PUSH} = 0 AND channels & ${CHANNEL_BITS.tail} <> 0
           AND (?7 IS NULL OR type IN (SELECT value FROM json_each(?7)))
         LIMIT ${MOST_LOG_ONLY})`,
    )
    .bind(
      tenantId,
      sourceId,
      window.publishedFrom,
      window.publishedUntil,
      window.from,
      window.until,
      types && JSON.stringify(types),
    )
    .first<LogOnly>();
  return row ?? { events: 0, firstPublishedAt: null, lastPublishedAt: null };
}

/** Pushed events received from `from` and before `until`. Each delivery is read once in its life by this. */
export async function pushedBetween(
  { evidence }: Store,
  tenantId: string,
  sourceId: string,
  from: Millis,
  until: Millis,
): Promise<PushedBlock[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT channel, sum(events) AS events, min(received_at) AS firstAt, max(received_at) AS lastAt FROM inbox
       WHERE tenant_id = ?1 AND received_at >= ?3 AND received_at < ?4 AND source_id = ?2
         AND channel IN ('event_hook', 'eventbridge')
       GROUP BY channel`,
    )
    .bind(tenantId, sourceId, from, until)
    .all<PushedBlock>();
  return results;
}
