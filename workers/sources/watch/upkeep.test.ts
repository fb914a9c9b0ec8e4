import { describe, expect, it } from 'vitest';
import { POSTERN } from '../../auth/principal.ts';
import { HOUR, MINUTE } from '../../platform/clock.ts';
import { rejectRun } from '../../sync/decide.ts';
import { emptyProgress, type SyncStatus } from '../../sync/run.ts';
import { endRun, insertFullRun } from '../../sync/runs.repository.ts';
import { LIVE_HOOK, type Watched, watched } from './testing/set-up.ts';

const openIssues = async (w: Watched) => {
  const ids = ['hook-unverified', 'hook-inactive', 'tail-stuck', 'sync-held', 'dead-letters-open'];
  const issues = await Promise.all(ids.map((id) => w.issue(id)));
  return issues.flatMap((issue) => (issue?.status === 'open' ? [issue.title] : []));
};

describe('the Event Hooks in Okta', () => {
  it.each([
    ['Event Hook Not Verified', [{ ...LIVE_HOOK, verificationStatus: 'UNVERIFIED' }]],
    ['Event Hook Not Active', [{ ...LIVE_HOOK, status: 'INACTIVE' }]],
    ['No Event Hook in Okta', [{ ...LIVE_HOOK, ours: false }]],
  ])('%s', async (title, hooks) => {
    const w = await watched('event_hook');
    w.hooks = { ok: true, hooks };
    await w.run(1);
    expect(await openIssues(w)).toEqual([title]);
    w.hooks = { ok: true, hooks: [LIVE_HOOK] };
    await w.run(9);
    expect([w.asked, await openIssues(w)]).toEqual([1, [title]]);
    await w.run(1);
    expect([w.asked, await openIssues(w)]).toEqual([2, []]);
  });

  it('one that another stands in for was switched off on purpose; hybrid needs none', async () => {
    const w = await watched('hybrid');
    w.hooks = { ok: true, hooks: [LIVE_HOOK, { ...LIVE_HOOK, id: 'who2', status: 'INACTIVE' }] };
    await w.run(1);
    w.hooks = { ok: true, hooks: [] };
    await w.run(20);
    expect(await openIssues(w)).toEqual([]);
  });

  it('that cannot be seen are unknown: nothing is raised, and what is open is noted', async () => {
    const w = await watched('event_hook');
    w.hooks = { ok: false, error: 'Grant okta.eventHooks.read.' };
    await w.run(1);
    expect(await openIssues(w)).toEqual([]);
    w.hooks = { ok: true, hooks: [] };
    await w.run(10);
    w.hooks = { ok: false, error: 'Grant okta.eventHooks.read.' };
    await w.run(30);
    expect(await w.history('hook-inactive')).toEqual(['opened', 'noted']);
    expect((await w.issue('hook-inactive'))?.evidence.unverified?.reason).toBe('Grant okta.eventHooks.read.');
  });
});

describe('a full sync that waits for a person', () => {
  const held = [{ scope: 'users', existing: 20, removing: 20 }];
  const title = 'Sync Waits for a Decision';

  it('is an issue until somebody decides or the next one removes nothing', async () => {
    const w = await watched('polling');
    const sync = async (id: string) => {
      await insertFullRun(w.deps, w.tenant, { id, sourceId: w.source.id, progress: emptyProgress(w.clock.now()) });
      await w.run(1);
    };
    const ends = async (id: string, status: SyncStatus) => {
      const progress = { ...emptyProgress(w.clock.now()), held: status === 'held' ? held : [] };
      await endRun(w.deps, w.tenant, id, { calls: 1, rowsWritten: 0, progress, status, error: null });
      await w.run(1);
    };
    await sync('syn_1');
    await ends('syn_1', 'held');
    expect(await openIssues(w)).toEqual([title]);
    expect(await w.issue('sync-held')).toMatchObject({
      severity: 'high',
      evidence: { facts: { run: 'syn_1', held: ['users: 20 of 20'] } },
    });
    // the next one finds the same: nothing is told twice
    await sync('syn_2');
    expect(await openIssues(w)).toEqual([title]);
    await ends('syn_2', 'held');
    expect(await w.history('sync-held')).toEqual(['opened']);
    const { deps, tenant, source } = w;
    await rejectRun(deps, tenant, source.id, 'syn_2', POSTERN);
    await w.run(1);
    expect(await openIssues(w)).toEqual([]);
    await sync('syn_3');
    await ends('syn_3', 'held');
    await sync('syn_4');
    await ends('syn_4', 'succeeded');
    expect(await openIssues(w)).toEqual([]);
  });
});

describe('the tail', () => {
  it('is stuck after a quarter of an hour of refusals, in any mode, and no sooner', async () => {
    const w = await watched('polling');
    await w.run(5);
    const caughtUpAt = w.clock.now();
    w.tail = { state: 'failed', failures: 6, error: 'Okta refused the credential', caughtUpAt };
    await w.run(14);
    expect(await openIssues(w)).toEqual([]);
    await w.run(1);
    expect(await openIssues(w)).toEqual(['System Log Cannot Be Read']);
    expect(await w.issue('tail-stuck')).toMatchObject({ severity: 'critical', priority: 70 });
    await w.run(30);
    expect(await w.history('tail-stuck')).toEqual(['opened']);
    w.tail = { state: 'behind', caughtUpAt };
    await w.run(1);
    expect(await openIssues(w)).toEqual(['System Log Cannot Be Read']);
    w.tail = {};
    await w.run(1);
    expect(await w.history('tail-stuck')).toEqual(['opened', 'resolved']);
  });

  it('that catches up has an hour; one that asks no more has 20 minutes', async () => {
    const w = await watched();
    await w.run(1);
    w.tail = { state: 'behind', caughtUpAt: null };
    await w.run(58);
    expect(await openIssues(w)).toEqual([]);
    await w.run(2);
    expect(await openIssues(w)).toEqual(['System Log Is Behind']);
    w.tail = { lastPollAt: w.clock.now() - 19 * MINUTE };
    await w.look();
    expect(await openIssues(w)).toEqual([]);
    await w.run(1);
    expect(await openIssues(w)).toEqual(['System Log Cannot Be Read']);
  });
});

it('dead letters are an issue after an hour, until the last is decided on', async () => {
  const w = await watched();
  await w.deadLetter();
  await w.run(59);
  expect(await openIssues(w)).toEqual([]);
  await w.run(1);
  expect(await openIssues(w)).toEqual(['Dead Letters Wait for a Decision']);
  expect((await w.issue('dead-letters-open'))?.evidence.facts).toMatchObject({ open: 1 });
  for (let n = 0; n < 11; n++) await w.deadLetter(w.clock.now() - HOUR);
  await w.look();
  expect((await w.issue('dead-letters-open'))?.evidence.facts).toMatchObject({ open: 12 });
  await w.deps
    .evidence(w.tenant)
    .prepare(`UPDATE dead_letters SET status = 'discarded' WHERE tenant_id = ?1`)
    .bind(w.tenant)
    .run();
  await w.run(1);
  expect(await w.history('dead-letters-open')).toEqual(['opened', 'resolved']);
});
