import { env } from 'cloudflare:workers';
import type { Clock } from '../workers/platform/clock.ts';
import { createDeps, type Deps } from '../workers/platform/deps.ts';
import { sequentialIds } from '../workers/platform/ids.ts';
import { silentLog } from '../workers/platform/log.ts';

/** The moment at which tests begin. */
export const T0 = Date.parse('2026-06-01T12:00:00.000Z');

/** How long real work in the background may take on a busy machine, milliseconds. */
export const PATIENCE = 60_000;

/** A clock that stands still until it is told. */
export function manualClock(at = T0): Clock & { set(at: number): void; advance(ms: number): void } {
  let now = at;
  return {
    now: () => now,
    set: (value) => {
      now = value;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}

let tenants = 0;

/** A tenant id of its own for each test: cheaper than resetting storage, and it tests tenancy. */
export function freshTenant(): string {
  return `tnt_test${++tenants}${crypto.randomUUID().slice(0, 8)}`;
}

/** Deps over the test runtime's real bindings, with time, ids and the network under control. */
export function testDeps(overrides: Partial<Deps> = {}): Deps {
  return createDeps(env, {
    clock: manualClock(),
    ids: sequentialIds(),
    log: silentLog,
    fetch: () => Promise.reject(new Error('no network in tests')),
    ...overrides,
  });
}
