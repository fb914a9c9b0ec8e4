import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { DAY, HOUR, SECOND } from '../platform/clock.ts';
import { BACKOFF_MAX, backoff, MAX_ATTEMPTS, outcomeOf, parseRetryAfter } from './outcome.ts';

const answer = (status: number, retryAfter: string | null = null) => ({ kind: 'answer' as const, status, retryAfter });

describe('what follows from an attempt', () => {
  it.each([200, 201, 202, 204])('%i: delivered', (status) => {
    expect(outcomeOf(answer(status), 1, 'dlv_1', T0)).toEqual({ status: 'delivered', responseStatus: status });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('%i: again later', (status) => {
    const outcome = outcomeOf(answer(status), 1, 'dlv_1', T0);
    expect(outcome).toMatchObject({ status: 'retry', responseStatus: status });
  });

  it.each([
    [400, 'receiver.refused'],
    [401, 'receiver.refused'],
    [404, 'receiver.refused'],
    [422, 'receiver.refused'],
    [304, 'receiver.redirects'],
  ])('%i: dead at once', (status, reason) => {
    expect(outcomeOf(answer(status), 1, 'dlv_1', T0)).toMatchObject({ status: 'dead', reason, disable: false });
  });

  it('410: dead, and the integration is switched off', () => {
    expect(outcomeOf(answer(410), 1, 'dlv_1', T0)).toMatchObject({ reason: 'receiver.gone', disable: true });
  });

  it('honours Retry-After when it is longer than the backoff', () => {
    expect(outcomeOf(answer(429, '120'), 1, 'dlv_1', T0)).toMatchObject({ status: 'retry', at: T0 + 120 * SECOND });
    expect(outcomeOf(answer(503, '0'), 1, 'dlv_1', T0)).toMatchObject({ at: T0 + backoff(1, 'dlv_1') });
  });

  it('gives up after the last attempt', () => {
    const unreachable = { kind: 'unreachable' as const, error: 'No answer.' };
    expect(outcomeOf(unreachable, MAX_ATTEMPTS - 1, 'dlv_1', T0).status).toBe('retry');
    expect(outcomeOf(unreachable, MAX_ATTEMPTS, 'dlv_1', T0)).toMatchObject({
      status: 'dead',
      reason: 'attempts_exhausted',
      error: 'No answer. Given up after 10 attempts.',
    });
  });
});

describe('backoff', () => {
  it('is spread over 0 to the ceiling, which doubles up to an hour', () => {
    for (const [attempt, ceiling] of [
      [1, 5 * SECOND],
      [4, 40 * SECOND],
      [12, BACKOFF_MAX],
      [40, BACKOFF_MAX],
    ] as const) {
      const waits = Array.from({ length: 300 }, (_, n) => backoff(attempt, `dlv_${n}`));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(SECOND);
      expect(Math.min(...waits)).toBeLessThan(ceiling * 0.25);
      expect(Math.max(...waits)).toBeLessThanOrEqual(ceiling);
      expect(Math.max(...waits)).toBeGreaterThan(ceiling * 0.9);
    }
  });

  it('differs between attempts of one delivery and is the same when computed again', () => {
    expect(backoff(8, 'dlv_1')).toBe(backoff(8, 'dlv_1'));
    expect(backoff(8, 'dlv_1')).not.toBe(backoff(8, 'dlv_2'));
  });
});

describe('Retry-After', () => {
  it.each([
    ['30', 30 * SECOND],
    [new Date(T0 + HOUR).toUTCString(), HOUR],
    [new Date(T0 - HOUR).toUTCString(), 0],
    ['999999999', DAY],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%s', (value, expected) => {
    expect(parseRetryAfter(value, T0)).toBe(expected);
  });
});
