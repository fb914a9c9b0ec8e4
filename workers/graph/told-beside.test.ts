import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { callerOf } from '../api/test-caller.ts';
import { iso } from '../platform/clock.ts';
import { graphRoutes } from './graph.routes.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  graphWith,
  group,
  identityId,
  page,
  pageOfPeople,
} from './testing/fixtures.ts';
import { thing } from './testing/roles.ts';

interface Body {
  data: { name: string }[];
  next: string | null;
  accounts: { id: string; directories: unknown[] }[];
  exclusions?: unknown[];
}

describe('credentials of an app', () => {
  it('are listed with those that are switched off, which lead nowhere', async () => {
    const { deps, tenantId, graph } = await graphWith(2);
    const [crm, wiki] = [app('crm'), app('wiki')];
    const of = (appId: string, native: string, status: string) => thing('credential', native, { appId, status });
    const live = of('crm', 'new', 'ACTIVE');
    await graph.applyPage(
      page({
        nodes: [crm, wiki, live, of('crm', 'old', 'INACTIVE'), of('wiki', 'other', 'INACTIVE')],
        edges: [edge(live.id, 'SECRET_OF', crm.id)],
      }),
    );
    const get = callerOf<Body>({ deps, tenantId, routes: graphRoutes() });
    const names = async (query: string) => (await get(`/credentials?${query}`)).body.data.map(({ name }) => name);
    for (const then of ['', `&asOf=${iso(T0)}`]) {
      expect(await names(`app=${crm.id}${then}`)).toEqual(['new', 'old']);
      expect(await names(`app=${crm.id}&status=INACTIVE${then}`)).toEqual(['old']);
      expect(await names(`app=${group('none').id}${then}`)).toEqual([]);
    }
    const { body } = await get(`/credentials?app=${crm.id}&limit=1`);
    expect((await get(`/credentials?app=${wiki.id}&limit=1&cursor=${body.next}`)).status).toBe(400);
  });
});

describe('an account that a directory knows', () => {
  it('is told with its id there, and not with what other apps call it', async () => {
    const { deps, tenantId, graph } = await graphWith(2);
    const ad = app('ad', { status: 'ACTIVE', catalogName: 'active_directory' });
    const crm = app('crm', { status: 'ACTIVE', catalogName: 'salesforce' });
    const known = (to: string, externalId: string | null) => ({
      ...assigned(accountId('ada'), to),
      attributes: { status: 'ACTIVE', scope: 'USER', externalId, userName: 'ada' },
    });
    await graph.applyPage(
      pageOfPeople(['ada', 'bob'], {
        nodes: [ad, crm],
        edges: [known(ad.id, 'AAECAwQFBgcICQoLDA0ODw=='), known(crm.id, '005x'), assigned(accountId('bob'), ad.id)],
      }),
    );
    const get = callerOf<Body>({ deps, tenantId, routes: graphRoutes() });
    for (const then of ['', `?asOf=${iso(T0)}`]) {
      expect((await get(`/identities/${identityId('ada')}${then}`)).body.accounts[0]?.directories).toEqual([
        { id: ad.id, name: 'ad', externalId: 'AAECAwQFBgcICQoLDA0ODw==' },
      ]);
      expect((await get(`/identities/${identityId('bob')}${then}`)).body.accounts[0]?.directories).toEqual([]);
    }
  });
});

describe('a resource set', () => {
  const DIRECTORY = 'orn:okta:directory:00o1';
  it('tells by name what it leaves out', async () => {
    const { deps, tenantId, graph } = await graphWith(2);
    const [staff, boss] = [group('00gStaff', 'Staff'), group('00gBoss', 'Bosses')];
    const set = thing('resource_set', 'iam1', {
      orns: [`${DIRECTORY}:groups`, `${DIRECTORY}:groups:00gStaff:contained_resources`],
      excluded: {
        [`${DIRECTORY}:groups`]: [`${DIRECTORY}:groups:00gBoss`, `${DIRECTORY}:groups:00gGone`],
        [`${DIRECTORY}:groups:00gStaff:contained_resources`]: [`${DIRECTORY}:users:ada`],
        'orn:okta:idp:00o1:apps': ['orn:okta:idp:00o1:apps:slack', 'odd'],
      },
    });
    const plain = thing('resource_set', 'iam2', { orns: [] });
    await graph.applyPage(pageOfPeople(['ada'], { nodes: [staff, boss, set, plain] }));
    const get = callerOf<Body>({ deps, tenantId, routes: graphRoutes() });
    expect((await get(`/resources/${set.id}`)).body.exclusions).toMatchObject([
      {
        row: { text: 'Every group', node: null },
        excluded: [
          { text: 'Bosses', node: { id: boss.id } },
          { text: `${DIRECTORY}:groups:00gGone`, node: null },
        ],
      },
      {
        row: { text: 'Members of Staff', node: { id: staff.id } },
        excluded: [{ text: 'User ada', node: { id: accountId('ada') } }],
      },
      { row: { text: 'Every app' }, excluded: [{ text: 'Every app of the type slack' }, { text: 'odd', node: null }] },
    ]);
    expect((await get(`/resources/${plain.id}`)).body.exclusions).toEqual([]);
    expect((await get(`/groups/${staff.id}`)).body.exclusions).toBeUndefined();
  });
});
