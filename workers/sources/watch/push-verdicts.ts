import { DAY, HOUR, MINUTE, type Millis } from '../../platform/clock.ts';
import { KEEP, PASS, type SourceVerdict } from './source-verdict.ts';
import type { WatchState } from './watch-state.ts';

/** How long push must have brought nothing. */
export const SILENT_AFTER: Millis = 10 * MINUTE;
/** How long push may be later than the log: Okta promises no more than "near real time". */
export const PUSH_GRACE: Millis = 2 * MINUTE;
/** How far Okta's clock may be from ours. */
export const CLOCK_SKEW: Millis = 15 * MINUTE;
/** Events that the log alone brought, and how far apart the first and the last: one lost delivery is not silence. */
export const SILENCE_EVENTS = 3;
export const SILENCE_SPREAD: Millis = MINUTE;

/** Which events can tell that push is silent. `from` and `until` by our clock, `publishedFrom` by Okta's. */
export interface SilenceWindow {
  from: Millis;
  until: Millis;
  publishedFrom: Millis;
  publishedUntil: Millis;
}

/** Null while it is too early: push was expected only a moment ago. */
export function silenceWindow(state: WatchState, now: Millis): SilenceWindow | null {
  const until = now - PUSH_GRACE;
  const from = until - SILENT_AFTER;
  if (from < state.modeSince) return null;
  return {
    from,
    until,
    // what is older was caught up with after a pause, or happened before push was set up
    publishedFrom: Math.max(from - SILENT_AFTER, state.modeSince + CLOCK_SKEW),
    publishedUntil: now + CLOCK_SKEW,
  };
}

/** What the log alone brought within the window. */
export interface LogOnly {
  events: number;
  firstPublishedAt: Millis | null;
  lastPublishedAt: Millis | null;
}

/** Silence needs evidence: events in the log that push should have brought. A quiet org is not silent. */
export function silence(state: WatchState, pushed: boolean, log: LogOnly | null): SourceVerdict {
  if (pushed) return PASS;
  if (!log || log.events < SILENCE_EVENTS || log.firstPublishedAt === null || log.lastPublishedAt === null) return KEEP;
  if (log.lastPublishedAt - log.firstPublishedAt < SILENCE_SPREAD) return KEEP;
  const last = Math.max(state.lastPush.event_hook ?? 0, state.lastPush.eventbridge ?? 0);
  return {
    status: 'fail',
    title: last === 0 ? 'Push Has Never Arrived' : 'Push Is Silent',
    severity: 'high',
    grade: 'silent',
    facts: {
      mode: state.mode,
      eventsByTheLogAlone: log.events,
      firstOfThemAt: log.firstPublishedAt,
      newestOfThemAt: log.lastPublishedAt,
      lastPushAt: last === 0 ? null : last,
    },
  };
}

/** Missed events and their share (percent) from which an hour's loss is worth an issue. */
export const LOSS_EVENTS = 10;
export const LOSS_PERCENT = 5;
/** When an hour of Okta's is over by any clock, and push has had its time. */
export const HOUR_SETTLED: Millis = CLOCK_SKEW;

/** The hour to be compared now; null when it was, or when push was not expected for all of it. */
export function hourDue(state: WatchState, now: Millis): Millis | null {
  const hour = Math.floor((now - HOUR_SETTLED) / HOUR) * HOUR - HOUR;
  const compared = state.hour !== null && state.hour.hour >= hour;
  return compared || hour < state.modeSince + CLOCK_SKEW ? null : hour;
}

/** An hour without any push says nothing of loss: if there was something to push, that is silence. */
export function loss({ hour }: WatchState): SourceVerdict {
  if (hour === null || hour.push === 0) return KEEP;
  const percent = (hour.missed * 100) / (hour.push + hour.missed);
  if (hour.missed < LOSS_EVENTS || percent < LOSS_PERCENT) return PASS;
  return {
    status: 'fail',
    title: 'Push Loses Events',
    severity: 'medium',
    grade: String(hour.hour),
    facts: {
      hourStartAt: hour.hour,
      missedByPush: hour.missed,
      broughtByPush: hour.push,
      missedPercent: Math.round(percent * 10) / 10,
    },
  };
}

/** Okta triggers Event Hooks for this many events of an org in 24 hours, which begin with the first one. */
export const DAILY_CAP = 400_000;
export const CAP_WINDOW: Millis = DAY;
const NEAR_PERCENT = 80;

export function capNear({ cap }: WatchState, now: Millis): SourceVerdict {
  if (cap === null || now >= cap.since + CAP_WINDOW) return PASS;
  const percent = Math.floor((cap.events * 100) / DAILY_CAP);
  if (percent < NEAR_PERCENT) return PASS;
  const reached = percent >= 100;
  return {
    status: 'fail',
    title: reached ? 'Event Hooks Reached Their Daily Cap' : 'Event Hooks Near Their Daily Cap',
    severity: reached ? 'high' : 'medium',
    grade: `${cap.since} ${reached ? 'reached' : 'near'}`,
    facts: {
      eventsByEventHook: cap.events,
      dailyCap: DAILY_CAP,
      usedPercent: percent,
      countedFromAt: cap.since,
      startsAnewAt: cap.since + CAP_WINDOW,
    },
  };
}

/** Pushed events of a stretch of time, by the way they came. */
export interface PushedBlock {
  channel: 'event_hook' | 'eventbridge';
  events: number;
  firstAt: Millis;
  lastAt: Millis;
}

/** The state with a further stretch counted, up to `until`. */
export function counted(state: WatchState, blocks: PushedBlock[], until: Millis): WatchState {
  const lastPush = { ...state.lastPush };
  let { cap } = state;
  for (const { channel, events, firstAt, lastAt } of blocks) {
    lastPush[channel] = Math.max(lastPush[channel] ?? 0, lastAt);
    if (channel !== 'event_hook' || events === 0) continue;
    const anew = cap === null || firstAt >= cap.since + CAP_WINDOW;
    cap = cap === null || anew ? { since: firstAt, events } : { ...cap, events: cap.events + events };
  }
  return { ...state, lastPush, cap, countedUntil: until };
}
