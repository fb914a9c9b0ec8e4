import { describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../test/deps.ts';
import { callerOf } from '../api/test-caller.ts';
import type { Role } from '../auth/principal.ts';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
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

const [SUPER, ADMINS, CRM] = [role('SUPER_ADMIN'), group('admins', 'Admins'), app('crm')];
const MEMBER = edge(accountId('ada'), 'MEMBER_OF', ADMINS.id);
const ADA = identityId('ada');

function caller(deps: Deps, tenantId: string, as: Role = 'viewer') {
  return callerOf({ deps, tenantId, routes: graphRoutes(), role: as });
}

/** Ada was an administrator until T0 + 10; the clock stands at T0 + 100. */
async function world() {
  const deps = testDeps();
  const made = await graphWith(3, { ...deps, clock: { now: () => T0 + 100 } });
  await made.graph.applyPage(
    pageOfPeople(['ada', 'bob'], {
      nodes: [SUPER, ADMINS, CRM, ORG],
      edges: [
        MEMBER,
        edge(accountId('bob'), 'MEMBER_OF', ADMINS.id),
        edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
        edge(ADMINS.id, 'ASSIGNED_TO', CRM.id),
        edge(SUPER.id, 'GRANTS', ORG.id),
      ],
      evaluate: true,
    }),
  );
  await made.graph.applyDelta({ changes: [remove(MEMBER, T0 + 10)], signals: [] });
  return { ...made, call: caller(made.deps, made.tenantId) };
}

const THEN = `asOf=${iso(T0 + 5)}`;

describe('the questions of the graph API', () => {
  it('show what was, and what is', async () => {
    const { call } = await world();
    const then = await call(`/identities/${ADA}?${THEN}`);
    expect(then).toMatchObject({
      status: 200,
      body: {
        identity: { name: 'User ada', tier: 'global_admin' },
        groups: [{ name: 'Admins', since: iso(T0) }],
        roles: [{ type: 'SUPER_ADMIN', via: { name: 'Admins' } }],
        apps: [{ name: 'crm' }],
        reach: { apps: 1, groups: 1, roles: 1 },
        verdicts: [],
      },
    });
    expect((await call(`/identities/${ADA}`)).body).toMatchObject({ groups: [], identity: { tier: 'none' } });
    expect((await call(`/graph/paths?from=${ADA}&${THEN}`)).body).toMatchObject({ path: { length: 5 } });
    expect((await call(`/graph/paths?from=${ADA}`)).body).toMatchObject({ path: null });
    expect((await call(`/graph/blast-radius?from=${ADA}&${THEN}`)).body).toMatchObject({
      apps: 1,
      kinds: { length: 5 },
    });
    expect((await call(`/groups/${ADMINS.id}?${THEN}`)).body).toMatchObject({ in: { length: 2 } });
    expect((await call(`/groups/${ADMINS.id}`)).body).toMatchObject({ in: { length: 1 } });
    for (const path of [`/apps/${CRM.id}`, `/roles/${SUPER.id}`]) {
      expect((await call(`${path}?${THEN}`)).status).toBe(200);
      expect((await call(`${path}?asOf=${iso(T0 - 1)}`)).status).toBe(404);
      expect((await call(`${path}?asOf=${iso(T0 + 101)}`)).status).toBe(400);
      expect((await call(`${path}?asOf=yesterday`)).status).toBe(400);
    }
    expect((await call(`/graph/paths?from=${ADA}&asOf=${iso(T0 - 1)}`)).status).toBe(404);
  });

  it('list what changed', async () => {
    const { call } = await world();
    const change = {
      at: iso(T0 + 10),
      change: 'ended',
      kind: 'MEMBER_OF',
      by: { kind: 'event', id: `evt_${T0 + 10}` },
      node: null,
      edge: {
        from: { id: accountId('ada'), kind: 'account', name: 'User ada' },
        to: { id: ADMINS.id, kind: 'group', name: 'Admins' },
      },
    };
    expect(await call(`/graph/changes?since=${iso(T0 + 1)}`)).toEqual({
      status: 200,
      body: { data: [change], next: null },
    });
    expect((await call(`/graph/changes?node=${accountId('ada')}&limit=1`)).body).toMatchObject({ data: [change] });
    expect((await call('/graph/changes?node=acc_none')).status).toBe(404);
    for (const query of ['kind=boss', 'since=x', `since=${iso(T0)}&until=${iso(T0)}`, 'limit=201', 'cursor=zz']) {
      expect((await call(`/graph/changes?${query}`)).status).toBe(400);
    }
  });

  it('answer who, how and where', async () => {
    const { call } = await world();
    expect((await call(`/graph/reachable-by?to=${ORG.id}`)).body).toMatchObject({
      to: { kind: 'resource' },
      counts: { total: 1, global_admin: 1 },
      data: [{ name: 'User bob', how: [{ edge: 'MEMBER_OF' }, { edge: 'HOLDS_ROLE' }, { edge: 'GRANTS' }] }],
    });
    expect((await call(`/graph/reachable-by?to=${ADA}`)).status).toBe(400);
    expect((await call('/graph/reachable-by?to=grp_none')).status).toBe(404);
    expect((await call(`/graph/reachable-by?to=${ORG.id}&limit=201`)).status).toBe(400);
    const bob = identityId('bob');
    expect((await call(`/graph/access?identity=${bob}&app=${CRM.id}`)).body).toMatchObject({
      identity: { name: 'User bob' },
      effective: true,
      ways: [
        { how: 'group', via: { name: 'Admins' }, since: iso(T0), steps: [{ since: iso(T0) }, { edge: 'ASSIGNED_TO' }] },
      ],
    });
    expect((await call(`/graph/access?identity=${bob}&app=${ADMINS.id}`)).status).toBe(404);
    expect((await call('/graph/choke-points?limit=1')).body).toMatchObject({ identities: 1, data: [{ cuts: 1 }] });
    expect((await call('/graph/choke-points?limit=101')).status).toBe(400);
  });

  it('answer what would follow, and change nothing', async () => {
    const { call } = await world();
    const removal = { kind: 'edge', from: ADMINS.id, to: SUPER.id, edgeKind: 'HOLDS_ROLE' };
    const ask = (remove_: unknown[]) => call('/graph/what-if', { remove: remove_ });
    expect(await ask([removal])).toMatchObject({
      status: 200,
      body: { tierZero: { count: 1, first: [{ name: 'User bob' }] }, apps: { lost: 0 }, truncated: false },
    });
    expect(await ask([{ kind: 'node', id: CRM.id }])).toMatchObject({ body: { apps: { identities: 1, lost: 1 } } });
    expect((await call(`/graph/paths?from=${identityId('bob')}`)).body).toMatchObject({ path: { length: 5 } });
    expect((await ask([{ ...removal, from: 'grp_none' }])).status).toBe(404);
    for (const bad of [[], [{ kind: 'edge' }], [{ ...removal, edgeKind: 'OWNS' }], Array(51).fill(removal)]) {
      expect((await ask(bad)).status).toBe(400);
    }
  });

  it('look names and edges up, rank the exposed and mark changes', async () => {
    const { call } = await world();
    const held = { from: ADMINS.id, kind: 'HOLDS_ROLE', to: SUPER.id };
    const left = { from: accountId('ada'), kind: 'MEMBER_OF', to: ADMINS.id };
    const ask = { nodes: [CRM.id, 'app_none'], edges: [held, left] };
    const fact = { kind: 'HOLDS_ROLE', since: iso(T0), from: { name: 'Admins' }, to: { kind: 'role' } };
    expect(await call('/graph/lookup', ask)).toMatchObject({
      status: 200,
      body: { nodes: [{ id: CRM.id, kind: 'app', name: 'crm' }, null], edges: [fact, null] },
    });
    expect((await call(`/graph/lookup?${THEN}`, ask)).body).toMatchObject({ edges: [fact, { kind: 'MEMBER_OF' }] });
    for (const bad of [{ nodes: [1] }, { edges: [{ from: 'a' }] }, { nodes: Array(201).fill(CRM.id) }]) {
      expect((await call('/graph/lookup', bad)).status).toBe(400);
    }
    expect((await call('/graph/exposed')).body).toMatchObject({
      identities: 1,
      truncated: false,
      data: [{ name: 'User bob', factors: 'unknown', how: [{ edge: 'MEMBER_OF' }, {}, { to: { kind: 'resource' } }] }],
    });
    expect((await call('/graph/exposed?limit=201')).status).toBe(400);
    expect((await call('/graph/revision')).body).toEqual({ revision: expect.any(String) });
  });

  it('know nothing of another tenant', async () => {
    const { deps } = await world();
    const call = caller(deps, (await graphWith(3)).tenantId);
    for (const path of [
      `/identities/${ADA}?${THEN}`,
      `/graph/paths?from=${ADA}&${THEN}`,
      `/graph/changes?node=${ADMINS.id}`,
      `/graph/reachable-by?to=${ORG.id}`,
      `/graph/access?identity=${ADA}&app=${CRM.id}`,
    ]) {
      expect([path, (await call(path)).status]).toEqual([path, 404]);
    }
    expect((await call('/graph/what-if', { remove: [{ kind: 'node', id: ADMINS.id }] })).status).toBe(404);
    expect((await call('/graph/changes')).body).toEqual({ data: [], next: null });
    expect((await call('/graph/lookup', { nodes: [ADMINS.id], edges: [] })).body).toEqual({ nodes: [null], edges: [] });
    expect((await call('/graph/exposed')).body).toEqual({ identities: 0, truncated: false, data: [] });
  });
});
