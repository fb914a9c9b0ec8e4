import { describe, expect, it } from 'vitest';
import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import { MAX_PAGES } from './read-objects.ts';
import type { RefreshScope } from './refresh.ts';
import { listRuns } from './runs.repository.ts';
import { oktaError, smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { queueOf, refreshNow } from './testing/refresh-queue.ts';

const account = (h: Harness, id: string) => nodeId('account', h.sourceId, id);

async function refreshed(objects: Partial<RefreshScope>, change: (h: Harness) => void) {
  const h = await createHarness(smallOrg(20));
  await h.sync();
  h.clock.advance(60_000);
  h.okta.calls.length = 0;
  change(h);
  return { h, reads: await refreshNow(h, objects) };
}

const failures = async (h: Harness) =>
  (await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 10, kind: 'refresh' })).data;

describe('a refresh', () => {
  it('takes over what changed of a user, in one step, and settles', async () => {
    const { h, reads } = await refreshed({ users: ['00u3'] }, ({ okta: { org } }) => {
      const user = org.users[3];
      if (!user) return;
      user.roles = [{ type: 'SUPER_ADMIN' }, { type: 'APP_ADMIN', assignmentType: 'GROUP' }];
      user.factors = [{ id: 'new', factorType: 'webauthn', status: 'ACTIVE' }];
      org.groups[3]?.members.splice(3, 1);
      org.apps[0]?.users.splice(3, 1);
      org.apps[1]?.users.push({ id: '00u3', status: 'PROVISIONED' });
    });
    const view = await h.graph.accountView(account(h, '00u3'));
    expect(view).toMatchObject({
      tier: 'global_admin',
      groupCount: 1,
      factors: { known: true, factors: [{ id: 'new' }] },
    });
    expect(view?.roles.map((role) => role.type)).toEqual(['SUPER_ADMIN']);
    expect(view?.assignments.map((one) => [one.appNativeId, one.status])).toEqual([['0oaBare', 'PROVISIONED']]);
    expect(h.okta.calls).toHaveLength(5);
    expect(reads).toBe(1);
    expect(h.settled).toHaveLength(2);
    expect(await failures(h)).toEqual([]);
  });

  it('changes nothing when nothing changed, however often', async () => {
    const { h } = await refreshed({ users: ['00u3'], groups: ['00gAdmins'], apps: ['0oaMail'] }, () => {});
    const before = await h.graph.node(account(h, '00u3'));
    await refreshNow(h, { users: ['00u3'] });
    expect(await h.graph.node(account(h, '00u3'))).toEqual(before);
  });

  it('ends what the source has no more', async () => {
    const { h } = await refreshed({ users: ['00u3'], groups: ['00gHalf'], apps: ['0oaMail'] }, ({ okta: { org } }) => {
      org.users = org.users.filter((user) => user.id !== '00u3');
      org.groups = org.groups.filter((group) => group.id !== '00gHalf');
      org.apps = org.apps.filter((app) => app.id !== '0oaMail');
    });
    expect(await h.graph.counts()).toMatchObject({ account: 19, identity: 19, group: 3, app: 1 });
  });

  it('reads the roles of a group', async () => {
    const { h } = await refreshed({ groups: ['00gHalf'] }, ({ okta: { org } }) => {
      org.groups.find((group) => group.id === '00gHalf')?.roles.push({ type: 'ORG_ADMIN' });
    });
    expect(await h.graph.accountView(account(h, '00u4'))).toMatchObject({ tier: 'admin' });
    expect((await h.graph.accountView(account(h, '00u1')))?.roles.map((role) => role.type).sort()).toEqual([
      'APP_ADMIN',
      'ORG_ADMIN',
    ]);
  });

  it('of somebody in more groups than it may read says so, and leaves what is known', async () => {
    const { h } = await refreshed({ users: ['00u3'] }, ({ okta }) => {
      let page = 0;
      okta.faults.push((path) => {
        if (path !== '/api/v1/users/00u3/groups') return undefined;
        const next = `<${okta.origin}${path}?after=${++page}>; rel="next"`;
        return Response.json([{ id: `00gMany${page}`, type: 'OKTA_GROUP', profile: { name: 'g' } }], {
          headers: { link: next },
        });
      });
    });
    expect((await failures(h))[0]?.error).toContain(`more than ${MAX_PAGES} pages: it is left to the full sync`);
    expect(await h.graph.accountView(account(h, '00u3'))).toMatchObject({ groupCount: 2 });
  });

  it('takes up after a pause what was limited, and keeps the rest', async () => {
    let limited = 1;
    const { h, reads } = await refreshed({ users: ['00u3', '00u4'] }, (harness) => {
      for (const id of ['00u3', '00u4']) {
        const user = harness.okta.org.users.find((one) => one.id === id);
        if (user) user.roles = [{ type: 'SUPER_ADMIN' }];
      }
      harness.okta.faults.push((path) => {
        if (path !== '/api/v1/users/00u4/roles' || limited-- <= 0) return undefined;
        return oktaError(429, 'E0000047', {
          'x-rate-limit-limit': '0',
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': '0',
        });
      });
    });
    expect(reads).toBe(2);
    expect((await h.graph.counts()).globalAdmins).toBe(3);
  });

  it('leaves a row when it failed for good, and only then', async () => {
    const { h } = await refreshed({ users: ['00u3', '00u4'] }, (harness) => {
      harness.okta.faults.push((path) =>
        path === '/api/v1/users/00u4/roles' ? oktaError(403, 'E0000006') : undefined,
      );
    });
    expect(await failures(h)).toMatchObject([
      { kind: 'refresh', status: 'failed', error: expect.stringContaining('00u4') },
    ]);
  });

  it('makes factors unknown that may not be read', async () => {
    const { h } = await refreshed({ users: ['00u4'] }, (harness) => {
      harness.okta.faults.push((path) => (path.endsWith('/factors') ? oktaError(403, 'E0000006') : undefined));
    });
    expect(await h.graph.accountView(account(h, '00u4'))).toMatchObject({ factors: { known: false } });
  });

  it('is safe to run again after it died half-way', async () => {
    const { h } = await refreshed({}, ({ okta: { org } }) => {
      const user = org.users[5];
      if (user) user.status = 'DEPROVISIONED';
      for (const group of org.groups) group.members = group.members.filter((id) => id !== '00u5');
      for (const app of org.apps) app.users = app.users.filter((one) => one.id !== '00u5');
    });
    let calls = 0;
    const queue = queueOf(h);
    await queue.use({
      graph: (tenantId) => {
        const graph = graphOf(h.deps, tenantId);
        const closeScope: typeof graph.closeScope = (input) => {
          if (++calls === 3) throw new Error('the shard went away');
          return graph.closeScope(input);
        };
        return { ...graph, closeScope };
      },
    });
    await queue.want({ users: ['00u5'] });
    expect(await queue.drain()).toBe(2);
    expect(calls).toBeGreaterThan(3);
    expect(await failures(h)).toEqual([]);
    expect(await h.graph.accountView(account(h, '00u5'))).toMatchObject({
      groupCount: 0,
      assignments: [],
      attributes: { status: 'DEPROVISIONED' },
    });
  });
});
