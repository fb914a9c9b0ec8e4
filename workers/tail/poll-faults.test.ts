import { describe, expect, it } from 'vitest';
import { manualClock, T0, testDeps } from '../../test/deps.ts';
import { iso, MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import { createOktaClient } from '../sources/okta/client.ts';
import { LEASE, pollTail, type TailPorts } from './poll.ts';
import { NEW_TAIL, type TailState } from './tail-state.ts';

const ORIGIN = 'https://acme.okta.com';
const PAGE = 10;
/** Short, since a page that does not come is really waited for. */
const TIMEOUT_MS = 30;
let orgs = 0;

type Fault = (whole: () => Response) => Response | Promise<Response>;

const refusal = (status: number, errorCode: string, headers: Record<string, string> = {}) =>
  Response.json({ errorCode, errorSummary: 'Sorry', errorCauses: [] }, { status, headers });

/**
 * The tail of an org in memory, through the real client: its log, what goes wrong with the next answers, and what
 * reached the queue. `ahead` is how far Okta's clock is ahead of ours.
 */
function tailOf(events: number, { ahead = 0 }: { ahead?: Millis } = {}) {
  const clock = manualClock();
  const okta = () => clock.now() + ahead;
  const log = Array.from({ length: events }, (_, n) => ({ uuid: `u${n}`, published: iso(okta() - MINUTE + n) }));
  const faults: Fault[] = [];
  const asked: URL[] = [];
  const queued: string[] = [];
  let saved: TailState = NEW_TAIL;

  const answer = (url: URL): Response => {
    const since = Date.parse(url.searchParams.get('since') ?? '') || 0;
    const first = log.findIndex((event) => Date.parse(event.published) >= since);
    const from = Number(url.searchParams.get('after') ?? (first === -1 ? log.length : first));
    const page = log.slice(from, from + PAGE);
    const next = `<${ORIGIN}/api/v1/logs?after=${from + page.length}>; rel="next"`;
    return Response.json(page, { headers: { link: next, date: new Date(okta()).toUTCString() } });
  };
  const deps = testDeps({
    clock,
    fetch: async (input) => {
      const url = new URL(String(input));
      asked.push(url);
      const fault = faults.shift();
      return fault ? fault(() => answer(url)) : answer(url);
    },
  });
  const client = createOktaClient(deps, ORIGIN, { type: 'ssws', token: 't' }, `org${++orgs}`, {
    timeoutMs: TIMEOUT_MS,
  });
  const ports: TailPorts = {
    client: async () => client,
    enqueue: async (page) => void queued.push(...page.map((event) => (event as { uuid: string }).uuid)),
    save: async (state) => {
      saved = state;
    },
  };
  return {
    clock,
    log,
    faults,
    asked,
    queued,
    state: () => saved,
    poll: () => pollTail(deps, saved, ports),
    /** Polls when it is due until the end of the log. Returns the states in between. */
    async untilIdle(): Promise<TailState[]> {
      const states: TailState[] = [];
      for (let run = 0; run < 20; run++) {
        clock.set(Math.max(clock.now(), saved.notBefore ?? 0));
        states.push(await pollTail(deps, saved, ports));
        if (saved.state === 'idle') return states;
      }
      throw new Error(`still ${saved.state}: ${saved.error}`);
    },
  };
}

const all = (n: number) => Array.from({ length: n }, (_, i) => `u${i}`);

/** In the second page, so that the progress of the first must be kept. */
async function throughFault(fault: Fault) {
  const t = tailOf(35);
  t.faults.push((whole) => whole(), fault);
  const states = await t.untilIdle();
  return { t, failed: states[0] ?? NEW_TAIL };
}

describe('the log answers', () => {
  it('429 with headers: waits until the bucket is full again by Okta’s clock, then misses nothing', async () => {
    const { t, failed } = await throughFault(() =>
      refusal(429, 'E0000047', {
        'x-rate-limit-limit': '120',
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': String(T0 / SECOND + 40),
        date: new Date(T0).toUTCString(),
      }),
    );
    expect(failed).toMatchObject({ state: 'limited', failures: 0, notBefore: T0 + 41 * SECOND, events: PAGE });
    expect(t.queued).toEqual(all(35));
  });

  it('429 without headers: comes back within seconds, and misses nothing', async () => {
    const { t, failed } = await throughFault(() => new Response(null, { status: 429 }));
    expect(failed).toMatchObject({ state: 'limited', failures: 0 });
    expect((failed.notBefore ?? 0) - T0).toBeGreaterThanOrEqual(SECOND);
    expect((failed.notBefore ?? 0) - T0).toBeLessThanOrEqual(3 * SECOND);
    expect(t.queued).toEqual(all(35));
  });

  it.each([500, 502, 503, 504])('%i: tries again later, and misses nothing', async (status) => {
    const { t, failed } = await throughFault(() => new Response('<html>Bad gateway</html>', { status }));
    expect(failed).toMatchObject({ state: 'failed', failures: 1, notBefore: T0 + 15 * SECOND, events: PAGE });
    expect(failed.error).toContain('Okta is not available');
    expect(t.queued).toEqual(all(35));
    expect(t.state()).toMatchObject({ failures: 0, error: null });
  });

  it('half a page: takes nothing of it, and reads it again', async () => {
    const { t, failed } = await throughFault(async (whole) => {
      const response = whole();
      const text = await response.text();
      return new Response(text.slice(0, text.length / 2), { headers: response.headers });
    });
    expect(failed).toMatchObject({ state: 'failed', events: PAGE, cursor: `${ORIGIN}/api/v1/logs?after=${PAGE}` });
    expect(t.queued).toEqual(all(35));
  });

  it('a connection that breaks in the middle of a page', async () => {
    const { t } = await throughFault(
      () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode('[{"uuid":"u10"},'));
              controller.error(new Error('reset'));
            },
          }),
        ),
    );
    expect(t.queued).toEqual(all(35));
  });

  it.each([
    ['headers', () => new Promise<Response>(() => undefined)],
    ['a body', () => new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('[')) }))],
  ])('nothing, in time, after the wait for %s: gives up, and reads the page again', async (_, fault) => {
    const { t, failed } = await throughFault(fault);
    expect(failed).toMatchObject({ state: 'failed', failures: 1, leaseUntil: null });
    expect(failed.error).toContain(`no answer in ${TIMEOUT_MS} ms`);
    expect(t.queued).toEqual(all(35));
  });

  it('an empty page: it is the end, and what comes afterwards is read from there', async () => {
    const t = tailOf(0);
    expect(await t.poll()).toMatchObject({ state: 'idle', events: 0 });
    t.log.push({ uuid: 'late', published: iso(T0 - 60 * MINUTE) });
    await t.poll();
    expect(t.queued).toEqual(['late']);
    expect(t.asked.at(-1)?.searchParams.get('since')).toBeNull();
  });

  it.each([
    [400, 'E0000053'],
    [400, 'E0000001'],
  ])(
    '%i %s to a cursor that expired: starts again with an overlap, says so, and misses nothing',
    async (status, code) => {
      const t = tailOf(25);
      await t.untilIdle();
      t.clock.advance(60 * MINUTE);
      for (let n = 0; n < 12; n++) t.log.push({ uuid: `n${n}`, published: iso(t.clock.now() - n) });
      // persisted late: published before the newest that was seen
      t.log.push({ uuid: 'late', published: iso(T0 - 5 * MINUTE) });
      t.faults.push(() => refusal(status, code));
      const [refused] = await t.untilIdle();
      expect(refused).toMatchObject({ state: 'behind', cursor: null, failures: 0 });
      expect(refused?.error).toContain('starts again from 30 minutes before');
      for (const { uuid } of t.log) expect(t.queued).toContain(uuid);
      expect(t.asked.some((url) => url.searchParams.get('since') !== null)).toBe(true);
    },
  );

  it('all of it in a row: every event reaches the queue', async () => {
    const t = tailOf(95);
    const whole: Fault = (answer) => answer();
    t.faults.push(
      () => refusal(503, 'E0000009'),
      whole,
      () => new Response(null, { status: 429 }),
      () => new Response('[{"uuid":'),
      whole,
      whole,
      () => refusal(400, 'E0000053'),
      whole,
      () => new Promise<Response>(() => undefined),
      () => refusal(500, 'E0000009'),
    );
    await t.untilIdle();
    expect(new Set(t.queued)).toEqual(new Set(all(95)));
  });
});

