import { type Millis, SECOND } from '../platform/clock.ts';
import { sha256Hex } from '../platform/crypto.ts';
import { describeError, PosternError } from '../platform/errors.ts';
import { listIn } from '../sources/okta/client.ts';
import { oktaBadAnswer } from '../sources/okta/errors.ts';
import { MAX_CONCURRENT_CALLS } from '../sources/okta/polite.ts';
import { createRepeatGuard } from './repeats.ts';
import type { HeldScope } from './run.ts';
import type { SyncSession } from './session.ts';
import { createSink, type Listed, type SinkPart } from './sink.ts';
import { type Listing, type OpenListing, onlyNew, type SweepResult, type SweepState } from './sweep-state.ts';

/** Calls of one step. With the time limit it keeps a step short, so that a crash repeats little. */
export const MAX_CALLS_PER_STEP = 500;
const MAX_STEP_MS = 60 * SECOND;
/** Ids that one step hands to the next: a step's result may have 1 MiB. */
const MAX_CARRIED_IDS = 10_000;
/** Times that one listing is taken up again after Okta was not available, before it counts as failed. */
const MAX_STRIKES = 4;
/** The same, over all listings of a phase. */
const MAX_STRIKES_OF_PHASE = 12;
const FIRST_PAUSE_MS = 5 * SECOND;
/** Ids that are taken like a page when they are known without a call. */
const KNOWN_AT_ONCE = 1_000;
/** Refusals with no success in between, after which the rest is not tried: the reason is the same. */
const MAX_REFUSALS = 10;
/** Pages of one listing: 20 million members. Beyond it the paging does not end. */
const MAX_PAGES = 20_000;

export interface PageResult {
  part: SinkPart;
  /** Native ids at the other end, for the closing. */
  seen: string[];
  /** What later phases need to know, compact. */
  facts: string[];
  /** Objects that could not be used, as text. */
  bad: string[];
  /** One of them had no id: what was seen is not complete. */
  incomplete: boolean;
}

/** What a page says before anything of it was read. */
export const nothingRead = (): PageResult => ({
  part: { nodes: [], edges: [], owns: [] },
  seen: [],
  facts: [],
  bad: [],
  incomplete: false,
});

export interface SweepHandlers {
  page(scope: string, items: unknown[]): PageResult;
  /** These listings are complete: end what they did not see. Absent where nothing ends by it. In their order. */
  close?(listed: readonly Listed[]): Promise<ListingClosed[]>;
  /** What is refused is a gap in what is known, and no failure of the run. */
  optional?: boolean;
  /** The source does not have what is listed: the listing is complete and empty, and so are those after it. */
  absent?(error: PosternError, scope: string): boolean;
  /** A refusal that is an answer of its own, for example "unknown". Null: the scope failed. */
  refused?(scope: string, error: PosternError): SinkPart | null;
}

export interface ListingClosed {
  held: HeldScope | null;
  failed?: string;
  rows: number;
}

/** For listings of which there are few. */
export function oneByOne(close: (listed: Listed) => Promise<ListingClosed>): NonNullable<SweepHandlers['close']> {
  return async (listed) => {
    const closed: ListingClosed[] = [];
    for (const one of listed) closed.push(await close(one));
    return closed;
  };
}

