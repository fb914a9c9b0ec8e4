import { describe, expect, it } from 'vitest';
import { presentRun } from '../sources/present.ts';
import { estimateOf } from './estimate.ts';
import { emptyProgress, type SyncRun } from './run.ts';
import { getRun } from './runs.repository.ts';
import { smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness, plainStepper } from './testing/harness.ts';

type Shown = ReturnType<typeof presentRun>;

/** A full sync whose steps take a second each, with what the API showed of it after each. */
async function watched(h: Harness, runId: string): Promise<{ shown: Shown[]; last: SyncRun }> {
  const shown: Shown[] = [];
  const plain = plainStepper(h);
  const last = await h.sync({
    stepper: {
      ...plain,
      async do(name, work) {
        h.clock.advance(1_000);
        const result = await plain.do(name, work);
        const run = await getRun(h.deps, h.tenantId, h.sourceId, runId);
        if (run) shown.push(presentRun(run));
        return result;
      },
    },
  });
  return { shown, last };
}

const known = (shown: Shown[]) => shown.flatMap(({ estimate }) => estimate ?? []);

describe('how far a full sync is', () => {
  it('by the last one: calls grow to what it took, and nothing is told of one that ended', async () => {
    const h = await createHarness(smallOrg(30));
    const first = await h.sync();
    expect(presentRun(first).estimate).toBeNull();
    const { shown, last } = await watched(h, `syn_${h.tenantId}_2`);
    const estimates = known(shown);
    expect(estimates.length).toBeGreaterThan(5);
    expect(new Set(estimates.map(({ of }) => of))).toEqual(new Set([first.calls]));
    const calls = estimates.map((one) => one.calls);
    expect(calls).toEqual(calls.toSorted((a, b) => a - b));
    for (const { readyAt } of estimates) expect(Date.parse(readyAt)).toBeGreaterThan(last.startedAt);
    expect(last.calls).toBe(first.calls);
    expect(presentRun(last).estimate).toBeNull();
  });

  it('of the first one: unknown until its apps are listed, then a guess', async () => {
    const h = await createHarness(smallOrg(30));
    const { shown, last } = await watched(h, `syn_${h.tenantId}_1`);
    const before = shown.filter(({ progress }) => ['users', 'groups', 'members'].includes(progress?.phase ?? ''));
    expect(before.length).toBeGreaterThan(0);
    expect(known(before)).toEqual([]);
    const [guess] = known(shown);
    expect(guess?.of).toBeGreaterThan(last.calls / 2);
    expect(guess?.of).toBeLessThan(last.calls * 2);
  });

  it('the rest goes as fast as what is done; beyond what was expected nothing is known', () => {
    const run = { status: 'running' as const, startedAt: 1_000, calls: 25 };
    const progress = { ...emptyProgress(11_000), expectedCalls: 100 };
    expect(estimateOf({ ...run, progress })).toEqual({ calls: 25, of: 100, readyAt: 41_000 });
    expect(estimateOf({ ...run, calls: 100, progress })).toBeNull();
    expect(estimateOf({ ...run, calls: 0, progress })).toBeNull();
    expect(estimateOf({ ...run, status: 'held', progress })).toBeNull();
    expect(estimateOf({ ...run, progress: emptyProgress(11_000) })).toBeNull();
    expect(estimateOf({ ...run, progress: null })).toBeNull();
  });
});
