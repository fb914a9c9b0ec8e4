import { introspectWorkflowInstance } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../test/deps.ts';
import { POSTERN, type Principal } from '../auth/principal.ts';
import { nodeId } from '../graph/model.ts';
import { HOUR } from '../platform/clock.ts';
import { createDeps } from '../platform/deps.ts';
import { updateSource } from '../sources/sources.repository.ts';
import { cancelRun, confirmRun, rejectRun } from './decide.ts';
import { emptyProgress, type SyncProgress } from './run.ts';
import { endRun, insertFullRun, listRuns, noteProgress } from './runs.repository.ts';
import { lastSync, runDailySyncs, startForget, startFullSync, startRefresh } from './start.ts';
import { smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';

const PERSON: Principal = { kind: 'user', id: 'usr_1', name: 'Ada', role: 'super_admin', sourceIds: null };

/** Lets nothing run: these tests are about the rows. */
function withoutWorkflow(h: Harness) {
  const created: { id?: string; params?: unknown }[] = [];
  const create = async (options: { id?: string; params?: unknown }) => {
    created.push(options);
    return { id: options.id };
  };
  const deps = { ...h.deps, env: { ...h.deps.env, SYNC: { create, createBatch: create } as unknown as Env['SYNC'] } };
  return { deps, created };
}

async function heldRun(h: Harness, id: string) {
  const progress: SyncProgress = {
    ...emptyProgress(h.clock.now()),
    held: [{ scope: 'users', existing: 40, removing: 10 }],
  };
  await insertFullRun(h.deps, h.tenantId, { id, sourceId: h.sourceId, progress });
  await endRun(h.deps, h.tenantId, id, { calls: 1, rowsWritten: 0, progress, status: 'held', error: null });
}

async function audited(h: Harness): Promise<unknown[]> {
  const query = 'SELECT action FROM audit WHERE tenant_id = ? ORDER BY at, id';
  return (await h.deps.evidence(h.tenantId).prepare(query).bind(h.tenantId).all()).results.map((row) => row.action);
}

describe('starting a full sync', () => {
  it('starts one at a time, and says so', async () => {
    const h = await createHarness(smallOrg(1));
    const { deps, created } = withoutWorkflow(h);
    const starts = await Promise.allSettled([1, 2, 3].map(() => startFullSync(deps, h.tenantId, h.sourceId, PERSON)));
    expect(starts.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(starts.find((one) => one.status === 'rejected')?.reason).toMatchObject({
      code: 'sync.running',
      status: 409,
    });
    expect(created).toHaveLength(1);
    expect(await audited(h)).toEqual(['source.sync']);
    expect(await lastSync(h.deps, h.tenantId, h.sourceId)).toMatchObject({ id: created[0]?.id, status: 'queued' });
  });

  it('takes a run without a sign of life for two hours for dead', async () => {
    const h = await createHarness(smallOrg(1));
    const { deps } = withoutWorkflow(h);
    const first = await startFullSync(deps, h.tenantId, h.sourceId, POSTERN);
    h.clock.advance(1.5 * HOUR);
    const alive = { calls: 1, rowsWritten: 0, progress: emptyProgress(h.clock.now()) };
    expect(await noteProgress(h.deps, h.tenantId, first.id, alive)).toBe(true);
    h.clock.advance(1.5 * HOUR);
    await expect(startFullSync(deps, h.tenantId, h.sourceId, POSTERN)).rejects.toMatchObject({ code: 'sync.running' });
    h.clock.advance(HOUR);
    const second = await startFullSync(deps, h.tenantId, h.sourceId, POSTERN);
    const runs = (await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 10 })).data;
    expect(runs).toMatchObject([
      { id: second.id, status: 'queued' },
      { id: first.id, status: 'failed', error: 'sync.stuck' },
    ]);
    // the dead one may not go on
    expect(await noteProgress(h.deps, h.tenantId, first.id, alive)).toBe(false);
  });

  it('ends the run when the workflow cannot be made', async () => {
    const h = await createHarness(smallOrg(1));
    const SYNC = { create: () => Promise.reject(new Error('Workflows is down')) } as unknown as Env['SYNC'];
    const deps = { ...h.deps, env: { ...h.deps.env, SYNC } };
    await expect(startFullSync(deps, h.tenantId, h.sourceId, PERSON)).rejects.toThrow('down');
    expect(await lastSync(h.deps, h.tenantId, h.sourceId)).toMatchObject({ status: 'failed' });
  });

  it('knows no source of another tenant, and starts no disabled one', async () => {
    const h = await createHarness(smallOrg(1));
    await expect(startFullSync(h.deps, 'tnt_other', h.sourceId, PERSON)).rejects.toMatchObject({ status: 404 });
    await updateSource(h.deps, h.tenantId, h.sourceId, { status: 'disabled' });
    await expect(startFullSync(h.deps, h.tenantId, h.sourceId, PERSON)).rejects.toMatchObject({
      code: 'source.disabled',
    });
  });

  it('happens daily for each active source, whatever happens to another', async () => {
    const [a, b] = [await createHarness(smallOrg(1)), await createHarness(smallOrg(1))];
    const { deps, created } = withoutWorkflow(a);
    await startFullSync(deps, a.tenantId, a.sourceId, POSTERN);
    created.length = 0;
    await runDailySyncs(deps);
    const started = created.map((one) => (one.params as { sourceId: string }).sourceId);
    expect(started).toContain(b.sourceId);
    expect(started).not.toContain(a.sourceId);
  });

  it('pages its runs, newest first', async () => {
    const h = await createHarness(smallOrg(1));
    for (const id of ['syn_a', 'syn_b', 'syn_c']) {
      await heldRun(h, `${id}_${h.tenantId}`);
      h.clock.advance(1);
    }
    const first = await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 2 });
    const second = await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 2, cursor: first.next ?? '' });
    expect([...first.data, ...second.data].map((run) => run.id.slice(0, 5))).toEqual(['syn_c', 'syn_b', 'syn_a']);
    expect(second.next).toBeNull();
  });
});

