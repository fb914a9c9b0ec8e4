import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { DAY, HOUR, SECOND } from '../platform/clock.ts';
import {
  type BackfillRun,
  estimateSeconds,
  MAX_WINDOWS,
  newCheckpoint,
  rangeOf,
  shareDone,
  windowAt,
  windowCount,
} from './backfill.ts';

const run = (days: number, more: Partial<BackfillRun> = {}): BackfillRun => ({
  ...rangeOf(days, T0),
  id: 'bkf_1',
  sourceId: 'src_a',
  status: 'running',
  windowsDone: 0,
  windowsTotal: windowCount(rangeOf(days, T0)),
  events: 0,
  accepted: 0,
  pages: 0,
  calls: 0,
  startedAt: T0,
  endedAt: null,
  error: null,
  checkpoint: newCheckpoint(T0),
  instance: 1,
  aliveUntil: T0,
  ...more,
});

describe('the windows of a range', () => {
  it.each([
    [1, 4],
    [7, 28],
    [30, MAX_WINDOWS],
    [31, MAX_WINDOWS],
    [90, MAX_WINDOWS],
  ])('%i days are %i windows, newest first, without a gap', (days, count) => {
    const range = rangeOf(days, T0);
    expect(windowCount(range)).toBe(count);
    const windows = Array.from({ length: count }, (_, n) => windowAt(range, n));
    expect(windows[0]?.until).toBe(T0);
    expect(windows.at(-1)?.since).toBe(T0 - days * DAY);
    for (const [n, window] of windows.entries()) {
      expect(window.since).toBeLessThan(window.until);
      if (n > 0) expect(window.until).toBe(windows[n - 1]?.since);
    }
  });

  it('never reach beyond what Okta keeps', () => {
    expect(rangeOf(400, T0).since).toBe(T0 - 90 * DAY);
  });
});

describe('progress', () => {
  it('counts the part of the window that was read', () => {
    expect(shareDone(run(1))).toBe(0);
    expect(shareDone(run(1, { windowsDone: 2 }))).toBe(0.5);
    const half = { ...newCheckpoint(T0), position: T0 - 3 * HOUR };
    expect(shareDone(run(1, { checkpoint: half }))).toBe(1 / 8);
    expect(shareDone(run(1, { windowsDone: 4 }))).toBe(1);
  });

  it('is estimated from the pace so far', () => {
    expect(estimateSeconds(run(1), T0)).toBeNull();
    expect(estimateSeconds(run(1, { windowsDone: 1 }), T0 + 20 * SECOND)).toBe(60);
    expect(estimateSeconds(run(1, { windowsDone: 1, endedAt: T0 }), T0 + SECOND)).toBeNull();
  });
});
