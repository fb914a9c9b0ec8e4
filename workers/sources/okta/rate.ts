import { z } from 'zod';
import { MINUTE, type Millis, parseTime, SECOND } from '../../platform/clock.ts';

/** What Okta says of the bucket that a call was counted in. */
export interface RateState {
  limit: number;
  remaining: number;
  /** By Okta's clock. */
  resetAt: Millis;
}

/** The state of a bucket as it was last seen. Okta limits by endpoint: `bucket` names it. */
export const rateSeenSchema = z.object({
  bucket: z.string(),
  limit: z.number(),
  remaining: z.number(),
  /** By Okta's clock. */
  resetAt: z.number(),
  /** By ours. */
  seenAt: z.number(),
});
export type RateSeen = z.infer<typeof rateSeenSchema>;

export function seen(bucket: string, { limit, remaining, resetAt }: RateState, seenAt: Millis): RateSeen {
  return { bucket, limit, remaining, resetAt, seenAt };
}

/** A bucket's window is 60 s, so a longer wait means that a clock or a header is wrong. */
const LONGEST_WAIT_SECONDS = (2 * MINUTE) / SECOND;
/** Concurrency limits clear as soon as other calls end. */
const CONCURRENCY_WAIT_SECONDS = 3;

/** Null when the headers are absent or not numbers. */
export function rateOf(headers: Headers): RateState | null {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers.get(`x-rate-limit-${name}`) ?? Number.NaN),
  );
  if (limit === undefined || remaining === undefined || reset === undefined) return null;
  if (![limit, remaining, reset].every(Number.isFinite)) return null;
  return { limit, remaining, resetAt: reset * SECOND };
}

/** When Okta answered, by its own clock; null without a `Date` header. */
export function dateOf(headers: Headers): Millis | null {
  return parseTime(headers.get('date'));
}

/**
 * A moment that the answer is not older than, by Okta's clock. `Date` has whole seconds; where our clock agrees with it,
 * the moment of sending says which millisecond: an event of the same second is then told from what came after it.
 */
export function answerTime(headers: Headers, sentAt: Millis): Millis | null {
  const date = dateOf(headers);
  return date !== null && sentAt >= date && sentAt < date + SECOND ? sentAt : date;
}

/**
 * Seconds to wait after a 429: reset − Date + 1. A concurrency 429 has zeroed headers whose reset says nothing: a
 * small wait with jitter (`random` in 0..1).
 */
export function retryAfterSeconds(headers: Headers, now: Millis, random: () => number): number {
  const rate = rateOf(headers);
  if (!rate || rate.limit === 0) return 1 + Math.floor(random() * CONCURRENCY_WAIT_SECONDS);
  const wait = Math.ceil((rate.resetAt - (dateOf(headers) ?? now)) / SECOND) + 1;
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(1, wait));
}

/** Milliseconds until the bucket is full again, from an answer's headers. */
export function waitForReset(rate: RateState, answeredAt: Millis): number {
  return Math.min(LONGEST_WAIT_SECONDS * SECOND, Math.max(0, rate.resetAt - answeredAt) + SECOND);
}
