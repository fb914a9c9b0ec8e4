import { introspectWorkflowInstance } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { POSTERN } from '../auth/principal.ts';
import { EVENTS_KEPT, purgeEvidence } from '../inbox/purge.ts';
import { DAY, iso, MINUTE } from '../platform/clock.ts';
import { createDeps } from '../platform/deps.ts';
import { updateSource } from '../sources/sources.repository.ts';
import { actions, create, setUp } from '../sources/testing/harness.ts';
import { startBackfill } from './backfill-start.ts';
import { endBackfills, getBackfill, saveBackfill } from './backfills.repository.ts';
import { backfillHarness } from './testing/backfill-harness.ts';

/** The API with a connected source, and workflows that are only written down. */
async function withSource() {
  const api = await setUp();
  const created: unknown[] = [];
  const instance = async (options: unknown) => created.push(options);
  api.deps.env = { ...env, BACKFILL: { create: instance } as unknown as Env['BACKFILL'] };
  const { id } = await create(api);
  await updateSource(api.deps, api.tenantId, id, { status: 'connected' });
  const path = `/sources/${id}/backfill`;
  return {
    ...api,
    id,
    created,
    start: (days: unknown, token?: string) => api.call('POST', path, { days }, token),
    cancel: (run: string) => api.call('POST', `${path}s/${run}/cancel`),
    read: (run: string) => api.call('GET', `${path}s/${run}`, undefined, api.tokens.viewer),
    list: (query = '') => api.call('GET', `${path}s${query}`, undefined, api.tokens.viewer),
    state: async () => (await api.call('GET', `/sources/${id}/health`)).json.backfill,
  };
}