describe('deciding on a held run', () => {
  it('reads the held scopes again when it is confirmed, under the same run', async () => {
    const h = await createHarness(smallOrg(1));
    const { deps, created } = withoutWorkflow(h);
    const id = `syn_${h.tenantId}`;
    await heldRun(h, id);
    expect(await confirmRun(deps, h.tenantId, h.sourceId, id, PERSON)).toMatchObject({
      id,
      status: 'queued',
      endedAt: null,
    });
    expect(created[0]?.params).toMatchObject({
      runId: id,
      confirmed: [{ scope: 'users', existing: 40, removing: 10 }],
    });
    expect(created[0]?.id).not.toBe(id);
    await expect(confirmRun(deps, h.tenantId, h.sourceId, id, PERSON)).rejects.toMatchObject({ code: 'sync.not_held' });
    expect(await audited(h)).toEqual(['sync.confirm']);
  });

  it('keeps the data when it is rejected', async () => {
    const h = await createHarness(smallOrg(1));
    const id = `syn_${h.tenantId}`;
    await heldRun(h, id);
    expect(await rejectRun(h.deps, h.tenantId, h.sourceId, id, PERSON)).toMatchObject({
      status: 'partial',
      progress: { decision: 'rejected', held: [{ scope: 'users' }] },
    });
    await expect(rejectRun(h.deps, h.tenantId, h.sourceId, id, PERSON)).rejects.toMatchObject({
      code: 'sync.not_held',
    });
    await expect(cancelRun(h.deps, h.tenantId, h.sourceId, id, PERSON)).rejects.toMatchObject({ code: 'sync.ended' });
  });

  it('is about the newest run only', async () => {
    const h = await createHarness(smallOrg(1));
    const { deps } = withoutWorkflow(h);
    const id = `syn_${h.tenantId}`;
    await heldRun(h, id);
    h.clock.advance(1);
    await startFullSync(deps, h.tenantId, h.sourceId, POSTERN);
    await expect(confirmRun(deps, h.tenantId, h.sourceId, id, PERSON)).rejects.toMatchObject({
      code: 'sync.superseded',
    });
  });

  it('cancels what runs', async () => {
    const h = await createHarness(smallOrg(1));
    const { deps } = withoutWorkflow(h);
    const run = await startFullSync(deps, h.tenantId, h.sourceId, POSTERN);
    expect(await cancelRun(deps, h.tenantId, h.sourceId, run.id, PERSON)).toMatchObject({ status: 'cancelled' });
    await expect(startFullSync(deps, h.tenantId, h.sourceId, POSTERN)).resolves.toMatchObject({ status: 'queued' });
  });
});

describe('the workflow', () => {
  afterEach(() => vi.restoreAllMocks());

  it('runs a full sync, a refresh and a forgetting to their ends', async () => {
    const h = await createHarness(smallOrg(12));
    h.clock.set(Date.now());
    vi.spyOn(globalThis, 'fetch').mockImplementation(h.okta.fetch);
    const deps = createDeps(env, { log: h.deps.log });
    const run = await startFullSync(deps, h.tenantId, h.sourceId, POSTERN);
    await using full = await introspectWorkflowInstance(env.SYNC, run.id);
    await full.waitForStatus('complete');
    expect(await lastSync(deps, h.tenantId, h.sourceId)).toMatchObject({ id: run.id, status: 'succeeded' });
    expect((await h.graph.counts()).account).toBe(12);

    const user = h.okta.org.users[4];
    if (user) user.roles = [{ type: 'SUPER_ADMIN' }];
    h.clock.set(Date.now() + 1_000);
    await startRefresh(deps, h.tenantId, h.sourceId, { users: ['00u4'] });
    const account = nodeId('account', h.sourceId, '00u4');
    await vi.waitFor(async () => expect((await h.graph.accountView(account))?.tier).toBe('global_admin'), PATIENCE);

    await startForget(deps, h.tenantId, h.sourceId);
    await vi.waitFor(async () => expect((await h.graph.counts()).account).toBe(0), PATIENCE);
  });

  it('ends what another version of it began', async () => {
    const h = await createHarness(smallOrg(1));
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const id = `syn_old_${h.tenantId}`;
    await using old = await introspectWorkflowInstance(env.SYNC, id);
    const params = { kind: 'refresh', tenantId: h.tenantId, sourceId: h.sourceId, runId: id, users: ['00u1'] };
    await env.SYNC.create({ id, params });
    await expect(old.waitForStatus('complete')).resolves.not.toThrow();
    expect(said.mock.calls.flat().join()).toContain('sync of an unknown kind');
    expect(h.okta.calls).toEqual([]);
  });
});
