import { DAY, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { Source } from '../sources/sources.repository.ts';
import { type BackfillRun, rangeOf, windowCount } from './backfill.ts';
import { listBackfills } from './backfills.repository.ts';
import { FIRST_LOOK_BACK, PAGE_SIZE } from './poll.ts';

/** The ranges that the console offers. */
const OFFERED_DAYS = [1, 7, 30, 90] as const;
/** Before a run has been measured: 20 calls a minute, a backfill's share of the smallest paid org's log limit. */
const ASSUMED_PER_CALL: Millis = 3 * SECOND;

export interface Offer {
  days: number;
  /** Calls to Okta, and seconds, that it will take by what is known: the events of a day, the pace of the last run. */
  calls: number;
  seconds: number;
}

export interface BackfillState {
  /** None ever ran, and the source can be read: the first connection offers one. */
  suggested: boolean;
  last: BackfillRun | null;
  offers: Offer[];
}

/** What to say of a source's history. `received`: events that came so far, by all channels. */
export async function backfillState(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  source: Source,
  received: number,
): Promise<BackfillState> {
  const now = deps.clock.now();
  const last = (await listBackfills(deps, source.tenantId, source.id, { limit: 1 })).data[0] ?? null;
  const measured = last?.status === 'succeeded' && last.endedAt !== null && last.calls > 0 ? last : null;
  const perCall = measured ? ((measured.endedAt ?? now) - measured.startedAt) / measured.calls : ASSUMED_PER_CALL;
  // the tail began seven days before the source was made
  const perDay = measured
    ? measured.events / ((measured.until - measured.since) / DAY)
    : received / ((now - source.createdAt + FIRST_LOOK_BACK) / DAY);
  const offers = OFFERED_DAYS.map((days) => {
    const calls = windowCount(rangeOf(days, now)) + Math.floor((days * perDay) / PAGE_SIZE);
    return { days, calls, seconds: Math.max(1, Math.round((calls * perCall) / SECOND)) };
  });
  return { suggested: last === null && source.status === 'connected', last, offers };
}
