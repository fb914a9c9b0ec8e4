import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { DAY, HOUR, iso, SECOND } from '../platform/clock.ts';
import { updateSource } from '../sources/sources.repository.ts';
import { oktaError } from '../sync/testing/fake-okta.ts';
import { crashingEngine } from '../sync/testing/harness.ts';
import { windowAt } from './backfill.ts';
import { PAGES_PER_STEP } from './backfill-pages.ts';
import { handOver, MAX_ROUNDS, runBackfill } from './backfill-run.ts';
import { cancelBackfill, reviveBackfills } from './backfill-start.ts';
import { advanceBackfill, MAX_BACKLOG } from './backfill-step.ts';
import { GRACE } from './backfills.repository.ts';
import { backfillHarness, spread } from './testing/backfill-harness.ts';

const PERSON = { kind: 'user', id: 'usr_1', name: 'Ada', role: 'super_admin', sourceIds: null } as const;

describe('a backfill', () => {
  it('reads bounded windows, newest first, and stores every event once', async () => {
    const h = await backfillHarness(spread(50, 2), { pageSize: 5 });
    const run = await h.start(2);
    expect(run).toMatchObject({ status: 'queued', windowsTotal: 8, since: T0 - 2 * DAY, until: T0 });
    expect(h.created).toEqual([{ id: `${run.id}-1`, params: h.params(run) }]);
    const ended = await h.finish(run);
    expect(ended).toMatchObject({ status: 'succeeded', windowsDone: 8, events: 50, accepted: 50, error: null });
    expect(ended.endedAt).not.toBeNull();
    expect(ended.calls).toBe(ended.pages);
    const stored = await h.stored();
    expect(stored).toHaveLength(50);
    expect(new Set(stored.map((event) => event.channels))).toEqual(new Set([8]));
    const opened = h.asked.filter((call) => call.after === null);
    expect(opened.map((call) => [call.since, call.until])).toEqual(
      opened.map((_, n) => [iso(windowAt(run, n).since), iso(windowAt(run, n).until)]),
    );
    for (const { query } of opened) {
      expect(Object.fromEntries(query)).toMatchObject({ sortOrder: 'ASCENDING', limit: '1000' });
    }
  });

  it('asks for no refresh for what is older than a day, and wakes no tail', async () => {
    const h = await backfillHarness([T0 - 3 * DAY, T0 - 30 * HOUR], { type: 'user.lifecycle.suspend' });
    await h.finish(await h.start(7));
    expect(h.did.deltas.length).toBeGreaterThan(0);
    expect([h.did.refreshes, h.did.woken]).toEqual([[], []]);
  });

  it('ends at once where the log is empty: a call a window', async () => {
    const h = await backfillHarness([]);
    expect(await h.finish(await h.start(90))).toMatchObject({ status: 'succeeded', events: 0, calls: 120, pages: 120 });
  });

  it('writes nothing anew when it runs again', async () => {
    const h = await backfillHarness(spread(30, 1), { pageSize: 10 });
    await h.finish(await h.start(1));
    const before = await h.stored();
    h.clock.advance(1);
    expect(await h.finish(await h.start(1))).toMatchObject({ status: 'succeeded', events: 30 });
    expect(await h.stored()).toEqual(before);
  });

  it('counts what it reads but does not keep', async () => {
    const h = await backfillHarness(spread(8, 1), { type: 'org.something.else' });
    expect(await h.finish(await h.start(1))).toMatchObject({ events: 8, accepted: 0 });
    expect(await h.stored()).toEqual([]);
  });

  it('survives the death of the engine before and after any step', async () => {
    const h = await backfillHarness(spread(60, 1), { pageSize: 2 });
    const run = await h.start(1);
    const engine = crashingEngine({ clock: h.clock, slept: h.slept }, { before: [2, 5], after: [1, 4, 7] });
    const deaths = await engine.run((stepper) => runBackfill(h.tools, h.params(run), stepper));
    expect(deaths).toBe(5);
    await h.deliver();
    expect(await h.read(run)).toMatchObject({ status: 'succeeded', events: 60 });
    expect(await h.stored()).toHaveLength(60);
  });

  it('reads pages again that it could not note, and stores them once', async () => {
    const h = await backfillHarness(spread(20, 1), { pageSize: 2 });
    const run = await h.start(1);
    const real = h.tools.enqueue;
    let pages = 0;
    h.tools.enqueue = async (deps, input) => {
      const counts = await real(deps, input);
      if (++pages === 3) throw new TypeError('died between the queue and the checkpoint');
      return counts;
    };
    await expect(advanceBackfill(h.tools, h.params(run))).rejects.toThrow('died');
    expect(await h.read(run)).toMatchObject({ events: 0, status: 'queued' });
    expect(await h.finish(run)).toMatchObject({ status: 'succeeded', events: 20 });
    expect(await h.stored()).toHaveLength(20);
  });

  it('is done once by two that run the same step at once', async () => {
    const h = await backfillHarness(spread(20, 1), { pageSize: 2 });
    const run = await h.start(1);
    await Promise.all([1, 2].map(() => advanceBackfill(h.tools, h.params(run))));
    expect((await h.read(run)).pages).toBe(PAGES_PER_STEP);
    expect(await h.finish(run)).toMatchObject({ status: 'succeeded', events: 20 });
    expect(await h.stored()).toHaveLength(20);
  });
});

