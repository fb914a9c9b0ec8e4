import { z } from 'zod';
import type { BACKFILL_STATUSES } from '../../db/evidence/schema.ts';
import { DAY, HOUR, type Millis } from '../platform/clock.ts';

/** Okta keeps its log for 90 days. */
export const MAX_DAYS = 90;
/** The log is read window by window: a refused cursor costs one window, and the newest events come first. */
export const WINDOW: Millis = 6 * HOUR;
/** A long range has longer windows, not more: each is a call at least, also where nothing happened. */
export const MAX_WINDOWS = 120;

export type BackfillStatus = (typeof BACKFILL_STATUSES)[number];

export const WAITS = ['rate_limit', 'inbox', 'retry'] as const;

/** Where a run is inside its window. Stored as JSON, written once a step. */
export const checkpointSchema = z.object({
  /** Okta's `next` address; null at the beginning of a window. */
  next: z.string().nullable(),
  /** `published` of the last event that the window gave. */
  position: z.number().nullable(),
  /** Empty pages in a row that still had a next one. */
  empty: z.number().int(),
  /** How often Okta refused the cursor of this window. */
  restarts: z.number().int(),
  /** Failed calls in a row. */
  failures: z.number().int(),
  /** When a page was read last. */
  progressAt: z.number(),
  /** Events handed to the inbox queue since `from`: together with what was stored since, what is on its way. */
  flight: z.object({ from: z.number(), events: z.number().int() }),
  wait: z.object({ why: z.enum(WAITS), until: z.number() }).nullable(),
  /** What was done about a hiccup, for people. */
  note: z.string().nullable(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export interface Range {
  since: Millis;
  until: Millis;
}

export interface BackfillRun extends Range {
  id: string;
  sourceId: string;
  status: BackfillStatus;
  windowsDone: number;
  windowsTotal: number;
  events: number;
  accepted: number;
  pages: number;
  calls: number;
  startedAt: Millis;
  endedAt: Millis | null;
  error: string | null;
  checkpoint: Checkpoint;
  instance: number;
  aliveUntil: Millis;
}

/** Parameters of a BackfillWorkflow instance. Ids only: what they name is read when it is needed. */
export const backfillParamsSchema = z.object({
  tenantId: z.string(),
  sourceId: z.string(),
  runId: z.string(),
  /** An instance whose number is not the run's any more has been replaced, and stops. */
  instance: z.number().int(),
});
export type BackfillParams = z.infer<typeof backfillParamsSchema>;

export function newCheckpoint(now: Millis): Checkpoint {
  return {
    next: null,
    position: null,
    empty: 0,
    restarts: 0,
    failures: 0,
    progressAt: now,
    flight: { from: now, events: 0 },
    wait: null,
    note: null,
  };
}

/** The range of the last `days` days. */
export function rangeOf(days: number, now: Millis): Range {
  return { since: now - Math.min(days, MAX_DAYS) * DAY, until: now };
}

function windowLength({ since, until }: Range): Millis {
  return Math.max(WINDOW, Math.ceil((until - since) / MAX_WINDOWS));
}

export function windowCount(range: Range): number {
  return Math.max(1, Math.ceil((range.until - range.since) / windowLength(range)));
}

/** The `n`th window, newest first. Windows touch: an event on an edge may come twice and is stored once. */
export function windowAt(range: Range, n: number): Range {
  const length = windowLength(range);
  const until = range.until - n * length;
  return { since: Math.max(range.since, until - length), until };
}

/** The part of the range that was read, 0 to 1. */
export function shareDone(run: BackfillRun): number {
  if (run.windowsDone >= run.windowsTotal) return 1;
  const { since, until } = windowAt(run, run.windowsDone);
  const { position } = run.checkpoint;
  const within = position === null ? 0 : Math.min(1, Math.max(0, (position - since) / (until - since)));
  return (run.windowsDone + within) / run.windowsTotal;
}

/** Seconds that a run under way still takes at the pace so far; null before there is one. */
export function estimateSeconds(run: BackfillRun, now: Millis): number | null {
  const done = shareDone(run);
  if (run.endedAt !== null || done <= 0) return null;
  return Math.ceil(((now - run.startedAt) / 1_000) * ((1 - done) / done));
}
