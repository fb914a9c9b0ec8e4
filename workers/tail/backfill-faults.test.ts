import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { MINUTE, SECOND } from '../platform/clock.ts';
import { oktaError } from '../sync/testing/fake-okta.ts';
import { advanceBackfill } from './backfill-step.ts';
import { backfillHarness, spread } from './testing/backfill-harness.ts';

describe('when Okta says no', () => {
  it('429: waits as long as it asks, in a sleep of the workflow', async () => {
    const h = await backfillHarness(spread(4, 1));
    const reset = () => String(Math.floor(h.clock.now() / SECOND) + 40);
    h.faults.push((_, n) =>
      n === 2
        ? oktaError(429, 'E0000047', {
            'x-rate-limit-limit': '50',
            'x-rate-limit-remaining': '0',
            'x-rate-limit-reset': reset(),
          })
        : undefined,
    );
    const run = await h.start(1);
    await advanceBackfill(h.tools, h.params(run));
    expect((await h.read(run)).checkpoint.wait).toEqual({ why: 'rate_limit', until: T0 + 41 * SECOND });
    expect(await h.finish(run)).toMatchObject({ status: 'succeeded', calls: 5, pages: 4, events: 4 });
  });

  it('429 without headers: waits a moment', async () => {
    const h = await backfillHarness(spread(4, 1));
    h.faults.push((_, n) => (n === 1 ? oktaError(429, 'E0000047') : undefined));
    expect(await h.finish(await h.start(1))).toMatchObject({ status: 'succeeded', events: 4 });
    expect(h.slept[0]).toBeGreaterThanOrEqual(1 * SECOND);
    expect(h.slept[0]).toBeLessThan(5 * SECOND);
  });

  it('leaves most of the rate limit to the tail and to others', async () => {
    const h = await backfillHarness(spread(4, 7));
    let used = 0;
    let windowEnds = 0;
    h.okta.rate = () => {
      if (h.clock.now() >= windowEnds) [used, windowEnds] = [0, h.clock.now() + MINUTE];
      used++;
      return { limit: 10, remaining: 10 - used, reset: windowEnds / SECOND };
    };
    expect(await h.finish(await h.start(7))).toMatchObject({ status: 'succeeded', calls: 28 });
    // 4 of 10 a minute
    expect(h.slept.length).toBe(6);
    expect(Math.min(...h.slept)).toBeGreaterThan(59 * SECOND);
  });

  it('a refused cursor: reads the window again and says so; refused for ever, it fails', async () => {
    const h = await backfillHarness(spread(12, 1), { pageSize: 2 });
    h.faults.push((call, n) => (n === 2 && call.after ? oktaError(400, 'E0000053') : undefined));
    const run = await h.start(1);
    await advanceBackfill(h.tools, h.params(run));
    expect((await h.read(run)).checkpoint).toMatchObject({ next: null, restarts: 1, note: expect.any(String) });
    expect(await h.finish(run)).toMatchObject({ status: 'succeeded' });
    expect(await h.stored()).toHaveLength(12);

    const never = await backfillHarness(spread(12, 1), { pageSize: 2 });
    never.faults.push((call) => (call.after ? oktaError(400, 'E0000053') : undefined));
    expect(await never.finish(await never.start(1))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('okta.bad_request'),
    });
  });

  it('5xx and half a page: tries again, and gives up after an hour', async () => {
    const h = await backfillHarness(spread(12, 1), { pageSize: 4 });
    h.faults.push((_, n) => {
      if (n === 1) return new Response('<html>bad gateway</html>', { status: 502 });
      if (n === 2) return new Response('[{"uuid":"half', { headers: { 'content-type': 'application/json' } });
      return n < 8 ? oktaError(500, 'E0000009') : undefined;
    });
    expect(await h.finish(await h.start(1))).toMatchObject({ status: 'succeeded', events: 12 });
    expect(h.slept[0]).toBe(15 * SECOND);

    const down = await backfillHarness(spread(12, 1));
    down.faults.push(() => oktaError(503, 'E0000010'));
    const ended = await down.finish(await down.start(1));
    expect(ended).toMatchObject({ status: 'failed', error: expect.stringContaining('okta.unavailable') });
    expect(down.slept).toHaveLength(9);
  });

  it('401: fails at once and says what to do', async () => {
    const h = await backfillHarness(spread(12, 1));
    h.faults.push(() => oktaError(401, 'E0000011'));
    const ended = await h.finish(await h.start(1));
    expect(ended).toMatchObject({ status: 'failed', calls: 1 });
    expect(ended.error).toMatch(/^okta\.unauthorized: .*Make a new API token/);
  });

  it('an endless walk: ends the window after a few empty pages, and fails on a page that follows itself', async () => {
    const h = await backfillHarness([]);
    const link = (after: string) => `<${h.okta.origin}/api/v1/logs?after=${after}>; rel="next"`;
    h.faults.push((_, n) => Response.json([], { headers: { link: link(`p${n}`) } }));
    expect(await h.finish(await h.start(1))).toMatchObject({ status: 'succeeded', pages: 12 });
    h.clock.advance(1);
    h.faults.unshift(() => Response.json([{ uuid: 'x' }], { headers: { link: link('same') } }));
    expect(await h.finish(await h.start(1))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('okta.bad_answer'),
    });
  });
});
