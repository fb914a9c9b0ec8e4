import { z } from '@hono/zod-openapi';
import { BACKFILL_STATUSES } from '../../db/evidence/schema.ts';
import { iso, isoOrNull, type Millis } from '../platform/clock.ts';
import { type BackfillRun, estimateSeconds, MAX_DAYS, shareDone, WAITS } from './backfill.ts';
import type { BackfillState } from './backfill-offer.ts';

const time = z.string().openapi({ format: 'date-time' });

export const newBackfillSchema = z
  .object({
    days: z.number().int().min(1).max(MAX_DAYS).openapi({ description: 'How far back; Okta keeps 90 days' }),
  })
  .openapi('NewBackfill');

export const backfillSchema = z
  .object({
    id: z.string(),
    status: z.enum(BACKFILL_STATUSES),
    since: time,
    until: time,
    startedAt: time,
    endedAt: time.nullable(),
    progress: z
      .object({ done: z.number().int(), total: z.number().int() })
      .openapi({ description: 'Windows of the range that were read to their end' }),
    percent: z.number().int().openapi({ description: '0 to 100' }),
    estimateSeconds: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'What it still takes at the pace so far; null before there is one, and at the end' }),
    events: z.number().int().openapi({ description: 'Events that the log gave' }),
    accepted: z.number().int().openapi({ description: 'Of these, the ones of a type that is kept' }),
    pages: z.number().int(),
    calls: z.number().int(),
    waiting: z
      .object({ why: z.enum(WAITS), until: time })
      .nullable()
      .openapi({ description: 'For the rate limit of Okta, for the inbox, or before it tries again' }),
    note: z.string().nullable(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  })
  .openapi('Backfill');

export const backfillStateSchema = z
  .object({
    suggested: z.boolean().openapi({ description: 'The source is connected and none ever ran' }),
    last: backfillSchema.nullable(),
    offers: z
      .array(z.object({ days: z.number().int(), calls: z.number().int(), seconds: z.number().int() }))
      .openapi({ description: 'What a backfill of so many days will take, by what is known' }),
  })
  .openapi('BackfillState');

export function presentBackfill(run: BackfillRun, now: Millis): z.infer<typeof backfillSchema> {
  const open = run.endedAt === null;
  const { wait, note } = run.checkpoint;
  return {
    id: run.id,
    status: run.status,
    since: iso(run.since),
    until: iso(run.until),
    startedAt: iso(run.startedAt),
    endedAt: isoOrNull(run.endedAt),
    progress: { done: run.windowsDone, total: run.windowsTotal },
    percent: Math.floor(shareDone(run) * 100),
    estimateSeconds: estimateSeconds(run, now),
    events: run.events,
    accepted: run.accepted,
    pages: run.pages,
    calls: run.calls,
    waiting: open && wait && wait.until > now ? { why: wait.why, until: iso(wait.until) } : null,
    note: open ? note : null,
    error: presentError(run.error),
  };
}

export function presentState(state: BackfillState, now: Millis): z.infer<typeof backfillStateSchema> {
  return {
    suggested: state.suggested,
    last: state.last && presentBackfill(state.last, now),
    offers: state.offers,
  };
}

/** Stored as `code: what to do`. */
function presentError(error: string | null): { code: string; detail: string } | null {
  if (error === null) return null;
  const [code = '', ...detail] = error.split(': ');
  return { code, detail: detail.join(': ') };
}
