/** Milliseconds since the epoch, UTC. Injected everywhere so that tests own time. */
export type Millis = number;

export interface Clock {
  now(): Millis;
}

export const systemClock: Clock = { now: () => Date.now() };

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** ISO 8601 UTC with milliseconds, the form of every time in the API. */
export function iso(at: Millis): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: Millis | null | undefined): string | null {
  return at === null || at === undefined ? null : iso(at);
}

/** Parses an ISO 8601 time; null when it is absent, not a date, or outside the years 1970 to 9999. */
export function parseTime(text: string | null | undefined): Millis | null {
  if (!text) return null;
  const at = Date.parse(text);
  return Number.isFinite(at) && at >= 0 && at < 253_402_300_800_000 ? at : null;
}
