/** Milliseconds since the epoch, UTC. */
export type Millis = number;

/** Where the time comes from; tests own it. */
export interface Clock {
  now(): Millis;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still: used to let something happen in the past. */
export function fixedClock(at: Millis): Clock {
  return { now: () => at };
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The form of every time in Okta's API: `YYYY-MM-DDTHH:mm:ss.SSSZ`. */
export function iso(at: Millis): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: Millis | null): string | null {
  return at === null ? null : iso(at);
}
