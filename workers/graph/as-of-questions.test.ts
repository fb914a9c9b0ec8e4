import { describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../test/deps.ts';
import { callerOf } from '../api/test-caller.ts';
import { iso } from '../platform/clock.ts';
import { graphRoutes } from './graph.routes.ts';
import {
  accountId,
  app,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  pageOfPeople,
  remove,
  role,
} from './testing/fixtures.ts';
import { assign, thing, tie } from './testing/roles.ts';

const [SUPER, ADMINS, CRM, SVC] = [role('SUPER_ADMIN'), group('admins', 'Admins'), app('crm'), app('svc')];
const SECRET = thing('credential', 'secret/svc');
const TOKEN = thing('credential', 'token', { type: 'api_token' });
const acc = accountId;
const KEPT = assign('kept', { holder: SVC.id, type: 'SUPER_ADMIN', scoped: false });
const READER = assign('reader', { holder: acc('cyd'), type: 'READ_ONLY_ADMIN' });
const ODD = assign('odd', { holder: acc('dan'), type: 'ODD_ADMIN' });
const GONE = [
  edge(acc('ada'), 'MEMBER_OF', ADMINS.id),
  edge(acc('bob'), 'MEMBER_OF', ADMINS.id),
  tie(TOKEN, 'API_TOKEN_FOR', { id: acc('ada') }),
  ...READER.edges,
  ...ODD.edges,
];

/** All but eve's way to tier zero ended at T0 + 10; the clock stands at T0 + 100. */
async function world(shards: number) {
  const deps = testDeps();
  const made = await graphWith(shards, { ...deps, clock: { now: () => T0 + 100 } });
  await made.graph.applyPage(
    pageOfPeople(['ada', 'bob', 'cyd', 'dan', 'eve'], {
      nodes: [
        ...[SUPER, ADMINS, CRM, SVC, SECRET, TOKEN, ORG, role('READ_ONLY_ADMIN'), role('ODD_ADMIN')],
        ...[...KEPT.nodes, ...READER.nodes, ...ODD.nodes],
      ],
      edges: [
        ...GONE,
        ...KEPT.edges,
        edge(acc('eve'), 'MEMBER_OF', ADMINS.id),
        edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
        edge(ADMINS.id, 'ASSIGNED_TO', CRM.id),
        tie(SECRET, 'SECRET_OF', SVC),
        tie(SUPER, 'GRANTS', ORG),
      ],
      evaluate: true,
    }),
  );
  await made.graph.applyDelta({ changes: GONE.map((e) => remove(e, T0 + 10)), signals: [] });
  const call = callerOf({ deps: made.deps, tenantId: made.tenantId, routes: graphRoutes(), role: 'viewer' });
  const ask = async (path: string, at: number | null) => {
    const asOf = at === null ? '' : `${path.includes('?') ? '&' : '?'}asOf=${iso(at)}`;
    const { status, body } = await call(path + asOf);
    expect([path, status]).toEqual([path, 200]);
    return body as Record<string, unknown>;
  };
  return { ...made, call, both: async (path: string) => [await ask(path, T0 + 5), await ask(path, null)] };
}

const rows = (body: Record<string, unknown> | undefined) => (body?.data ?? []) as Record<string, unknown>[];

describe.each([1, 3])('questions about a moment that is over, of %i shard(s)', (shards) => {
  it('who reaches what, who is exposed, and what cuts them off', async () => {
    const { both } = await world(shards);
    const [then, now] = await both(`/graph/reachable-by?to=${ORG.id}`);
    expect(then).toMatchObject({ counts: { total: 4, global_admin: 3, admin: 1, none: 0 } });
    expect(rows(then).map(({ name, tier }) => [name, tier])).toEqual([
      ['User ada', 'global_admin'],
      ['User bob', 'global_admin'],
      ['User cyd', 'admin'],
      ['User eve', 'global_admin'],
    ]);
    expect(now).toMatchObject({ counts: { total: 1, global_admin: 1 } });
    const [exposed, left] = await both('/graph/exposed');
    expect(rows(exposed).map(({ name, tier }) => [name, tier])).toEqual([
      ['User cyd', 'admin'],
      ['User ada', 'global_admin'],
      ['User bob', 'global_admin'],
      ['User eve', 'global_admin'],
    ]);
    expect((rows(exposed)[0]?.how as { edge: string }[] | undefined)?.map((step) => step.edge)).toEqual([
      'READ_CLIENT_SECRET',
      'SECRET_OF',
      'HOLDS_ROLE',
      'GRANTS',
    ]);
    expect(rows(left).map(({ name }) => name)).toEqual(['User eve']);
    const [choke, still] = await both('/graph/choke-points');
    expect(choke).toMatchObject({ identities: 4, truncated: false });
    expect(rows(choke)[0]).toMatchObject({ from: { name: 'Admins' }, edgeKind: 'HOLDS_ROLE', cuts: 3 });
    expect(still).toMatchObject({ identities: 1 });
  });

  it('what a person opened, and was there', async () => {
    const { both } = await world(shards);
    const [then, now] = await both(`/graph/access?identity=${identityId('ada')}&app=${CRM.id}`);
    expect(then).toMatchObject({ effective: true, ways: [{ how: 'group' }] });
    expect(now).toMatchObject({ effective: false, whyNot: ['no_way'], ways: [] });
  });

  it('edges, stored and derived, and of which powers it was not known what they give', async () => {
    const { both } = await world(shards);
    const [members, left] = await both('/graph/edges?kind=MEMBER_OF');
    expect([rows(members).length, rows(left).length]).toEqual([3, 1]);
    const [tokens, none] = await both('/graph/edges?kind=API_TOKEN_FOR');
    expect(rows(tokens)).toMatchObject([{ from: { name: 'token' }, to: { name: 'User ada' }, since: iso(T0) }]);
    expect(rows(none)).toEqual([]);
    const [powers, gone] = await both(`/graph/edges?kind=READ_CLIENT_SECRET&to=${SECRET.id}`);
    expect(rows(powers)).toMatchObject([{ from: { name: 'User cyd' }, derived: true }]);
    expect(rows(gone)).toEqual([]);
    const [unknown, known] = await both('/graph/unknown-powers');
    expect(rows(unknown)).toMatchObject([{ holder: { name: 'User dan' }, type: 'ODD_ADMIN' }]);
    expect(rows(known)).toEqual([]);
  });

  it('what was of tier zero, and how long the saved views were', async () => {
    const { both } = await world(shards);
    const [then, now] = await both('/graph/tier-zero');
    const names = (body: Record<string, unknown> | undefined) =>
      rows(body).map(({ node, reason }) => `${reason} ${(node as { name: string }).name}`);
    expect(names(then)).toContain('token token');
    expect(names(then)).toContain('administrator User ada');
    expect(names(now)).not.toContain('token token');
    const [counted, fewer] = await both('/graph/queries?counts=true');
    const total = (body: Record<string, unknown> | undefined) =>
      rows(body).reduce((sum, row) => sum + (row.rows as { count: number }).count, 0);
    expect(total(counted)).toBeGreaterThan(total(fewer));
  });

  it('are refused for what is to come, and what nobody kept', async () => {
    const { call, graph } = await world(shards);
    await graph.keepHistorySince(T0 + 3);
    for (const path of [
      `/graph/reachable-by?to=${ORG.id}`,
      '/graph/exposed?limit=5',
      '/graph/choke-points?limit=5',
      `/graph/access?identity=${identityId('ada')}&app=${CRM.id}`,
      '/graph/edges?limit=5',
      '/graph/unknown-powers?',
      '/graph/tier-zero?limit=5',
      '/graph/queries?counts=true',
    ]) {
      expect([path, (await call(`${path}&asOf=${iso(T0 + 200)}`)).status]).toEqual([path, 400]);
      expect([path, (await call(`${path}&asOf=then`)).status]).toEqual([path, 400]);
      expect((await call(`${path}&asOf=${iso(T0 + 2)}`)).body).toMatchObject({ code: 'graph.history_expired' });
    }
  });
});
