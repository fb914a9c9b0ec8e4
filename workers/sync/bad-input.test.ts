import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { issueId } from '../issues/issue-ids.ts';
import { getIssue } from '../issues/issues.repository.ts';
import { sourceHealth } from '../sources/source-health.ts';
import { getSource, updateSource } from '../sources/sources.repository.ts';
import { watchSource } from '../sources/watch/watch-source.ts';
import { NEW_TAIL } from '../tail/tail-state.ts';
import { oktaError, smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';

const account = (h: Harness, id: string) => nodeId('account', h.sourceId, id);
const failedScopes = (run: Awaited<ReturnType<Harness['sync']>>) => run.progress?.failedScopes ?? [];

async function accounts(h: Harness): Promise<number> {
  return (await h.graph.counts()).account;
}

describe('lists that are not as they should be', () => {
  it('`200 []` where there are people: nobody ends, a person is asked, and the source is told to be looked at', async () => {
    const h = await createHarness(smallOrg(20));
    await h.sync();
    h.okta.faults.push((path) => (path === '/api/v1/users' ? Response.json([]) : undefined));
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'held', progress: { held: [{ scope: 'users', existing: 20, removing: 20 }] } });
    expect(await accounts(h)).toBe(20);
    const source = await getSource(h.deps, h.tenantId, h.sourceId);
    if (!source) throw new Error('the source is gone');
    const health = await sourceHealth(h.deps, h.tenantId, source);
    expect(health.lastSync).toMatchObject({ status: 'held', progress: { held: [{ scope: 'users' }] } });
    const fresh = { tenantId: h.tenantId, sourceId: h.sourceId, version: 0, state: null };
    const ports = {
      tail: async () => ({ ...NEW_TAIL, caughtUpAt: h.clock.now() }),
      hooks: async () => ({ ok: true as const, hooks: [] }),
    };
    await watchSource(h.deps, source, fresh, ports);
    const subject = { kind: 'source' as const, id: h.sourceId, source: h.sourceId, nativeId: '', name: '' };
    expect(await getIssue(h.deps, h.tenantId, issueId(h.tenantId, 'sync-held', subject))).toMatchObject({
      status: 'open',
      title: 'Sync Waits for a Decision',
      evidence: { facts: { run: run.id, held: ['users: 20 of 20'] } },
    });
  });

  it('a page that repeats under another address: each person is there once, and nobody ends', async () => {
    const h = await createHarness(smallOrg(20));
    h.okta.pageSize.users = 10;
    await h.sync();
    let pages = 0;
    // the same ten again and again, each time with a new cursor: the list never ends
    h.okta.faults.push((path) => {
      if (path !== '/api/v1/users') return undefined;
      if (++pages > 1_000) throw new Error('nobody noticed');
      const page = h.okta.org.users.slice(0, 10).map(({ id }) => ({ id, status: 'ACTIVE', profile: { login: id } }));
      const next = `<${h.okta.origin}/api/v1/users?after=c${pages}>; rel="next"`;
      return Response.json(page, { headers: { link: next } });
    });
    const run = await h.sync();
    expect(run.status).toBe('partial');
    expect(failedScopes(run)[0]).toEqual({ scope: 'users', reason: expect.stringContaining('The list repeats') });
    expect(pages).toBeLessThan(10);
    expect(await accounts(h)).toBe(20);
    expect((await h.graph.coverage()).find(({ need }) => need === 'users')?.reason).toContain('The list repeats');
  });

  it('members that repeat over many pages: only that group is not complete, and nobody leaves it', async () => {
    const h = await createHarness(smallOrg(20));
    await h.sync();
    let pages = 0;
    h.okta.faults.push((path) => {
      if (!path.endsWith('/00gHalf/users')) return undefined;
      if (++pages > 1_000) throw new Error('nobody noticed');
      const next = `<${h.okta.origin}${path}?after=c${pages}>; rel="next"`;
      return Response.json([{ id: `00u${pages % 3}` }], { headers: { link: next } });
    });
    const run = await h.sync();
    expect(failedScopes(run)).toEqual([
      { scope: 'members:00gHalf', reason: expect.stringContaining('The list repeats') },
    ]);
    expect(pages).toBeLessThan(15);
    const half = await h.graph.node(nodeId('group', h.sourceId, '00gHalf'), 100);
    expect(half?.in.filter(({ edge }) => edge.kind === 'MEMBER_OF')).toHaveLength(10);
  });

  it('two pages that overlap: the people in both are there once', async () => {
    const h = await createHarness(smallOrg(20));
    const all = [...h.okta.org.users];
    const bodies = all.map(({ id }) => ({ id, status: 'ACTIVE', profile: { login: `${id}@acme.test` } }));
    h.okta.faults.push((path, url) => {
      if (path !== '/api/v1/users') return undefined;
      if (url.searchParams.has('after')) return Response.json(bodies.slice(8));
      const next = `<${h.okta.origin}/api/v1/users?after=x>; rel="next"`;
      return Response.json(bodies.slice(0, 12), { headers: { link: next } });
    });
    await h.sync();
    expect(await accounts(h)).toBe(20);
    expect((await h.sync()).rowsWritten).toBe(0);
  });

  it('a next that leads round in a circle: noticed, and nobody ends', async () => {
    const h = await createHarness(smallOrg(20));
    h.okta.pageSize.members = 3;
    await h.sync();
    h.okta.faults.push((path, url) => {
      if (!path.endsWith('/00gHalf/users')) return undefined;
      const n = Number(url.searchParams.get('c') ?? 0);
      const next = `<${h.okta.origin}${path}?c=${(n + 1) % 3}>; rel="next"`;
      return Response.json([{ id: `00u${n}` }], { headers: { link: next } });
    });
    const run = await h.sync();
    expect(failedScopes(run)).toContainEqual({ scope: 'members:00gHalf', reason: expect.stringContaining('twice') });
    const half = await h.graph.node(nodeId('group', h.sourceId, '00gHalf'), 100);
    expect(half?.in.filter(({ edge }) => edge.kind === 'MEMBER_OF')).toHaveLength(10);
  });

  it('an app deleted between two pages: the other apps are read, and the app ends with the next sync', async () => {
    const org = smallOrg(20);
    const h = await createHarness(org);
    const users = org.users.map(({ id }) => ({ id, status: 'ACTIVE' }));
    await h.sync();
    let deleted = false;
    h.okta.faults.push((path, url) => {
      if (path !== '/api/v1/apps/0oaMail/users') return undefined;
      if (url.searchParams.has('after')) {
        deleted = true;
        h.okta.org.apps = h.okta.org.apps.filter(({ id }) => id !== '0oaMail');
        return oktaError(404, 'E0000007');
      }
      const next = `<${h.okta.origin}${path}?after=x>; rel="next"`;
      return Response.json(users.slice(0, 5), { headers: { link: next } });
    });
    const run = await h.sync();
    expect(deleted).toBe(true);
    expect(failedScopes(run).filter(({ scope }) => scope.startsWith('app'))).toEqual([]);
    // half a list ends nothing
    const mail = await h.graph.node(nodeId('app', h.sourceId, '0oaMail'), 100);
    expect(mail?.in.filter(({ node }) => node.kind === 'account')).toHaveLength(12);
    await h.sync();
    expect(await h.graph.node(nodeId('app', h.sourceId, '0oaMail'))).toBeNull();
  });
});

