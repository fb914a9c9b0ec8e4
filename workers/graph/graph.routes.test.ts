import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { callerOf } from '../api/test-caller.ts';
import type { Role } from '../auth/principal.ts';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { graphRoutes } from './graph.routes.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  person,
  role,
  SRC,
} from './testing/fixtures.ts';

/** What tests read of the answers; each route gives some of it. */
interface Body {
  data: { name: string }[];
  next: string | null;
  node: { attributes: Record<string, unknown> };
  out: unknown[];
  path: unknown[];
  reach: { pathToTierZero: { node: { name: string } }[] };
  verdicts: { detection: string; status: string }[];
}

function caller(deps: Deps, tenantId: string, as: Role = 'viewer') {
  return callerOf<Body>({ deps, tenantId, routes: graphRoutes(), role: as });
}

const SUPER = role('SUPER_ADMIN');
const ADMINS = group('admins', 'Admins');
const CRM = app('crm');

async function world() {
  const made = await graphWith(3);
  const ada = person('ada', { lastLogin: T0 - 5, department: 'IT', passwordChanged: T0 - 9 }, 'Ada');
  const bob = person('bob', { status: 'SUSPENDED' }, 'Bob');
  await made.graph.applyPage(
    page({
      nodes: [...ada.nodes, ...bob.nodes, SUPER, ADMINS, CRM, ORG],
      edges: [
        ...ada.edges,
        ...bob.edges,
        edge(accountId('ada'), 'MEMBER_OF', ADMINS.id),
        edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
        edge(SUPER.id, 'GRANTS', ORG.id),
        assigned(accountId('ada'), CRM.id),
      ],
      evaluate: true,
    }),
  );
  await made.deps
    .evidence(made.tenantId)
    .prepare(
      `INSERT INTO issues (tenant_id, id, detection, title, severity, status, priority, priority_factors, subject_kind,
         subject_id, subject_source, subject_native_id, subject_name, identity_id, evidence, opened_at, updated_at,
         change_seq)
       VALUES (?, 'iss_1', 'no-mfa-admin', 't', 'high', 'open', 1, '[]', 'account', 'a', 's', 'n', 'x', ?, '{}', 1, 1, 1)`,
    )
    .bind(made.tenantId, identityId('ada'))
    .run();
  return { ...made, get: caller(made.deps, made.tenantId) };
}

