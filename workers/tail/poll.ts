import { DAY, iso, MINUTE, type Millis, parseTime, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, PosternError } from '../platform/errors.ts';
import type { OktaAnswer, OktaClient } from '../sources/okta/client.ts';
import { seen, waitForReset } from '../sources/okta/rate.ts';
import type { TailState } from './tail-state.ts';

/** Okta's largest page of the log. */
export const PAGE_SIZE = 1_000;
/** Pages of one run; the next run goes on. */
export const MAX_PAGES = 20;
/** How far the first poll looks back; Okta's own default. Older history comes by backfill. */
export const FIRST_LOOK_BACK: Millis = 7 * DAY;
/** How far before the newest known event a lost cursor starts again: Okta persists some events late. */
export const OVERLAP: Millis = 30 * MINUTE;
/** Okta keeps 90 days and refuses a `since` of more than 180. */
const MAX_LOOK_BACK: Millis = 90 * DAY;
/** How long a poll may be silent before it counts as dead: longer than a page can take. */
export const LEASE: Millis = 2 * MINUTE;
/** Share of the org's rate limit that the tail leaves to others. */
const LEAVE_SHARE = 0.5;
/** Failed polls in a row (about four minutes) after which the events count as missing. */
const FAILURES_UNTIL_MISSING = 5;
const FIRST_RETRY: Millis = 15 * SECOND;
const LONGEST_RETRY: Millis = 15 * MINUTE;

/** What a poll works with: the source's API, the inbox, and the object's storage. */
export interface TailPorts {
  client(): Promise<Pick<OktaClient, 'get'>>;
  /** Resolves when the queue has the events. */
  enqueue(events: unknown[]): Promise<unknown>;
  save(state: TailState): Promise<void>;
}

/**
 * Reads the log from the cursor to its end, a bounded number of pages. A page's cursor is stored only after the queue
 * has its events, so a crash reads the page again and loses nothing. A second poll while one holds the lease does
 * nothing. Returns the state as saved; `state` says whether and when to come back.
 */
export async function pollTail(
  deps: Pick<Deps, 'clock' | 'log'>,
  before: TailState,
  ports: TailPorts,
): Promise<TailState> {
  const now = deps.clock.now();
  if ((before.leaseUntil ?? 0) > now || (before.notBefore ?? 0) > now) return before;
  let state: TailState = { ...before, leaseUntil: now + LEASE, lastPollAt: now, polls: before.polls + 1 };
  await ports.save(state);
  try {
    state = await readPages(deps, state, ports);
  } catch (error) {
    // readPages saves as it goes: what it stored counts
    state = afterFailure(deps, error instanceof PageError ? error.state : state, error);
  }
  state = { ...state, leaseUntil: null };
  await ports.save(state);
  return state;
}

/**
 * Why detections cannot rely on the events of this source; null when they can, undefined while it is not known: a few
 * failures in a row are a hiccup.
 */
export function eventsMissing(state: TailState): string | null | undefined {
  if (state.state === 'idle') return null;
  if (state.state !== 'failed' || state.failures < FAILURES_UNTIL_MISSING) return undefined;
  return `The System Log cannot be read: ${state.error ?? 'unknown'}`;
}

/** A failure with the progress made before it. */
class PageError extends Error {
  readonly state: TailState;
  constructor(state: TailState, cause: unknown) {
    super('the poll failed', { cause });
    this.state = state;
  }
}

async function readPages(deps: Pick<Deps, 'clock' | 'log'>, start: TailState, ports: TailPorts): Promise<TailState> {
  let state = start;
  try {
    const client = await ports.client();
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await client.get(state.cursor ?? firstPage(state, deps.clock.now()));
      const events = Array.isArray(answer.body) ? answer.body : [];
      if (events.length > 0) await ports.enqueue(events);
      state = {
        ...state,
        cursor: answer.next ?? state.cursor,
        lastEventAt: newest(state.lastEventAt, events),
        events: state.events + events.length,
        failures: 0,
        notBefore: null,
        // the note that a cursor was lost stays until the log has been caught up with
        error: start.state === 'behind' ? state.error : null,
        leaseUntil: deps.clock.now() + LEASE,
        rate: answer.rate ? seen('logs', answer.rate, deps.clock.now()) : state.rate,
      };
      // `next` is there even at the end of the log: only an empty page says that it is the end
      if (events.length === 0 || answer.next === null) return { ...state, state: 'idle', caughtUpAt: deps.clock.now() };
      const resumeAt = limitedUntil(answer, deps.clock.now());
      if (resumeAt !== null) return { ...state, state: 'limited', notBefore: resumeAt };
      await ports.save(state);
    }
    return { ...state, state: 'behind' };
  } catch (error) {
    throw new PageError(state, error);
  }
}

/** Ordered by persistence because there is no `until`: nothing that enters the log late is missed (Okta, "polling"). */
function firstPage(state: TailState, now: Millis): string {
  const since = state.lastEventAt === null ? now - FIRST_LOOK_BACK : state.lastEventAt - OVERLAP;
  const query = new URLSearchParams({
    since: iso(Math.min(Math.max(since, now - MAX_LOOK_BACK), now - OVERLAP)),
    sortOrder: 'ASCENDING',
    limit: String(PAGE_SIZE),
  });
  return `/api/v1/logs?${query}`;
}

function newest(known: Millis | null, events: unknown[]): Millis | null {
  let latest = known;
  for (const event of events) {
    if (typeof event !== 'object' || event === null || !('published' in event)) continue;
    const at = typeof event.published === 'string' ? parseTime(event.published) : null;
    if (at !== null && at > (latest ?? 0)) latest = at;
  }
  return latest;
}

/**
 * When to go on by our clock, if the tail has used its share of the rate limit; null when it may go on now. The reset is
 * by Okta's clock, and so is the answer's `Date`: how long to wait is told from those two.
 */
function limitedUntil({ rate, date }: Pick<OktaAnswer, 'rate' | 'date'>, now: Millis): Millis | null {
  if (!rate || rate.limit <= 0 || rate.remaining >= rate.limit * LEAVE_SHARE) return null;
  return now + waitForReset(rate, date ?? now);
}

function afterFailure(deps: Pick<Deps, 'clock' | 'log'>, state: TailState, thrown: unknown): TailState {
  const now = deps.clock.now();
  const error = thrown instanceof PageError ? thrown.cause : thrown;
  const code = error instanceof PosternError ? error.code : null;
  deps.log.warn('tail poll failed', describeError(error));
  if (code === 'okta.rate_limited') {
    const wait = error instanceof PosternError && error.retryAfter !== undefined ? error.retryAfter * SECOND : MINUTE;
    return { ...state, state: 'limited', notBefore: now + wait, error: 'Okta answered 429: too many requests.' };
  }
  if (code === 'okta.bad_request' && state.cursor !== null) {
    const from = state.lastEventAt === null ? 'seven days ago' : `30 minutes before ${iso(state.lastEventAt)}`;
    const note = `Okta refused the cursor; the tail starts again from ${from}.`;
    return { ...state, cursor: null, state: 'behind', error: note };
  }
  const failures = state.failures + 1;
  const wait = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(failures - 1, 10));
  return { ...state, state: 'failed', failures, notBefore: now + wait, error: sayError(error) };
}

/** For the console: the product's own words, never an upstream body. */
function sayError(error: unknown): string {
  if (error instanceof PosternError)
    return (error.detail ? `${error.title}. ${error.detail}` : error.title).slice(0, 500);
  return 'The poll failed inside Postern. It is tried again; look at the log when it stays.';
}
