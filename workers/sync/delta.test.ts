import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { MINUTE } from '../platform/clock.ts';
import { getSource, updateSource } from '../sources/sources.repository.ts';
import { OVERLAP } from './delta.ts';
import { emptyProgress } from './run.ts';
import { insertFullRun, insertRun, listRuns } from './runs.repository.ts';
import { readSyncState } from './sync-state.ts';
import { happen } from './testing/fake-log.ts';
import { oktaError, smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness, plainStepper } from './testing/harness.ts';

const account = (h: Harness, id: string) => nodeId('account', h.sourceId, id);

async function stateOf(h: Harness) {
  const source = await getSource(h.deps, h.tenantId, h.sourceId);
  if (!source) throw new Error('no source');
  return readSyncState(h.deps, source);
}

const deltas = async (h: Harness) =>
  (await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 50, kind: 'delta' })).data;

/** An org that was read an hour ago. */
async function synced(people = 20) {
  const h = await createHarness(smallOrg(people));
  await h.sync();
  h.clock.advance(60 * MINUTE);
  h.okta.calls.length = 0;
  return h;
}

const callsOf = (h: Harness, part: string) => h.okta.calls.filter((call) => call.includes(part));

describe('a delta sync', () => {
  it('asks little and writes nothing when nothing changed', async () => {
    const h = await synced();
    const before = await stateOf(h);
    expect(await h.delta()).toBeNull();
    // users, groups, apps, admins, and of the two that hold roles: roles; factors of the admin
    expect(h.okta.calls.map((call) => call.replace(/\?.*/, ''))).toEqual([
      '/api/v1/users',
      '/api/v1/groups',
      '/api/v1/apps',
      '/api/v1/iam/assignees/users',
      '/api/v1/users/00u0/roles',
      '/api/v1/groups/00gAdmins/roles',
      '/api/v1/users/00u0/factors',
    ]);
    expect(await stateOf(h)).toEqual(before);
    expect(await deltas(h)).toEqual([]);
  });

  it('asks for what changed since the last run, with an overlap, by the clock of the source', async () => {
    const h = await createHarness(smallOrg(5));
    const ahead = 10 * MINUTE;
    h.okta.ahead = ahead;
    await h.sync();
    const at = h.clock.now() + ahead;
    h.clock.advance(60 * MINUTE);
    h.okta.calls.length = 0;
    await h.delta();
    const asked = new URL(h.okta.calls[0] ?? '', h.okta.origin).searchParams.get('filter') ?? '';
    const since = Date.parse(/"(.+)"/.exec(asked)?.[1] ?? '');
    expect(Math.abs(since - (at - OVERLAP))).toBeLessThan(1_000);
  });

  it('takes over users, groups, members, apps and assignments that changed, and lists no others', async () => {
    const h = await synced();
    const { org } = h.okta;
    const now = h.clock.now();
    Object.assign(org.users[4] ?? {}, { status: 'SUSPENDED', lastUpdated: now });
    org.users.push({ id: '00uNew', status: 'ACTIVE', factors: [], roles: [], lastUpdated: now });
    Object.assign(org.groups[2] ?? {}, {
      name: 'Filled',
      members: ['00uNew'],
      lastMembershipUpdated: now,
      lastUpdated: now,
    });
    Object.assign(org.groups[3] ?? {}, { name: 'Half again', lastUpdated: now, lastMembershipUpdated: 1 });
    Object.assign(org.apps[0] ?? {}, { label: 'Post', users: [{ id: '00uNew', status: 'ACTIVE' }], lastUpdated: now });
    org.apps.splice(1, 1, {
      id: '0oaNew',
      label: 'New',
      users: [{ id: '00u2', status: 'ACTIVE' }],
      groups: [],
      lastUpdated: now,
    });
    await updateSource(h.deps, h.tenantId, h.sourceId, { removalLimitPercent: 100 });
    const run = await h.delta();
    expect(run).toMatchObject({ kind: 'delta', status: 'succeeded' });
    expect(run?.rowsWritten).toBeGreaterThan(0);
    expect(await h.graph.accountView(account(h, '00u4'))).toMatchObject({ attributes: { status: 'SUSPENDED' } });
    expect(await h.graph.accountView(account(h, '00uNew'))).toMatchObject({
      groupCount: 1,
      factors: { known: true },
      assignments: [{ appNativeId: '0oaMail', appName: 'Post' }],
    });
    expect(await h.graph.accountView(account(h, '00u2'))).toMatchObject({ assignments: [{ appNativeId: '0oaNew' }] });
    expect((await h.graph.counts()).app).toBe(2);
    expect(callsOf(h, '/users?limit=1000')).toEqual(['/api/v1/groups/00gEmpty/users?limit=1000']);
    expect(callsOf(h, '/factors').map((call) => call.split('/')[4])).toEqual(['00u0', '00uNew']);
    expect(h.settled).toHaveLength(2);
  });

  it('reads factors and group assignments that only the log tells of', async () => {
    const h = await synced();
    const user = h.okta.org.users[7];
    if (user) user.factors = [{ id: 'key', factorType: 'webauthn', status: 'ACTIVE' }];
    h.okta.org.apps[1]?.groups.push('00gHalf');
    await happen(h, 'user.mfa.factor.activate', [['User', '00u7']]);
    await happen(h, 'application.lifecycle.update', [['AppInstance', '0oaBare']]);
    await h.delta();
    expect(await h.graph.accountView(account(h, '00u7'))).toMatchObject({ factors: { factors: [{ id: 'key' }] } });
    const app = await h.graph.node(nodeId('app', h.sourceId, '0oaBare'));
    expect(app?.in.map(({ node }) => node.nativeId)).toEqual(['00gHalf']);
  });

  it('ends a role that somebody lost, and finds one that somebody got', async () => {
    const h = await synced();
    const [first, , third] = h.okta.org.users;
    if (first) first.roles = [];
    if (third) third.roles = [{ type: 'SUPER_ADMIN' }];
    await h.delta();
    expect(await h.graph.accountView(account(h, '00u0'))).toMatchObject({ roles: [], tier: 'none' });
    expect(await h.graph.accountView(account(h, '00u2'))).toMatchObject({ tier: 'global_admin' });
  });

  it('follows Everyone from the users where listing it would be long', async () => {
    const h = await synced(12);
    const { org } = h.okta;
    const now = h.clock.now();
    org.users.push({ id: '00uNew', status: 'ACTIVE', factors: [], roles: [], lastUpdated: now });
    Object.assign(org.users[3] ?? {}, { status: 'DEPROVISIONED', lastUpdated: now });
    const everyone = org.groups[0];
    if (everyone) Object.assign(everyone, { lastMembershipUpdated: now });
    h.okta.counted = 20_000;
    await h.delta();
    expect(callsOf(h, '00gEveryone/users')).toEqual([]);
    const members = (await h.graph.node(nodeId('group', h.sourceId, '00gEveryone'), 100))?.in.map(
      ({ node }) => node.nativeId,
    );
    expect(members).toHaveLength(12);
    expect(members).toContain('00uNew');
    expect(members).not.toContain('00u3');
  });
});