describe('clocks ten minutes apart', () => {
  it.each([10 * MINUTE, -10 * MINUTE])(
    'Okta is ahead of us by %i ms: nothing is lost, also after a lost cursor',
    async (ahead) => {
      const t = tailOf(15, { ahead });
      await t.untilIdle();
      expect(t.queued).toEqual(all(15));
      t.clock.advance(20 * MINUTE);
      for (let n = 0; n < 5; n++) t.log.push({ uuid: `n${n}`, published: iso(t.clock.now() + ahead - n * MINUTE) });
      t.faults.push(() => refusal(400, 'E0000053'));
      await t.untilIdle();
      expect(t.queued.filter((uuid) => uuid.startsWith('n'))).toHaveLength(5);
      // the clock that is wrong neither holds the lease too long nor puts a poll off
      expect(t.state()).toMatchObject({ state: 'idle', leaseUntil: null, notBefore: null });
      expect(LEASE).toBeLessThan(10 * MINUTE);
    },
  );

  it.each([10 * MINUTE, -10 * MINUTE])(
    'a 429 of an Okta that is ahead by %i ms is waited for as long as it asks',
    async (ahead) => {
      const t = tailOf(5, { ahead });
      const now = T0 + ahead;
      t.faults.push(() =>
        refusal(429, 'E0000047', {
          'x-rate-limit-limit': '120',
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': String(now / SECOND + 30),
          date: new Date(now).toUTCString(),
        }),
      );
      expect(await t.poll()).toMatchObject({ state: 'limited', notBefore: T0 + 31 * SECOND });
    },
  );

  it.each([10 * MINUTE, -10 * MINUTE])(
    'the share of an Okta that is ahead by %i ms is left to others for as long as its window lasts',
    async (ahead) => {
      const t = tailOf(5, { ahead });
      const now = T0 + ahead;
      t.faults.push((whole) => {
        const answer = whole();
        const rate = { limit: '120', remaining: '20', reset: String(now / SECOND + 30) };
        for (const [name, value] of Object.entries(rate)) answer.headers.set(`x-rate-limit-${name}`, value);
        return answer;
      });
      expect(await t.poll()).toMatchObject({ state: 'limited', notBefore: T0 + 31 * SECOND, events: 5 });
    },
  );
});