describe('the graph API', () => {
  it('lists identities with their open issues', async () => {
    const { get } = await world();
    const { status, body } = await get('/identities');
    expect(status).toBe(200);
    expect(body.next).toBeNull();
    expect(body.data).toEqual([
      {
        id: identityId('ada'),
        name: 'Ada',
        login: 'ada@acme.test',
        email: 'ada@acme.test',
        status: 'ACTIVE',
        tier: 'global_admin',
        department: 'IT',
        title: null,
        lastLoginAt: iso(T0 - 5),
        source: SRC,
        nativeId: 'ada',
        openIssues: 1,
        accounts: 1,
        kind: 'human',
        kindReasons: [],
        kindSetBy: null,
      },
      expect.objectContaining({ name: 'Bob', status: 'SUSPENDED', tier: 'none', openIssues: 0, lastLoginAt: null }),
    ]);
    const names = async (query: string) => (await get(`/identities?${query}`)).body.data.map((row) => row.name);
    expect(await names('status=SUSPENDED')).toEqual(['Bob']);
    expect(await names('tier=global_admin')).toEqual(['Ada']);
    expect(await names('sort=-lastLogin')).toEqual(['Ada', 'Bob']);
    expect(await names('sort=-name')).toEqual(['Bob', 'Ada']);
    expect(await names('q=BOB@')).toEqual(['Bob']);
    expect(await names('source=src_other')).toEqual([]);
    const first = await get('/identities?limit=1');
    expect(await names(`limit=1&cursor=${first.body.next}`)).toEqual(['Bob']);
  });

  it('shows one with everything it holds', async () => {
    const { get } = await world();
    const { status, body } = await get(`/identities/${identityId('ada')}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      identity: { name: 'Ada', openIssues: 1, accounts: 1, tier: 'global_admin' },
      accounts: [{ id: accountId('ada'), status: 'ACTIVE', passwordChangedAt: iso(T0 - 9), factors: { known: false } }],
      groups: [{ id: ADMINS.id, name: 'Admins', since: iso(T0) }],
      apps: [{ id: CRM.id, name: 'crm', status: 'ACTIVE', via: null, accountStatus: 'ACTIVE', userName: 'u' }],
      roles: [{ id: SUPER.id, type: 'SUPER_ADMIN', via: { id: ADMINS.id, name: 'Admins' }, since: iso(T0) }],
      reach: { apps: 1, groups: 1, roles: 1 },
    });
    expect(body.reach.pathToTierZero.map((step) => step.node.name)).toEqual([
      'Ada',
      'Ada',
      'Admins',
      'SUPER_ADMIN',
      'acme',
    ]);
    const verdicts = new Map(body.verdicts.map((verdict) => [verdict.detection, verdict]));
    expect(verdicts.size).toBe(12);
    expect(verdicts.get('no-mfa-global-admin')).toMatchObject({ status: 'unknown', reason: expect.any(String) });
  });

  it('lists and shows accounts, groups, apps and roles', async () => {
    const { get } = await world();
    for (const [path, id, names] of [
      ['/accounts', accountId('ada'), ['Ada', 'Bob']],
      ['/groups', ADMINS.id, ['Admins']],
      ['/apps', CRM.id, ['crm']],
      ['/roles', SUPER.id, ['SUPER_ADMIN']],
    ] as const) {
      const list = await get(path);
      expect(list.status).toBe(200);
      expect(list.body.data.map((node) => node.name)).toEqual(names);
      const one = await get(`${path}/${id}`);
      expect(one.status).toBe(200);
      expect(one.body.node).toMatchObject(list.body.data[0] ?? {});
    }
    const account = (await get(`/accounts/${accountId('ada')}`)).body;
    expect(account.node).toMatchObject({ kind: 'account', tier: 'global_admin', since: iso(T0) });
    expect(account.node.attributes.lastLogin).toBe(iso(T0 - 5));
    expect(account.out).toContainEqual({
      kind: 'MEMBER_OF',
      node: { id: ADMINS.id, kind: 'group', name: 'Admins' },
      since: iso(T0),
      by: { kind: 'sync', id: 'syn_1' },
      attributes: {},
    });
    expect((await get(`/groups/${accountId('ada')}`)).status).toBe(404);
    expect((await get('/groups?sort=lastLogin')).status).toBe(400);
  });

  it('answers with paths and the blast radius', async () => {
    const { get } = await world();
    const way = await get(`/graph/paths?from=${identityId('ada')}&to=${CRM.id}`);
    expect(way.body).toMatchObject({ from: { name: 'Ada' }, to: { name: 'crm' } });
    expect(way.body.path).toHaveLength(3);
    expect((await get(`/graph/paths?from=${identityId('bob')}`)).body).toMatchObject({ to: null, path: null });
    const radius = await get(`/graph/blast-radius?from=${ADMINS.id}`);
    expect(radius.body).toMatchObject({ node: { kind: 'group' }, apps: 1, roles: 1 });
    for (const path of ['/graph/paths?from=idn_x', '/graph/blast-radius?from=idn_x', '/identities/idn_x', '/apps/x']) {
      expect(await get(path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await get(`/graph/paths?from=${ADMINS.id}&to=app_x`)).status).toBe(404);
    for (const path of ['/graph/paths', '/identities?limit=0', '/identities?tier=root', '/accounts?cursor=zz']) {
      expect((await get(path)).status).toBe(400);
    }
  });

  it('shows what could not be read', async () => {
    const { get, graph } = await world();
    await graph.setCoverage([
      { sourceId: SRC, need: 'users', reason: null, at: T0 },
      { sourceId: SRC, need: 'factors', reason: 'The token lacks okta.users.read', at: T0 },
    ]);
    expect((await get('/coverage')).body.data).toMatchObject([
      { source: SRC, need: 'factors', complete: false, reason: 'The token lacks okta.users.read', at: iso(T0) },
      { source: SRC, need: 'users', complete: true, reason: null, at: iso(T0) },
    ]);
    await graph.setCoverage([{ sourceId: SRC, need: 'consents', reason: null, at: T0 }]);
    expect((await get('/coverage')).body.data).toContainEqual(
      expect.objectContaining({ need: 'consents', complete: true, note: expect.stringContaining('administrators') }),
    );
    expect((await graph.accountView(accountId('ada')))?.missing).toEqual({
      factors: 'The token lacks okta.users.read',
    });
  });

  it('knows nothing of another tenant', async () => {
    const { deps } = await world();
    const { tenantId } = await graphWith(1);
    const get = caller(deps, tenantId);
    for (const path of ['/identities', '/accounts', '/groups', '/apps', '/roles', '/coverage']) {
      expect((await get(path)).body.data).toEqual([]);
    }
    for (const path of [`/identities/${identityId('ada')}`, `/accounts/${accountId('ada')}`, `/groups/${ADMINS.id}`]) {
      expect((await get(path)).status).toBe(404);
    }
    expect((await get(`/graph/blast-radius?from=${ADMINS.id}`)).status).toBe(404);
  });
});