describe('what a delta remembers', () => {
  it('moves on only when everything was read, and reads again what failed', async () => {
    const h = await synced();
    const { since } = await stateOf(h);
    const group = h.okta.org.groups[3];
    if (group) Object.assign(group, { members: ['00u19'], lastMembershipUpdated: h.clock.now() });
    await updateSource(h.deps, h.tenantId, h.sourceId, { removalLimitPercent: 100 });
    h.okta.faults.push((path) => (path === '/api/v1/groups' ? oktaError(500, 'E0000009') : undefined));
    expect(await h.delta()).toMatchObject({ status: 'partial' });
    expect((await stateOf(h)).since).toBe(since);
    // told once
    expect(await h.delta()).toBeNull();

    h.okta.faults = [(path) => (path.endsWith('00gHalf/users') ? oktaError(500, 'E0000009') : undefined)];
    expect(await h.delta()).toMatchObject({
      status: 'partial',
      progress: { failedScopes: [{ scope: 'members:00gHalf' }] },
    });
    expect(await stateOf(h)).toMatchObject({ again: ['members:00gHalf'], since: expect.any(Number) });
    expect((await stateOf(h)).since).toBeGreaterThan(since ?? 0);

    h.okta.faults = [];
    h.clock.advance(60 * MINUTE);
    expect(await h.delta()).toMatchObject({ status: 'succeeded' });
    expect(await stateOf(h)).toMatchObject({ again: [] });
    expect((await h.graph.node(nodeId('group', h.sourceId, '00gHalf')))?.in.map(({ node }) => node.nativeId)).toEqual([
      '00u19',
    ]);
  });

  it('reads the assignments of all apps once the apps can be listed again', async () => {
    const h = await synced();
    Object.assign(h.okta.org.apps[1] ?? {}, { users: [{ id: '00u5', status: 'ACTIVE' }], lastUpdated: h.clock.now() });
    h.okta.faults = [(path) => (path === '/api/v1/apps' ? oktaError(500, 'E0000009') : undefined)];
    await h.delta();
    expect(await stateOf(h)).toMatchObject({ again: ['apps'] });
    h.okta.faults = [];
    h.clock.advance(60 * MINUTE);
    await h.delta();
    expect((await h.graph.accountView(account(h, '00u5')))?.assignments).toHaveLength(2);
    expect(await stateOf(h)).toMatchObject({ again: [] });
  });

  it('does not believe an empty answer of a full sync', async () => {
    const h = await synced();
    const { since } = await stateOf(h);
    h.okta.faults = [(path) => (path === '/api/v1/users' ? Response.json([]) : undefined)];
    expect(await h.sync()).toMatchObject({ status: 'held' });
    expect((await stateOf(h)).since).toBe(since);
  });

  it('forgets the past of another org', async () => {
    const h = await synced();
    await updateSource(h.deps, h.tenantId, h.sourceId, { baseUrl: 'https://other.okta.com' });
    expect(await stateOf(h)).toMatchObject({ since: null });
    expect(await h.delta()).toBeNull();
    expect(h.okta.calls).toEqual([]);
  });
});

