import { describe, expect, it } from 'vitest';
import { manualClock, T0 } from '../../test/deps.ts';
import { DAY, iso, MINUTE, SECOND } from '../platform/clock.ts';
import { defineError } from '../platform/errors.ts';
import { silentLog } from '../platform/log.ts';
import { eventsMissing, LEASE, MAX_PAGES, pollTail, type TailPorts } from './poll.ts';
import { NEW_TAIL, type TailState } from './tail-state.ts';

const badRequest = defineError({ code: 'okta.bad_request', status: 502, title: 'Okta refused the request' });
const rateLimited = defineError({ code: 'okta.rate_limited', status: 429, title: 'Too many requests' });
const unauthorized = defineError({ code: 'okta.unauthorized', status: 502, title: 'Okta refused the credential' });

type Answer = Awaited<ReturnType<Awaited<ReturnType<TailPorts['client']>>['get']>>;
const page = (n: number, events: unknown[], more: Partial<Answer> = {}): Answer => ({
  status: 200,
  body: events,
  next: `https://acme.okta.com/api/v1/logs?after=c${n}`,
  date: null,
  rate: null,
  ...more,
});
const event = (n: number, at = T0 - MINUTE) => ({ uuid: `u${n}`, published: iso(at) });

/** A tail against scripted answers, with everything it did in order. */
function tail(answers: (Answer | Error)[]) {
  const clock = manualClock();
  const did: string[] = [];
  const urls: string[] = [];
  let saved: TailState = NEW_TAIL;
  let enqueueFails = false;
  const ports: TailPorts = {
    client: async () => ({
      get: async (url) => {
        urls.push(url);
        const answer = answers.shift();
        if (!answer) throw new Error('no more answers');
        if (answer instanceof Error) throw answer;
        return answer;
      },
    }),
    enqueue: async (events) => {
      if (enqueueFails) throw new Error('queue down');
      did.push(`enqueue ${events.length}`);
    },
    save: async (state) => {
      if (state.cursor !== saved.cursor) did.push(`store ${state.cursor?.split('=')[1]}`);
      saved = state;
    },
  };
  return {
    clock,
    did,
    urls,
    failEnqueue: (fails: boolean) => {
      enqueueFails = fails;
    },
    state: () => saved,
    set: (state: Partial<TailState>) => {
      saved = { ...saved, ...state };
    },
    run: () => pollTail({ clock, log: silentLog }, saved, ports),
  };
}

describe('a poll of the log', () => {
  it('begins seven days back, in the order of arrival, without an end', async () => {
    const t = tail([page(1, [])]);
    await t.run();
    const url = new URL(t.urls[0] ?? '', 'https://acme.okta.com');
    expect(url.pathname).toBe('/api/v1/logs');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      since: iso(T0 - 7 * DAY),
      sortOrder: 'ASCENDING',
      limit: '1000',
    });
  });

  it('stores a cursor only after the queue has the page, and ends at an empty page', async () => {
    const t = tail([page(1, [event(1), event(2)]), page(2, [event(3, T0)]), page(3, [])]);
    const state = await t.run();
    expect(t.did).toEqual(['enqueue 2', 'store c1', 'enqueue 1', 'store c2', 'store c3']);
    expect(state).toMatchObject({
      state: 'idle',
      lastEventAt: T0,
      lastPollAt: T0,
      events: 3,
      leaseUntil: null,
      error: null,
    });
    expect(t.urls.slice(1)).toEqual([
      'https://acme.okta.com/api/v1/logs?after=c1',
      'https://acme.okta.com/api/v1/logs?after=c2',
    ]);
  });

  it('goes on where it ended', async () => {
    const t = tail([page(1, []), page(2, [event(1)]), page(3, [])]);
    await t.run();
    await t.run();
    expect(t.urls[1]).toBe('https://acme.okta.com/api/v1/logs?after=c1');
    expect(t.state().cursor).toContain('after=c3');
  });

  it('reads a page again when the queue failed: nothing is lost', async () => {
    const t = tail([page(1, [event(1)]), page(2, [event(2)]), page(2, [event(2)]), page(3, [])]);
    t.failEnqueue(true);
    expect(await t.run()).toMatchObject({ state: 'failed', cursor: null, failures: 1, notBefore: T0 + 15 * SECOND });
    t.failEnqueue(false);
    t.clock.advance(15 * SECOND);
    expect(await t.run()).toMatchObject({ state: 'idle', failures: 0, error: null, notBefore: null });
  });

  it('keeps the progress of the pages before a failure', async () => {
    const t = tail([page(1, [event(1)]), new Error('boom')]);
    expect(await t.run()).toMatchObject({
      state: 'failed',
      events: 1,
      cursor: 'https://acme.okta.com/api/v1/logs?after=c1',
    });
    expect(t.state().error).not.toContain('boom');
  });

  it('reads a bounded number of pages and says that more wait', async () => {
    const t = tail(Array.from({ length: MAX_PAGES + 5 }, (_, n) => page(n, [event(n)])));
    expect(await t.run()).toMatchObject({ state: 'behind', events: MAX_PAGES });
  });

  it('ends where the source gives no next page', async () => {
    const t = tail([page(1, [event(1)], { next: null })]);
    expect(await t.run()).toMatchObject({ state: 'idle', cursor: null });
  });

  it('is none while another holds the lease, until the lease has ended', async () => {
    const t = tail([page(1, [])]);
    t.set({ leaseUntil: T0 + LEASE });
    await t.run();
    expect(t.urls).toEqual([]);
    t.clock.advance(LEASE);
    await t.run();
    expect(t.urls).toHaveLength(1);
  });
});

