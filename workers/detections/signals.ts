import type { Signal, SignalKind } from '../graph/signal.ts';
import type { Millis } from '../platform/clock.ts';
import type { AccountView } from './types.ts';

/** Signals of a kind, oldest first. The view's own order is not relied on: events arrive out of order. */
export function signalsOf(view: AccountView, kind: SignalKind): Signal[] {
  return view.signals
    .filter((signal) => signal.kind === kind)
    .sort((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0));
}

/**
 * Whether `at` lies less than `window` milliseconds back. It ends exactly at `at + window`, which is the `recheckAt` of
 * the verdict. A time ahead of ours (clocks differ) counts as now.
 */
export function isWithin(at: Millis, window: Millis, now: Millis): boolean {
  return now - at < window;
}

export function isoList(times: readonly Millis[]): string[] {
  return times.map((at) => new Date(at).toISOString());
}