/** Reads listings until they are done or the step has done enough. Call again with the state merged until `isDone`. */
export async function sweep(
  session: SyncSession,
  listings: readonly Listing[],
  state: SweepState,
  handlers: SweepHandlers,
): Promise<SweepResult> {
  const sink = createSink(session, (listed) => closeAll(listed));
  const startedAt = session.clock.now();
  const resumed = state.open.map((open) => ({ ...open, seen: [...open.seen], visited: [...open.visited] }));
  const carriedBefore = new Map(state.open.map((open) => [open.scope, open]));
  const result: SweepResult = {
    ...state,
    open: [],
    facts: [],
    failed: [],
    held: [],
    calls: 0,
    rows: 0,
    asOf: null,
    waitMs: null,
  };

  let abandoned = false;
  let carried = 0;
  let broken = false;

  const enough = () =>
    broken ||
    result.waitMs !== null ||
    session.okta.calls() >= MAX_CALLS_PER_STEP ||
    session.clock.now() - startedAt >= MAX_STEP_MS ||
    result.facts.length + carried >= MAX_CARRIED_IDS;

  const worker = async () => {
    while (!enough()) {
      const again = resumed.shift();
      const listing = again ? undefined : listings[result.at];
      if (again) await walk(again);
      else if (listing) {
        result.at++;
        if ('known' in listing) await takeKnown(listing);
        else await walk({ scope: listing.scope, next: listing.path, asOf: null, seen: [], visited: [], strikes: 0 });
      } else return;
    }
  };

  const walk = async (open: OpenListing): Promise<void> => {
    const before = open.seen.length;
    const checkRepeats = createRepeatGuard(open.seen);
    try {
      for (;;) {
        if (enough()) {
          result.open.push(open);
          return;
        }
        const had = open.seen.length;
        const more = await readPage(open, checkRepeats);
        carried += open.seen.length - had;
        if (!more) break;
      }
      carried -= open.seen.length - before;
      succeeded(open.scope, open.seen, open.asOf ?? session.clock.now());
    } catch (error) {
      await refused(open, error);
    }
  };

  /** False after the last page. */
  const readPage = async (open: OpenListing, checkRepeats: (rows: unknown[]) => void): Promise<boolean> => {
    const mark = sha256Hex(open.next).slice(0, 10);
    if (open.visited.includes(mark) || open.visited.length >= MAX_PAGES) {
      throw oktaBadAnswer({ detail: 'Okta gave the same next page twice: the list does not end.' });
    }
    const answer = await session.okta.get(open.next);
    open.visited.push(mark);
    const answeredAt = answer.date ?? session.clock.now();
    open.asOf ??= answeredAt;
    const rows = listIn(answer);
    await take(open.scope, rows, open.seen, answeredAt);
    open.strikes = 0;
    if (answer.next === null) return false;
    checkRepeats(rows);
    open.next = answer.next;
    return true;
  };

  const takeKnown = async (listing: Extract<Listing, { known: string[] }>): Promise<void> => {
    const seen: string[] = [];
    for (let from = 0; from < listing.known.length; from += KNOWN_AT_ONCE) {
      const ids = listing.known.slice(from, from + KNOWN_AT_ONCE);
      await take(
        listing.scope,
        ids.map((id) => ({ id })),
        seen,
        listing.asOf,
      );
    }
    succeeded(listing.scope, seen, listing.asOf);
  };

  const take = async (scope: string, items: unknown[], seen: string[], asOf: Millis): Promise<void> => {
    const page = handlers.page(scope, items);
    if (page.incomplete) {
      throw oktaBadAnswer({ detail: `Okta listed objects that cannot be read (${page.bad[0] ?? ''}).` });
    }
    for (const bad of page.bad) result.failed.push({ scope, reason: `left out: ${bad}`, leftOut: true });
    for (const id of page.seen) seen.push(id);
    for (const fact of page.facts) result.facts.push(fact);
    await sink.add(page.part, asOf);
  };

  const succeeded = (scope: string, seen: string[], asOf: Millis, absent = false) => {
    result.ok++;
    result.asOf = Math.min(result.asOf ?? asOf, asOf);
    if (handlers.close) sink.listed({ scope, seen, asOf, absent });
  };

  const closeAll = async (listed: readonly Listed[]): Promise<number> => {
    let rows = 0;
    for (const [place, closed] of ((await handlers.close?.(listed)) ?? []).entries()) {
      rows += closed.rows;
      if (closed.held) result.held.push(closed.held);
      if (closed.failed) result.failed.push({ scope: listed[place]?.scope ?? '', reason: closed.failed });
    }
    return rows;
  };

  const refused = async (open: OpenListing, error: unknown): Promise<void> => {
    if (!(error instanceof PosternError) || !error.code.startsWith('okta.')) throw error;
    // without a credential nothing can be read: the run fails
    if (error.code === 'okta.unauthorized') throw error;
    const mayRecover = open.strikes < MAX_STRIKES && result.strikes < MAX_STRIKES_OF_PHASE;
    if (error.code === 'okta.rate_limited') {
      pause((error.retryAfter ?? 1) * SECOND, open);
    } else if (error.code === 'okta.unavailable' && mayRecover) {
      open.strikes++;
      result.strikes++;
      pause(FIRST_PAUSE_MS * 2 ** open.strikes, open);
    } else if (error.code !== 'okta.not_found' && handlers.absent?.(error, open.scope) && open.scope.includes(':')) {
      result.ok++;
      result.at = listings.length;
      resumed.length = 0;
    } else if (!open.scope.includes(':') && handlers.absent?.(error, open.scope)) {
      succeeded(open.scope, [], session.clock.now(), true);
    } else if (error.code === 'okta.not_found' && open.scope.includes(':')) {
      // the group, app or user went away since it was listed: its own list will end it
      result.ok++;
    } else {
      await fail(open.scope, error);
    }
  };

  const pause = (ms: number, open: OpenListing): void => {
    result.waitMs = Math.max(result.waitMs ?? 0, ms);
    result.open.push(open);
  };

  const fail = async (scope: string, error: PosternError): Promise<void> => {
    result.refused++;
    const part = error.code === 'okta.forbidden' ? handlers.refused?.(scope, error) : undefined;
    if (part) await sink.add(part, session.clock.now());
    const gap = handlers.optional && error.code === 'okta.forbidden' ? ({ optional: 'right' } as const) : {};
    const sameForAll = String(error.fields?.needs ?? '').startsWith('okta.') || result.refused >= MAX_REFUSALS;
    if (!scope.includes(':') || result.ok > 0 || !sameForAll) {
      if (!part) result.failed.push({ scope, reason: reasonOf(error), ...gap });
    } else if (!abandoned) {
      abandoned = true;
      result.failed.push({ scope: scope.split(':')[0] ?? scope, reason: reasonOf(error), ...gap });
      result.at = listings.length;
      resumed.length = 0;
    }
  };

  const workUntilBroken = () =>
    worker().catch((error: unknown) => {
      broken = true;
      throw error;
    });
  // all of them come to rest before the step fails: none may write into the next try
  const workers = await Promise.allSettled(Array.from({ length: MAX_CONCURRENT_CALLS }, workUntilBroken));
  const failure = workers.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  await sink.flush();
  result.open.push(...resumed);
  result.open = result.open.map((open) => onlyNew(open, carriedBefore.get(open.scope)));
  result.calls = session.okta.calls();
  result.rows = sink.rows();
  return result;
}

export function reasonOf(error: unknown): string {
  if (error instanceof PosternError) return (error.detail ?? error.title).slice(0, 300);
  return describeError(error).message.slice(0, 300);
}