describe('cancelling', () => {
  it('ends a run between two pages and keeps what was read', async () => {
    const h = await backfillHarness(spread(40, 1), { pageSize: 2 });
    const run = await h.start(1);
    h.faults.push((_, n) => {
      if (n === 3) void cancelBackfill(h.deps, h.tenantId, h.sourceId, run.id, PERSON);
      return undefined;
    });
    const real = h.tools.enqueue;
    h.tools.enqueue = async (deps, input) => {
      const counts = await real(deps, input);
      if (h.asked.length === 3) await expect.poll(async () => (await h.read(run)).status).toBe('cancelled');
      return counts;
    };
    expect(await h.finish(run)).toMatchObject({ status: 'cancelled', error: null });
    expect(h.asked).toHaveLength(3);
    expect(await h.stored()).toHaveLength(6);
    expect((await h.actions()).sort()).toEqual(['backfill.cancel', 'source.backfill']);
    await expect(cancelBackfill(h.deps, h.tenantId, h.sourceId, run.id, PERSON)).rejects.toMatchObject({
      code: 'backfill.ended',
    });
    await expect(h.start(1)).resolves.toMatchObject({ status: 'queued' });
  });

  it('happens when the source is disabled or gone', async () => {
    for (const [change, code] of [
      [{ status: 'disabled' }, 'source.disabled'],
      [{ deletedAt: T0 }, 'source.deleted'],
    ] as const) {
      const h = await backfillHarness(spread(4, 1));
      const run = await h.start(1);
      await updateSource(h.deps, h.tenantId, h.sourceId, change);
      const ended = await h.finish(run);
      expect(ended).toMatchObject({ status: 'cancelled', error: expect.stringContaining(code) });
      expect(h.asked).toEqual([]);
    }
  });
});

describe('the inbox', () => {
  it('is not flooded: the run waits until what it handed over is stored', async () => {
    const h = await backfillHarness(spread(12_000, 1));
    const run = await h.start(1);
    let steps = 0;
    while ((await h.read(run)).pages < 12 && steps++ < 10) await advanceBackfill(h.tools, h.params(run));
    const waiting = await h.read(run);
    expect(waiting.checkpoint.wait?.why).toBe('inbox');
    expect(waiting.events).toBeGreaterThan(MAX_BACKLOG - 1_000);
    expect(waiting.events).toBeLessThanOrEqual(MAX_BACKLOG + PAGES_PER_STEP * 1_000);
    const asked = h.asked.length;
    expect(await advanceBackfill(h.tools, h.params(run))).toEqual({ status: 'running', waitMs: 5 * SECOND });
    expect(h.asked).toHaveLength(asked);
    await h.deliver();
    expect(await h.finish(run)).toMatchObject({ status: 'succeeded', events: 12_000 });
    expect(await h.stored()).toHaveLength(12_000);
  });

  it('that takes nothing is tried again later', async () => {
    const h = await backfillHarness(spread(4, 1));
    const send = h.deps.env.INBOX.sendBatch;
    let broken = 2;
    h.deps.env.INBOX.sendBatch = (...args) => (broken-- > 0 ? Promise.reject(new Error('down')) : send(...args));
    expect(await h.finish(await h.start(1))).toMatchObject({ status: 'succeeded', events: 4 });
    expect(h.slept.slice(0, 2)).toEqual([15 * SECOND, 30 * SECOND]);
    expect(await h.stored()).toHaveLength(4);
  });
});

describe('a long run', () => {
  it('goes on in a new instance before Workflows end it, and the old one stops', async () => {
    const h = await backfillHarness(spread(3, 1));
    h.faults.push((_, n) => (n <= MAX_ROUNDS ? oktaError(429, 'E0000047') : undefined));
    const run = await h.start(1);
    expect(await h.finish(run)).toMatchObject({ status: 'running', instance: 2 });
    expect(h.created.map(({ id }) => id)).toEqual([`${run.id}-1`, `${run.id}-2`]);
    expect(await advanceBackfill(h.tools, h.params(run))).toEqual({ status: 'stopped' });
    expect(await h.finish(run, 2)).toMatchObject({ status: 'succeeded', events: 3 });
  });

  it('is taken up again when its workflow is lost, once', async () => {
    const h = await backfillHarness(spread(30, 1), { pageSize: 2 });
    const run = await h.start(1);
    await advanceBackfill(h.tools, h.params(run));
    const mine = () => h.created.filter(({ params }) => params.runId === run.id).length;
    h.clock.advance(GRACE);
    await reviveBackfills(h.deps);
    expect(mine()).toBe(1);
    h.clock.advance(1);
    await reviveBackfills(h.deps);
    await reviveBackfills(h.deps);
    expect(mine()).toBe(2);
    expect(await h.finish(run, 2)).toMatchObject({ status: 'succeeded', events: 30, instance: 2 });
    expect(await h.stored()).toHaveLength(30);
  });

  it('is not ended by an instance that was replaced and then fails', async () => {
    const h = await backfillHarness(spread(10, 1), { pageSize: 2 });
    const run = await h.start(1);
    await handOver(h.deps, h.params(run));
    const stepper = {
      do: async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        if (name === 'read 1') throw new Error('the engine lost this step');
        return work();
      },
      sleep: async () => undefined,
    };
    expect(await runBackfill(h.tools, h.params(run), stepper)).toEqual({ status: 'failed' });
    expect(await h.read(run)).toMatchObject({ status: 'queued', endedAt: null, instance: 2 });
    expect(await h.finish(run, 2)).toMatchObject({ status: 'succeeded', events: 10 });
    const other = await h.start(1);
    await runBackfill(h.tools, h.params(other), stepper);
    expect(await h.read(other)).toMatchObject({ status: 'failed' });
  });

  it('that waits for what never comes fails after a day', async () => {
    const h = await backfillHarness(spread(3, 1));
    const run = await h.start(1);
    h.clock.advance(DAY + 1);
    expect(await h.finish(run)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('backfill.stalled'),
    });
  });
});