describe('the backfills of a source', () => {
  it('are offered until one ran, with what they will take', async () => {
    const api = await withSource();
    const state = await api.state();
    expect(state).toMatchObject({ suggested: true, last: null });
    expect(state.offers.map((offer: { days: number; calls: number }) => [offer.days, offer.calls])).toEqual([
      [1, 4],
      [7, 28],
      [30, 120],
      [90, 120],
    ]);
    await updateSource(api.deps, api.tenantId, api.id, { status: 'untested' });
    expect((await api.state()).suggested).toBe(false);
    await updateSource(api.deps, api.tenantId, api.id, { status: 'connected' });
    await api.start(7);
    expect(await api.state()).toMatchObject({ suggested: false, last: { status: 'queued' } });
  });

  it('start one at a time, and show their progress', async () => {
    const api = await withSource();
    const { status, json } = await api.start(7);
    const now = api.clock.now();
    expect(status).toBe(202);
    expect(json).toEqual({
      id: expect.stringMatching(/^bkf_/),
      status: 'queued',
      since: iso(now - 7 * DAY),
      until: iso(now),
      startedAt: iso(now),
      endedAt: null,
      progress: { done: 0, total: 28 },
      percent: 0,
      estimateSeconds: null,
      events: 0,
      accepted: 0,
      pages: 0,
      calls: 0,
      waiting: null,
      note: null,
      error: null,
    });
    expect(api.created).toMatchObject([{ id: `${json.id}-1`, params: { runId: json.id, instance: 1 } }]);
    expect(await api.start(1)).toMatchObject({ status: 409, json: { code: 'backfill.running' } });
    const run = await getBackfill(api.deps, api.tenantId, api.id, json.id);
    if (!run) throw new Error('gone');
    api.clock.advance(MINUTE);
    const wait = { why: 'rate_limit', until: api.clock.now() + MINUTE } as const;
    const update = { ...run, windowsDone: 7, events: 12, calls: 9, checkpoint: { ...run.checkpoint, wait } };
    expect(await saveBackfill(api.deps, api.tenantId, run, update)).toBe(true);
    expect((await api.read(json.id)).json).toMatchObject({
      status: 'running',
      progress: { done: 7, total: 28 },
      percent: 25,
      estimateSeconds: 180,
      events: 12,
      waiting: { why: 'rate_limit', until: iso(wait.until) },
    });
  });

  it('are one when several start at once', async () => {
    const api = await withSource();
    const answers = await Promise.all([1, 7, 30].map((days) => api.start(days)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    expect(api.created).toHaveLength(1);
  });

  it('by a double click or with two tokens: one runs, the other is told which is in its way', async () => {
    const api = await withSource();
    const { json: made } = await api.call('POST', '/tokens', { name: 'Nightly', role: 'source_admin' });
    const starts = [api.start(7), api.start(7), api.start(30, made.token)];
    const answers = await Promise.all(starts);
    const won = answers.filter(({ status }) => status === 202);
    expect(won).toHaveLength(1);
    const [run] = won;
    for (const { json } of answers.filter((one) => one !== run)) {
      expect(json).toMatchObject({
        status: 409,
        code: 'backfill.running',
        detail: expect.stringContaining(run?.json.id),
      });
      expect(json.detail).toMatch(/reads the last (7|30) days, 0 % are read\. Wait for its end, or cancel it first\.$/);
    }
    expect(api.created).toMatchObject([{ params: { runId: run?.json.id } }]);
    expect((await api.list()).json.data).toMatchObject([{ id: run?.json.id, status: 'queued' }]);
    expect((await actions(api)).filter((action: string) => action === 'source.backfill')).toHaveLength(1);
    // the loser's try left nothing behind: after the end of the first one, another starts
    expect((await api.cancel(run?.json.id)).status).toBe(202);
    expect((await api.start(1)).status).toBe(202);
  });

  it('can be cancelled, listed, and are audited', async () => {
    const api = await withSource();
    const ids: string[] = [];
    for (const days of [1, 7, 90]) {
      const { json } = await api.start(days);
      ids.unshift(json.id);
      expect(await api.cancel(json.id)).toMatchObject({ status: 202, json: { status: 'cancelled', error: null } });
      api.clock.advance(1);
    }
    expect(await api.cancel(ids[0] ?? '')).toMatchObject({ status: 409, json: { code: 'backfill.ended' } });
    const first = (await api.list('?limit=2')).json;
    const second = (await api.list(`?limit=2&cursor=${first.next}`)).json;
    expect([...first.data, ...second.data].map((run) => run.id)).toEqual(ids);
    expect(second.next).toBeNull();
    const audited = await actions(api);
    expect(audited.filter((action: string) => action === 'source.backfill')).toHaveLength(3);
    expect(audited.filter((action: string) => action === 'backfill.cancel')).toHaveLength(3);
  });

  it.each([0, 91, 1.5, -1, '7', null])('are of 1 to 90 whole days, not %s', async (days) => {
    const api = await withSource();
    expect(await api.start(days)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  it('are not started by a viewer, for a disabled source, or without a credential', async () => {
    const api = await withSource();
    expect((await api.start(7, api.tokens.viewer)).status).toBe(403);
    await api.call('PATCH', `/sources/${api.id}`, { status: 'disabled' });
    expect(await api.start(7)).toMatchObject({ status: 409, json: { code: 'source.disabled' } });
    await updateSource(api.deps, api.tenantId, api.id, { status: 'untested', sealedCredential: '' });
    const refused = await api.start(7);
    expect(refused).toMatchObject({ status: 409, json: { code: 'source.no_credential' } });
    expect(refused.json.detail).toContain('Save an API token');
    expect(api.created).toEqual([]);
    expect((await api.call('POST', '/sources/src_unknown/backfill', { days: 1 })).status).toBe(404);
  });

  it('end at once when the source is disabled or deleted', async () => {
    const api = await withSource();
    const { json } = await api.start(7);
    await api.call('PATCH', `/sources/${api.id}`, { status: 'disabled' });
    expect((await api.read(json.id)).json).toMatchObject({ status: 'cancelled', error: { code: 'source.disabled' } });
    await api.call('PATCH', `/sources/${api.id}`, { status: 'untested' });
    api.clock.advance(1);
    const again = (await api.start(7)).json;
    api.deps.env = { ...api.deps.env, SYNC: { createBatch: async () => [] } as unknown as Env['SYNC'] };
    await api.call('DELETE', `/sources/${api.id}`);
    expect(await getBackfill(api.deps, api.tenantId, api.id, again.id)).toMatchObject({
      status: 'cancelled',
      error: 'source.deleted: The source was deleted.',
    });
  });

  it('fail when the workflow cannot be made, and the next one starts', async () => {
    const api = await withSource();
    const working = api.deps.env;
    const down = { create: () => Promise.reject(new Error('Workflows is down')) } as unknown as Env['BACKFILL'];
    api.deps.env = { ...working, BACKFILL: down };
    expect((await api.start(7)).status).toBe(500);
    expect((await api.state()).last).toMatchObject({ status: 'failed', error: { code: 'backfill.not_started' } });
    api.deps.env = working;
    api.clock.advance(1);
    expect((await api.start(7)).status).toBe(202);
  });

  it('are kept as long as events; the newest and what is under way stay', async () => {
    const api = await withSource();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push((await api.start(1)).json.id);
      api.clock.advance(1);
      if (n < 2) await endBackfills(api.deps, api.tenantId, { sourceId: api.id }, { status: 'failed', error: null });
    }
    const kept = async () => (await api.list()).json.data.map((run: { id: string }) => run.id);
    await purgeEvidence(api.deps);
    expect(await kept()).toHaveLength(3);
    api.clock.advance(EVENTS_KEPT + 1);
    await purgeEvidence(api.deps);
    expect(await kept()).toEqual([ids[2]]);
    await endBackfills(api.deps, api.tenantId, { sourceId: api.id }, { status: 'cancelled', error: null });
    api.clock.advance(EVENTS_KEPT + 1);
    await purgeEvidence(api.deps);
    expect(await kept()).toEqual([ids[2]]);
  });
});

describe('the workflow', () => {
  afterEach(() => vi.restoreAllMocks());

  it('reads a log to its end', async () => {
    const now = Date.now();
    const h = await backfillHarness(
      Array.from({ length: 25 }, (_, n) => now - (n + 1) * 50 * MINUTE),
      { pageSize: 3 },
    );
    h.clock.set(now);
    vi.spyOn(globalThis, 'fetch').mockImplementation(h.okta.fetch);
    const deps = createDeps(env, { log: h.deps.log });
    const run = await startBackfill(deps, h.tenantId, h.sourceId, 1, POSTERN);
    await using instance = await introspectWorkflowInstance(env.BACKFILL, `${run.id}-1`);
    await instance.waitForStatus('complete');
    const ended = await getBackfill(deps, h.tenantId, h.sourceId, run.id);
    expect(ended).toMatchObject({ status: 'succeeded', windowsDone: 4, events: 25, error: null });
  });
});
