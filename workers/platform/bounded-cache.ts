import type { Millis } from './clock.ts';

/** Remembers values for a while, in this isolate only. At most `max` of them: the oldest go first. */
export interface BoundedCache<T> {
  get(key: string, now: Millis): T | undefined;
  set(key: string, value: T, now: Millis): void;
}

export function createBoundedCache<T>(max: number, ttl: Millis): BoundedCache<T> {
  const entries = new Map<string, { value: T; at: Millis }>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry && now >= entry.at && now - entry.at < ttl ? entry.value : undefined;
    },
    set(key, value, now) {
      entries.delete(key);
      entries.set(key, { value, at: now });
      for (const oldest of entries.keys()) {
        if (entries.size <= max) break;
        entries.delete(oldest);
      }
    },
  };
}