describe('a delta and other runs', () => {
  it('keeps out of the way of a run that goes on, and of a source whose credential is refused', async () => {
    const h = await synced();
    await insertFullRun(h.deps, h.tenantId, {
      id: `syn_full_${h.tenantId}`,
      sourceId: h.sourceId,
      progress: emptyProgress(h.clock.now()),
    });
    expect(await h.delta()).toBeNull();
    expect(h.okta.calls).toEqual([]);
    const other = await synced();
    other.okta.faults = [() => oktaError(401, 'E0000011')];
    expect(await other.delta()).toMatchObject({ status: 'failed' });
    other.okta.faults = [];
    other.okta.calls.length = 0;
    expect(await other.delta()).toBeNull();
    expect(other.okta.calls).toEqual([]);
  });

  it('gives way to a full sync, and waits for one', async () => {
    const h = await synced();
    const progress = emptyProgress(h.clock.now());
    const row = (kind: 'full' | 'delta', id: string) => ({
      id: `${id}_${h.tenantId}`,
      sourceId: h.sourceId,
      kind,
      progress,
    });
    expect(await insertRun(h.deps, h.tenantId, row('delta', 'syn_d1'))).toBe(true);
    expect(await insertRun(h.deps, h.tenantId, row('delta', 'syn_d1'))).toBe(true);
    expect(await insertRun(h.deps, h.tenantId, row('delta', 'syn_d2'))).toBe(false);
    expect(await insertRun(h.deps, h.tenantId, row('full', 'syn_f1'))).toBe(true);
    expect(await deltas(h)).toMatchObject([{ status: 'cancelled', error: 'sync.superseded' }]);
    expect(await insertRun(h.deps, h.tenantId, row('delta', 'syn_d3'))).toBe(false);
  });

  it('shows a run that is started by hand, from beginning to end', async () => {
    const h = await synced();
    expect(await h.delta({ shown: true })).toMatchObject({ status: 'succeeded', rowsWritten: 0, calls: 7 });
  });

  it('shows a long one by itself', async () => {
    const h = await synced(1_100);
    for (const user of h.okta.org.users) Object.assign(user, { lastUpdated: h.clock.now() });
    const stepper = plainStepper(h);
    expect(await h.delta({ stepper })).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    expect(stepper.names).toContain('show');
  });
});
