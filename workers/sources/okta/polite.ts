import { type Millis, SECOND } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import type { OktaAnswer, OktaClient } from './client.ts';
import { hasCode, oktaRateLimited } from './errors.ts';
import { type RateSeen, seen, waitForReset } from './rate.ts';

/** Calls to one org at the same time: Okta's own limit is 35 to 75, and a Worker has 6 connections. */
export const MAX_CONCURRENT_CALLS = 6;
/** Share of each bucket left to the customer's other programs. */
export const SHARE_LEFT = 0.5;
/** Tries of one call that Okta does not answer for reasons of its own. */
const MAX_TRIES = 4;
/** Buckets that `rates` tells. */
const MAX_TOLD_BUCKETS = 20;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 4 * SECOND;

export interface PoliteDeps extends Pick<Deps, 'clock'> {
  /** Waits inside a step, for seconds at most. Longer waits are the workflow's. */
  sleep(ms: number): Promise<void>;
  /** 0..1 */
  random(): number;
  /** Share of each bucket that is left to others, 0..1; a half when absent. */
  shareLeft?: number;
}

export interface PoliteCaller {
  /**
   * Reads one page. Tries transient faults again with full jitter. Throws `okta.rate_limited` with `retryAfter` instead
   * of waiting, when Okta says so or when more than its share of the bucket would be used; else what the client throws.
   */
  get(address: string): Promise<OktaAnswer>;
  /** Calls made so far, tries included. */
  calls(): number;
  /** What Okta said of each bucket last, of the first few. */
  rates(): RateSeen[];
}

interface Bucket {
  limit: number;
  remaining: number;
  resetAt: Millis;
  /** By our clock. */
  freeAt: Millis;
  /** When Okta last said so, by our clock. */
  seenAt: Millis;
  inFlight: number;
}

export function createPoliteCaller(deps: PoliteDeps, client: Pick<OktaClient, 'get'>): PoliteCaller {
  const buckets = new Map<string, Bucket>();
  const { shareLeft = SHARE_LEFT } = deps;
  const slots = createSlots(MAX_CONCURRENT_CALLS);
  let calls = 0;

  const once = async (address: string): Promise<OktaAnswer> => {
    const bucket = bucketFor(buckets, bucketKey(address));
    const now = deps.clock.now();
    if (bucket.freeAt > now && bucket.remaining - bucket.inFlight <= bucket.limit * shareLeft) {
      throw oktaRateLimited({
        detail: 'Its share of the rate limit is used; the rest is left to other programs.',
        retryAfter: Math.ceil((bucket.freeAt - now) / SECOND),
      });
    }
    bucket.inFlight++;
    calls++;
    try {
      const answer = await client.get(address);
      noteRate(bucket, answer, deps.clock.now());
      return answer;
    } finally {
      bucket.inFlight--;
    }
  };

  const get = async (address: string): Promise<OktaAnswer> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await slots(() => once(address));
      } catch (error) {
        if (attempt >= MAX_TRIES || !hasCode(error, 'okta.unavailable')) throw error;
        await deps.sleep(deps.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt));
      }
    }
  };

  const rates = () =>
    [...buckets]
      .filter(([, bucket]) => bucket.limit > 0)
      .slice(0, MAX_TOLD_BUCKETS)
      .map(([name, bucket]) => seen(name.replace(/\/$/, ''), bucket, bucket.seenAt));

  return { get, calls: () => calls, rates };
}

function bucketFor(buckets: Map<string, Bucket>, key: string): Bucket {
  const known = buckets.get(key);
  if (known) return known;
  const fresh: Bucket = { limit: 0, remaining: 0, resetAt: 0, freeAt: 0, seenAt: 0, inFlight: 0 };
  buckets.set(key, fresh);
  return fresh;
}

/** Answers of calls made together come in any order: within one window the lowest `remaining` counts. */
function noteRate(bucket: Bucket, answer: OktaAnswer, now: Millis): void {
  const { rate } = answer;
  if (!rate || rate.limit === 0 || rate.resetAt < bucket.resetAt) return;
  const sameWindow = rate.resetAt === bucket.resetAt;
  bucket.remaining = sameWindow ? Math.min(bucket.remaining, rate.remaining) : rate.remaining;
  bucket.limit = rate.limit;
  bucket.resetAt = rate.resetAt;
  bucket.freeAt = now + waitForReset(rate, answer.date ?? now);
  bucket.seenAt = now;
}

/**
 * Okta counts by endpoint and not by object: `/api/v1/users/00u…/factors` and its siblings share a bucket. Where we
 * split finer than Okta does, the headers still tell the state of the shared one.
 */
function bucketKey(address: string): string {
  const path = address.replace(/^https?:\/\/[^/]+/, '').split('?')[0] ?? '';
  const [, , , collection, id, ...rest] = path.split('/');
  return [collection, id ? '{id}' : '', ...rest].join('/');
}

/** Runs at most `size` tasks at once; the others wait in line. */
function createSlots(size: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = size;
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
