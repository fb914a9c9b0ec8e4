import { z } from 'zod';
import { SYNC_STATUSES } from '../../../db/evidence/schema.ts';
import { CHANNEL_BITS } from '../../inbox/event.ts';
import type { Millis } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import type { LogOnly, PushedBlock, SilenceWindow } from './push-verdicts.ts';
import { MOST_DEAD_LETTERS, type NewestSync, type OpenDeadLetters } from './upkeep-verdicts.ts';

const countsSchema = z.object({ open: z.number().default(0), oldestAt: z.number().nullable().default(null) });
const newestSchema = z.object({
  id: z.string(),
  status: z.enum(SYNC_STATUSES),
  endedAt: z.number().nullable(),
  held: z
    .string()
    .nullable()
    .transform((text) => (text === null ? [] : (JSON.parse(text) as NewestSync['held']))),
});

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

const NEWEST_SYNC = `SELECT id, status, ended_at AS endedAt, json_extract(progress, '$.held') AS held FROM sync_runs
  WHERE tenant_id = ?1 AND source_id = ?2 AND kind = 'full' ORDER BY started_at DESC, id DESC LIMIT 1`;

/** What every look reads, in one round trip. */
export async function minuteOf(
  { evidence }: Store,
  tenantId: string,
  sourceId: string,
  { pushedAfter, deadBefore }: { pushedAfter: Millis | null; deadBefore: Millis },
): Promise<{ pushed: boolean; dead: OpenDeadLetters; sync: NewestSync | null }> {
  const db = evidence(tenantId);
  const [dead, sync, pushed] = await db.batch<Record<string, number | string | null>>([
    db.prepare(DEAD).bind(tenantId, sourceId, deadBefore),
    db.prepare(NEWEST_SYNC).bind(tenantId, sourceId),
    ...(pushedAfter === null ? [] : [db.prepare(PUSHED).bind(tenantId, sourceId, pushedAfter)]),
  ]);
  const row = countsSchema.parse(dead?.results[0] ?? {});
  const [newest] = sync?.results ?? [];
  return {
    pushed: (pushed?.results.length ?? 0) > 0,
    dead: { open: row.open, oldestAt: row.oldestAt },
    sync: newest ? newestSchema.parse(newest) : null,
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