describe('what no version of Postern knows', () => {
  it('role types, statuses and factor types never seen before: taken as they are', async () => {
    const org = smallOrg(4);
    Object.assign(org.users[2] ?? {}, { roles: [{ type: 'QUANTUM_ADMIN', label: 'Quantum' }] });
    Object.assign(org.users[3] ?? {}, { status: 'HIBERNATING' });
    Object.assign(org.users[1] ?? {}, { factors: [{ id: 'f', factorType: 'telepathy', status: 'ACTIVE' }] });
    const h = await createHarness(org);
    const run = await h.sync();
    expect(failedScopes(run).filter(({ scope }) => /^(users|userRoles|factors)/.test(scope))).toEqual([]);
    const view = await h.graph.accountView(account(h, '00u2'));
    expect(view?.roles.map(({ type }) => type)).toEqual(['QUANTUM_ADMIN']);
    expect(view?.tier).toBe('admin');
    expect(await h.graph.accountView(account(h, '00u3'))).toMatchObject({ attributes: { status: 'HIBERNATING' } });
    expect(await h.graph.accountView(account(h, '00u1'))).toMatchObject({
      factors: { factors: [{ type: 'telepathy' }] },
    });
  });

  it('group rules that lead round in a circle: questions about paths and access end', async () => {
    const h = await createHarness(smallOrg(6));
    await updateSource(h.deps, h.tenantId, h.sourceId, { removalLimitPercent: 100 });
    const ring = ['00gHalf', '00gEmpty', '00gAdmins'];
    h.okta.faults.push((path) => {
      if (path !== '/api/v1/groups/rules') return undefined;
      return Response.json(
        ring.map((id, n) => ({
          type: 'group_rule',
          id: `0pr${n}`,
          status: 'ACTIVE',
          name: `Rule ${n}`,
          conditions: {
            people: { users: { exclude: [] }, groups: { exclude: [] } },
            expression: { type: 'urn:okta:expression:1.0', value: `isMemberOfAnyGroup("${ring[(n + 2) % 3]}")` },
          },
          actions: { assignUserToGroups: { groupIds: [id] } },
        })),
      );
    });
    const run = await h.sync();
    expect(failedScopes(run)).toEqual([]);
    expect((await h.sync()).rowsWritten).toBe(0);
    for (const [n, id] of ring.entries()) {
      const rule = await h.graph.node(nodeId('group_rule', h.sourceId, `0pr${n}`));
      expect(rule?.node.attributes.expression).toContain(ring[(n + 2) % 3]);
      expect(rule?.out.map(({ edge, node }) => [edge.kind, node.nativeId])).toEqual([['RULE_ASSIGNS', id]]);
    }
    const [admin, person, mail] = [
      nodeId('identity', h.sourceId, '00u0'),
      nodeId('identity', h.sourceId, '00u3'),
      nodeId('app', h.sourceId, '0oaMail'),
    ];
    expect(await h.graph.path(admin)).not.toBeNull();
    expect(await h.graph.reach(person)).not.toBeNull();
    expect(await h.graph.path(person)).toBeNull();
    // access tells the rule of each membership on the way, and does not follow it round
    const access = await h.graph.access(admin, mail);
    expect(access?.effective).toBe(true);
    const viaGroup = access?.ways.find(({ via }) => via?.name === 'Half');
    expect(viaGroup?.steps.flatMap(({ rules }) => rules?.map(({ rule }) => rule.name) ?? [])).toEqual(['Rule 0']);
    expect(await h.graph.blastRadius(nodeId('group', h.sourceId, '00gHalf'))).not.toBeNull();
  });
});
