import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { ORG_SETTINGS } from '../sources/okta/map/org.ts';
import { READINGS } from './inventory-readings.ts';
import { moveRun } from './runs.repository.ts';
import { smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';

const account = (h: Harness, id: string) => nodeId('account', h.sourceId, id);

async function accounts(h: Harness): Promise<number> {
  return (await h.graph.counts()).account;
}

/** Ids at the other end of a node's edges of a kind. */
async function ends(h: Harness, id: string, kind: string, side: 'in' | 'out' = 'out'): Promise<string[]> {
  const detail = await h.graph.node(id, 1_000);
  return (detail?.[side] ?? [])
    .filter(({ edge }) => edge.kind === kind)
    .map(({ node }) => node.nativeId)
    .sort();
}

describe('a full sync', () => {
  it('reads an org into the graph', async () => {
    const h = await createHarness(smallOrg(30));
    const run = await h.sync();
    expect(run).toMatchObject({
      status: 'succeeded',
      error: null,
      progress: { phase: 'done', failedScopes: [], held: [] },
    });
    const counts = await h.graph.counts();
    expect(counts).toMatchObject({ account: 30, identity: 30, group: 4, app: 2, role: 2, admins: 1, globalAdmins: 1 });
    expect(await ends(h, account(h, '00u0'), 'MEMBER_OF')).toEqual(['00gEveryone', '00gHalf']);
    expect(await ends(h, account(h, '00u0'), 'HOLDS_ROLE')).toEqual(['SUPER_ADMIN']);
    expect(await ends(h, nodeId('group', h.sourceId, '00gAdmins'), 'HOLDS_ROLE')).toEqual(['APP_ADMIN']);
    expect(await ends(h, nodeId('app', h.sourceId, '0oaMail'), 'ASSIGNED_TO', 'in')).toHaveLength(13);
    expect(await h.graph.path(nodeId('identity', h.sourceId, '00u0'))).not.toBeNull();
    const view = await h.graph.accountView(account(h, '00u0'));
    expect(view).toMatchObject({ tier: 'global_admin', factors: { known: true }, missing: {} });
    expect(h.settled).toHaveLength(1);
  });

  it('makes no more calls than paging needs', async () => {
    const h = await createHarness(smallOrg(30));
    const run = await h.sync();
    // what the rest of the org takes: a call a listing, one a setting of the org, one for the labels of Governance
    const inventory = READINGS.length + ORG_SETTINGS.length + 1;
    // certificates of 2 apps, targets of 1 role, consents of 2 admins, owners of 3 groups
    const details = 2 + 1 + 2 + 3;
    // users, groups, members of Admins and Half (Everyone and Empty are known), apps, 2 + 2 app lists, admins, the
    // roles of 1 user and 1 group, factors of 30
    expect(run.calls).toBe(1 + 1 + 2 + 1 + 2 + 2 + 1 + 1 + 1 + 30 + inventory + details);
    expect(h.okta.calls).toHaveLength(run.calls);
    expect(h.okta.calls[0]).toContain('filter=lastUpdated');
  });

  it('lists the members of Everyone where the counts disagree', async () => {
    const org = smallOrg(12);
    org.users.push({ id: '00uStaged', status: 'STAGED', factors: [], roles: [] });
    const h = await createHarness(org);
    await h.sync();
    expect(h.okta.calls.some((call) => call.includes('/groups/00gEveryone/users'))).toBe(true);
    expect(await ends(h, account(h, '00uStaged'), 'MEMBER_OF')).toEqual([]);
  });

  it('writes nothing the second time', async () => {
    const h = await createHarness(smallOrg(30));
    expect((await h.sync()).rowsWritten).toBeGreaterThan(100);
    const again = await h.sync();
    expect(again).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
  });

  it('follows pages, and ends what is gone', async () => {
    const h = await createHarness(smallOrg(45));
    h.okta.pageSize = { users: 10, groups: 2, members: 7 };
    await h.sync();
    expect(await accounts(h)).toBe(45);
    const { org } = h.okta;
    org.users.pop();
    for (const group of org.groups) group.members = group.members.filter((id) => id !== '00u44' && id !== '00u3');
    org.groups.find((group) => group.name === 'Everyone')?.members.push('00u3');
    org.users[0]?.roles.splice(0, 1, { type: 'ORG_ADMIN' });
    org.apps = org.apps.filter((app) => app.id !== '0oaBare');
    expect(await h.sync()).toMatchObject({ status: 'succeeded' });
    expect(await accounts(h)).toBe(44);
    expect(await ends(h, account(h, '00u3'), 'MEMBER_OF')).toEqual(['00gEveryone']);
    expect(await ends(h, account(h, '00u0'), 'HOLDS_ROLE')).toEqual(['ORG_ADMIN']);
    expect((await h.graph.counts()).app).toBe(1);
    expect((await h.graph.list({ kind: 'role', limit: 10 })).data.map((role) => role.nativeId).sort()).toEqual([
      'APP_ADMIN',
      'ORG_ADMIN',
    ]);
  });

  it('keeps deprovisioned users, and asks for no factors of who cannot sign in', async () => {
    const org = smallOrg(11);
    for (const id of ['00u2', '00u4']) {
      const user = org.users.find((one) => one.id === id);
      if (user) user.status = id === '00u2' ? 'DEPROVISIONED' : 'SUSPENDED';
    }
    const h = await createHarness(org);
    await h.sync();
    expect(await accounts(h)).toBe(11);
    const factorCalls = h.okta.calls.filter((call) => call.endsWith('/factors'));
    expect(factorCalls).toHaveLength(9);
    // admins first
    expect(factorCalls[0]).toContain('00u0');
  });

  it('leaves out an object that cannot be read, and says so', async () => {
    const h = await createHarness(smallOrg(12));
    await h.sync();
    h.okta.faults.push((path) => {
      if (path !== '/api/v1/users') return undefined;
      return Response.json(
        h.okta.org.users.map((user) => (user.id === '00u3' ? { id: '00u3' } : { ...user, profile: {} })),
      );
    });
    const run = await h.sync();
    expect(run.status).toBe('partial');
    expect(run.progress?.failedScopes).toEqual([
      { scope: 'users', reason: expect.stringContaining('00u3'), leftOut: true },
    ]);
    expect(await accounts(h)).toBe(12);
    expect((await h.graph.coverage()).find((one) => one.need === 'users')?.reason).toBeNull();
  });
});

describe('the guard against mass deletion', () => {
  it('holds an empty user list, and removes nothing', async () => {
    const h = await createHarness(smallOrg(5));
    await h.sync();
    const before = h.okta.org.users;
    h.okta.faults.push((path) => (path === '/api/v1/users' ? Response.json([]) : undefined));
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'held', progress: { held: [{ scope: 'users', existing: 5, removing: 5 }] } });
    expect(await accounts(h)).toBe(before.length);
  });

  it('holds everything when the credential sees nothing any more', async () => {
    const h = await createHarness(smallOrg(30));
    await h.sync();
    const { edges } = await h.graph.counts();
    h.okta.faults.push((path) => Response.json(path.includes('/iam/') ? { value: [], _links: {} } : []));
    const run = await h.sync();
    expect(run.status).toBe('held');
    expect(run.progress?.held.map((held) => held.scope).sort()).toEqual(['apps', 'groups', 'roles', 'users']);
    expect((await h.graph.counts()).edges).toBe(edges);
  });

  it('does not take an empty first answer for an empty org', async () => {
    const h = await createHarness({ users: [], groups: [], apps: [] });
    const run = await h.sync();
    expect(run.status).toBe('partial');
    expect(run.progress?.failedScopes[0]).toMatchObject({
      scope: 'users',
      reason: expect.stringContaining('admin role'),
    });
    expect((await h.graph.coverage()).find((one) => one.need === 'users')?.reason).toContain('admin role');
  });

  it('holds members that Okta counts but does not list', async () => {
    const h = await createHarness(smallOrg(8));
    await h.sync();
    h.okta.faults.push((path) => (path.endsWith('/groups/00gHalf/users') ? Response.json([]) : undefined));
    const run = await h.sync();
    expect(run.progress?.held).toEqual([{ scope: 'members:00gHalf', existing: 4, removing: 4 }]);
  });

  it('lets go what a person confirmed, and not more', async () => {
    const h = await createHarness(smallOrg(40));
    await h.sync();
    const all = h.okta.org.users;
    h.okta.org.users = all.slice(0, 30);
    const held = await h.sync();
    expect(held.progress?.held).toEqual([
      { scope: 'users', existing: 40, removing: 10 },
      { scope: 'members:00gEveryone', existing: 40, removing: 10 },
    ]);
    expect(await accounts(h)).toBe(40);
    const confirmed = held.progress?.held ?? [];
    const resume = () => moveRun(h.deps, h.tenantId, held, { from: ['held'], to: 'queued', ended: false });

    // meanwhile far more went away: that was not what the person saw
    h.okta.org.users = all.slice(0, 5);
    await resume();
    expect(await h.sync({ runId: held.id, confirmed })).toMatchObject({ status: 'held' });
    expect(await accounts(h)).toBe(40);

    h.okta.org.users = all.slice(0, 30);
    await resume();
    const calls = h.okta.calls.length;
    expect(await h.sync({ runId: held.id, confirmed })).toMatchObject({ status: 'succeeded' });
    expect(await accounts(h)).toBe(30);
    expect(h.okta.calls.length - calls).toBe(2);
  });
});
