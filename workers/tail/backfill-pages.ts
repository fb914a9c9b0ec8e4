import { iso, MINUTE, type Millis, parseTime, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, isTransient, PosternError } from '../platform/errors.ts';
import { listIn, type OktaClient } from '../sources/okta/client.ts';
import { hasCode, oktaBadAnswer } from '../sources/okta/errors.ts';
import { createPoliteCaller, type PoliteCaller } from '../sources/okta/polite.ts';
import { errorText } from '../sync/runner.ts';
import { type BackfillRun, type Checkpoint, windowAt } from './backfill.ts';
import { PAGE_SIZE } from './poll.ts';

/** Pages of one step, and so the most that it hands to the inbox: 5,000 events. */
export const PAGES_PER_STEP = 5;
/** No page is begun in a step that has lasted this long: a slow org must not run into the step's time-out. */
const STEP_BUDGET: Millis = 30 * SECOND;
/** The tail stops at half of the bucket; a backfill stops before, so that new events come first. */
export const LEAVE_SHARE = 0.6;
/** A bounded walk is finite. Empty pages in a row that name a next one, after which the window counts as read. */
const MAX_EMPTY_PAGES = 3;
/** How often a window is begun again because Okta refused its cursor. */
const MAX_RESTARTS = 3;
/** Failed calls in a row (about an hour) after which the run fails. */
export const MAX_FAILURES = 10;
const FIRST_RETRY: Millis = 15 * SECOND;
const LONGEST_RETRY: Millis = 15 * MINUTE;

/** What reading works with, so that tests can give it other orgs and queues. */
export interface PagePorts {
  client(): Promise<Pick<OktaClient, 'get'>>;
  /** Resolves when the queue has the events. */
  enqueue(events: unknown[]): Promise<{ accepted: number }>;
  /** Asked before each page but the first: a run that was cancelled stops between pages. */
  goOn(): Promise<boolean>;
  sleep(ms: Millis): Promise<void>;
  /** 0..1 */
  random(): number;
}

export interface PagesRead {
  run: BackfillRun;
  /** What ended the run, for its row; null while it may go on. */
  failed: string | null;
}

/**
 * Reads the next few pages of a run and hands them to the inbox. Never throws for what Okta does: a limit or an outage
 * is a `wait` in the checkpoint, a refused cursor begins its window anew, what no retry mends is `failed`.
 */
export async function readPages(
  deps: Pick<Deps, 'clock' | 'log'>,
  before: BackfillRun,
  ports: PagePorts,
): Promise<PagesRead> {
  const started = deps.clock.now();
  const { sleep, random } = ports;
  let okta: PoliteCaller | null = null;
  let run: BackfillRun = { ...before, checkpoint: { ...before.checkpoint, wait: null, note: null } };
  const counted = () => ({ ...run, calls: before.calls + (okta?.calls() ?? 0) });
  try {
    okta = createPoliteCaller({ clock: deps.clock, sleep, random, shareLeft: LEAVE_SHARE }, await ports.client());
    for (let page = 0; page < PAGES_PER_STEP && run.windowsDone < run.windowsTotal; page++) {
      if (deps.clock.now() - started > STEP_BUDGET || (page > 0 && !(await ports.goOn()))) break;
      run = await readPage(deps, run, okta, ports);
    }
    return { run: counted(), failed: null };
  } catch (error) {
    if (!(error instanceof PosternError) && !isTransient(error)) throw error;
    deps.log.warn('backfill page failed', describeError(error));
    return afterFailure(counted(), error, deps.clock.now());
  }
}

async function readPage(
  deps: Pick<Deps, 'clock'>,
  run: BackfillRun,
  okta: PoliteCaller,
  ports: PagePorts,
): Promise<BackfillRun> {
  const { next } = run.checkpoint;
  const answer = await okta.get(next ?? firstPage(run));
  const events = listIn(answer);
  if (answer.next !== null && answer.next === next) {
    throw oktaBadAnswer({ detail: 'Okta gave the same page as the next one. Start the backfill again later.' });
  }
  const now = deps.clock.now();
  const { accepted } = events.length > 0 ? await ports.enqueue(events) : { accepted: 0 };
  const { flight } = run.checkpoint;
  const empty = events.length === 0 ? run.checkpoint.empty + 1 : 0;
  const isLast = answer.next === null || empty >= MAX_EMPTY_PAGES;
  const checkpoint: Checkpoint = {
    ...run.checkpoint,
    next: isLast ? null : answer.next,
    position: isLast ? null : (lastPublished(events) ?? run.checkpoint.position),
    empty: isLast ? 0 : empty,
    restarts: isLast ? 0 : run.checkpoint.restarts,
    failures: 0,
    progressAt: now,
    flight: { from: flight.events === 0 ? now : flight.from, events: flight.events + events.length },
  };
  return {
    ...run,
    windowsDone: run.windowsDone + (isLast ? 1 : 0),
    events: run.events + events.length,
    accepted: run.accepted + accepted,
    pages: run.pages + 1,
    checkpoint,
  };
}

/** Bounded, so ordered by publication and finite: what enters the log late is the tail's to find. */
function firstPage(run: BackfillRun): string {
  const { since, until } = windowAt(run, run.windowsDone);
  const query = new URLSearchParams({
    since: iso(since),
    until: iso(until),
    sortOrder: 'ASCENDING',
    limit: String(PAGE_SIZE),
  });
  return `/api/v1/logs?${query}`;
}

function lastPublished(events: unknown[]): Millis | null {
  const last = events.at(-1);
  if (typeof last !== 'object' || last === null || !('published' in last)) return null;
  return typeof last.published === 'string' ? parseTime(last.published) : null;
}

function afterFailure(run: BackfillRun, error: unknown, now: Millis): PagesRead {
  const { checkpoint } = run;
  const resumed = (more: Partial<Checkpoint>): PagesRead => ({
    run: { ...run, checkpoint: { ...checkpoint, ...more } },
    failed: null,
  });
  if (hasCode(error, 'okta.rate_limited')) {
    const until = now + (error.retryAfter === undefined ? MINUTE : error.retryAfter * SECOND);
    return resumed({ wait: { why: 'rate_limit', until } });
  }
  if (hasCode(error, 'okta.bad_request') && checkpoint.next !== null && checkpoint.restarts < MAX_RESTARTS) {
    const note = 'Okta refused the cursor: the window is read again from its beginning.';
    return resumed({ next: null, position: null, empty: 0, restarts: checkpoint.restarts + 1, note });
  }
  const failures = checkpoint.failures + 1;
  if (!isTransient(error) || failures >= MAX_FAILURES) return { run, failed: errorText(error) };
  const wait = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1));
  const note = error instanceof PosternError ? (error.detail ?? error.title) : 'The page could not be stored.';
  return resumed({ failures, wait: { why: 'retry', until: now + wait }, note });
}
