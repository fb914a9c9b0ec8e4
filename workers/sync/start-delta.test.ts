import { describe, expect, it } from 'vitest';
import { POSTERN, type Principal } from '../auth/principal.ts';
import { updateSource } from '../sources/sources.repository.ts';
import { DELTA_EVERY, syncParamsSchema } from './run.ts';
import { startFullSync } from './start.ts';
import { createDeltaSyncs, startDeltaSync } from './start-delta.ts';
import { smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';

const PERSON: Principal = { kind: 'user', id: 'usr_1', name: 'Ada', role: 'super_admin', sourceIds: null };

/** Workflows that begins nothing, and leaves out ids that it knows as the real one does. */
function withoutWorkflow(h: Harness) {
  const created: { id: string; params: unknown }[] = [];
  const create = async (one: { id: string; params: unknown }) => {
    if (!created.some(({ id }) => id === one.id)) created.push(one);
    return { id: one.id };
  };
  const SYNC = { create, createBatch: (all: Parameters<typeof create>[0][]) => Promise.all(all.map(create)) };
  const deps = { ...h.deps, env: { ...h.deps.env, SYNC: SYNC as unknown as Env['SYNC'] } };
  const mine = () => created.filter(({ params }) => (params as { sourceId: string }).sourceId === h.sourceId);
  return { deps, mine };
}

describe('a delta that a person starts', () => {
  it('is a full sync before the first one, then a delta, one at a time', async () => {
    const h = await createHarness(smallOrg(2));
    const { deps, mine } = withoutWorkflow(h);
    expect(await startDeltaSync(deps, h.tenantId, h.sourceId, PERSON)).toMatchObject({
      kind: 'full',
      status: 'queued',
    });
    await expect(startDeltaSync(deps, h.tenantId, h.sourceId, PERSON)).rejects.toMatchObject({ code: 'sync.running' });
    const read = await createHarness(smallOrg(2));
    await read.sync();
    const other = withoutWorkflow(read);
    const run = await startDeltaSync(other.deps, read.tenantId, read.sourceId, PERSON);
    expect(run).toMatchObject({ kind: 'delta', status: 'queued' });
    expect(syncParamsSchema.parse(other.mine()[0]?.params)).toMatchObject({
      kind: 'delta',
      runId: run.id,
      quiet: false,
    });
    expect(mine()).toHaveLength(1);
    // the full one does not wait
    expect(await startFullSync(other.deps, read.tenantId, read.sourceId, POSTERN)).toMatchObject({ kind: 'full' });
    await expect(startDeltaSync(deps, 'tnt_other', h.sourceId, PERSON)).rejects.toMatchObject({ status: 404 });
  });
});

describe('deltas by the clock', () => {
  it('begin once in every stretch of time, whatever ticks, and in every isolate', async () => {
    const h = await createHarness(smallOrg(1));
    const { deps, mine } = withoutWorkflow(h);
    const tick = createDeltaSyncs();
    for (let minute = 0; minute < 60; minute++) {
      await tick(deps);
      await tick(deps);
      if (minute === 20) await createDeltaSyncs()(deps);
      h.clock.advance(60_000);
    }
    const begun = mine();
    expect(begun.length).toBeGreaterThanOrEqual(60 / (DELTA_EVERY / 60_000));
    expect(begun.length).toBeLessThanOrEqual(60 / (DELTA_EVERY / 60_000) + 1);
    expect(syncParamsSchema.parse(begun[0]?.params)).toMatchObject({ kind: 'delta', quiet: true, runId: begun[0]?.id });
  });

  it('leave out disabled sources, and try again when Workflows was away', async () => {
    const h = await createHarness(smallOrg(1));
    const { deps, mine } = withoutWorkflow(h);
    const tick = createDeltaSyncs();
    const away = { createBatch: () => Promise.reject(new Error('Workflows is down')) } as unknown as Env['SYNC'];
    await expect(tick({ ...deps, env: { ...deps.env, SYNC: away } })).rejects.toThrow('down');
    await tick(deps);
    expect(mine()).toHaveLength(1);
    await updateSource(h.deps, h.tenantId, h.sourceId, { status: 'disabled' });
    h.clock.advance(DELTA_EVERY);
    await tick(deps);
    expect(mine()).toHaveLength(1);
  });
});
