import { type Clock, MINUTE } from '../core/clock.ts';

/** The buckets of a Workforce org, calls a minute. The first match counts. */
const BUCKETS: readonly { name: string; limit: number; path: RegExp; write?: boolean }[] = [
  { name: '/api/v1/logs', limit: 120, path: /^\/api\/v1\/logs$/ },
  { name: '/api/v1/apps', limit: 100, path: /^\/api\/v1\/apps$/ },
  { name: '/api/v1/apps/{id}', limit: 500, path: /^\/api\/v1\/apps\/[^/]+$/ },
  { name: '/api/v1/groups', limit: 500, path: /^\/api\/v1\/groups$/ },
  { name: '/api/v1/groups/{id}', limit: 1000, path: /^\/api\/v1\/groups\/(?!rules$)[^/]+$/ },
  { name: '/api/v1/users', limit: 600, path: /^\/api\/v1\/users$/ },
  { name: '/api/v1/users/{id} write', limit: 600, path: /^\/api\/v1\/users\/[^/]+$/, write: true },
  { name: '/api/v1/users/{id}', limit: 2000, path: /^\/api\/v1\/users\/[^/]+$/ },
  { name: '/oauth2/v1/clients', limit: 100, path: /^\/oauth2\/v1\/clients/ },
  { name: '/api/v1/devices', limit: 100, path: /^\/api\/v1\/devices/ },
  { name: 'other', limit: 1200, path: /^/ },
];

export interface RateState {
  limit: number;
  remaining: number;
  /** Seconds since the epoch. */
  reset: number;
  exceeded: boolean;
}

/** Counts calls a bucket and minute. A window begins with its first call, not with the clock's minute. */
export function createRateLimiter(clock: Clock, multiplier: () => number) {
  const windows = new Map<string, { endsAt: number; used: number }>();
  return {
    take(method: string, path: string): RateState {
      const write = method !== 'GET';
      const bucket = BUCKETS.find((b) => b.path.test(path) && (b.write === undefined || b.write === write));
      const name = bucket?.name ?? 'other';
      const limit = Math.max(1, Math.floor((bucket?.limit ?? 1200) * multiplier()));
      const now = clock.now();
      let window = windows.get(name);
      if (window === undefined || now >= window.endsAt) {
        window = { endsAt: now + MINUTE, used: 0 };
        windows.set(name, window);
      }
      window.used++;
      return {
        limit,
        remaining: Math.max(0, limit - window.used),
        reset: Math.ceil(window.endsAt / 1000),
        exceeded: window.used > limit,
      };
    },
  };
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;