describe('Okta says no', () => {
  it('429: waits as long as it asks', async () => {
    const t = tail([page(1, [event(1)]), rateLimited({ retryAfter: 42 }), page(2, [])]);
    expect(await t.run()).toMatchObject({ state: 'limited', notBefore: T0 + 42 * SECOND, failures: 0 });
    await t.run();
    expect(t.urls).toHaveLength(2);
    t.clock.advance(42 * SECOND);
    expect(await t.run()).toMatchObject({ state: 'idle', error: null });
  });

  it('remembers what is left of the rate limit, and when the log was read to its end', async () => {
    const rate = { limit: 120, remaining: 100, resetAt: T0 + 30 * SECOND };
    const t = tail([page(1, [event(1)], { rate }), page(2, []), unauthorized()]);
    expect(await t.run()).toMatchObject({ rate: { bucket: 'logs', ...rate, seenAt: T0 }, caughtUpAt: T0 });
    t.clock.advance(MINUTE);
    expect(await t.run()).toMatchObject({ state: 'failed', rate: { seenAt: T0 }, caughtUpAt: T0 });
  });

  it('leaves half of the rate limit to others', async () => {
    const rate = { limit: 50, remaining: 24, resetAt: T0 + 30 * SECOND };
    const t = tail([page(1, [event(1)], { rate }), page(2, [])]);
    expect(await t.run()).toMatchObject({ state: 'limited', notBefore: T0 + 31 * SECOND });
    expect(t.did).toEqual(['enqueue 1', 'store c1']);
    const enough = tail([page(1, [event(1)], { rate: { ...rate, remaining: 25 } }), page(2, [])]);
    expect(await enough.run()).toMatchObject({ state: 'idle' });
    const odd = tail([page(1, [event(1)], { rate: { ...rate, resetAt: T0 + DAY } })]);
    expect((await odd.run()).notBefore).toBe(T0 + 2 * MINUTE);
  });

  it('400 to the cursor: starts again with an overlap and says so', async () => {
    const t = tail([
      page(1, [event(1, T0 - 10 * MINUTE)]),
      page(2, []),
      badRequest(),
      page(5, [event(1)]),
      page(6, []),
      page(7, []),
    ]);
    await t.run();
    const refused = await t.run();
    expect(refused).toMatchObject({ cursor: null, state: 'behind', failures: 0 });
    expect(refused.error).toContain('30 minutes before 2026-06-01T11:50:00.000Z');
    expect(await t.run()).toMatchObject({ state: 'idle', error: refused.error });
    const restart = new URL(t.urls[3] ?? '', 'https://acme.okta.com');
    expect(restart.searchParams.get('since')).toBe(iso(T0 - 40 * MINUTE));
    expect((await t.run()).error).toBeNull();
  });

  it('400 without a cursor is a failure', async () => {
    expect(await tail([badRequest()]).run()).toMatchObject({ state: 'failed', failures: 1 });
  });

  it('never asks for more than Okta keeps, nor for the future', async () => {
    const since = (t: ReturnType<typeof tail>) => new URL(t.urls[0] ?? '', 'https://a.b').searchParams.get('since');
    const old = tail([page(1, [])]);
    old.set({ lastEventAt: T0 - 300 * DAY });
    await old.run();
    expect(since(old)).toBe(iso(T0 - 90 * DAY));
    const ahead = tail([page(1, [])]);
    ahead.set({ lastEventAt: T0 + 300 * DAY });
    await ahead.run();
    expect(since(ahead)).toBe(iso(T0 - 30 * MINUTE));
  });

  it('401: waits longer each time, up to a quarter of an hour', async () => {
    const t = tail(Array.from({ length: 12 }, () => unauthorized({ detail: 'Renew the token.' })));
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      const state = await t.run();
      expect(state.error).toContain('Renew the token.');
      waits.push(((state.notBefore ?? 0) - t.clock.now()) / SECOND);
      t.clock.set(state.notBefore ?? 0);
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900]);
  });

  it('for long: the events count as missing, until the log is read to its end again', async () => {
    const t = tail([...Array.from({ length: 5 }, () => unauthorized()), page(1, [event(1)]), page(2, [])]);
    expect(eventsMissing(t.state())).toBeUndefined();
    for (let n = 0; n < 5; n++) {
      expect(eventsMissing(t.state())).toBeUndefined();
      await t.run();
      t.clock.set(t.state().notBefore ?? 0);
    }
    expect(eventsMissing(t.state())).toBe('The System Log cannot be read: Okta refused the credential');
    await t.run();
    expect(eventsMissing(t.state())).toBeNull();
  });
});
