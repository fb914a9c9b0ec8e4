import { beforeAll, describe, expect, it } from 'vitest';
import { can, type Role } from '../auth/principal.ts';
import { apiUnderTest } from './test-api.ts';
import {
  codeOf,
  PUBLIC,
  QUERIES,
  type Route,
  registeredRoutes,
  SHARED,
  SHARED_ROUTES,
  segmentOf,
  sendTo,
} from './test-routes.ts';
import { operatorToken, ROLES_IN_TENANT, seedOneOfEach } from './test-seed.ts';

const api = apiUnderTest();

const ROUTES = registeredRoutes(api);
const GUARDED = ROUTES.filter((route) => !PUBLIC.includes(route.name));

let a: Awaited<ReturnType<typeof seedOneOfEach>>;
let b: Awaited<ReturnType<typeof seedOneOfEach>>;
let operator: string;

beforeAll(async () => {
  a = await seedOneOfEach(api.deps);
  b = await seedOneOfEach(api.deps);
  operator = await operatorToken(api.deps);
});

const send = (route: Route, token: string | undefined, ids = a.ids, tenant?: string) =>
  sendTo(api, route, token, ids, tenant);

describe('the API', () => {
  it('has the routes that other programs rely on', () => {
    const served = new Set(ROUTES.map((route) => segmentOf(route.path)));
    const promised = [
      ...['health', 'session', 'tenants', 'users', 'tokens', 'audit', 'sources', 'events', 'inbox', 'dead-letters'],
      ...['identities', 'accounts', 'groups', 'apps', 'roles', 'graph', 'coverage', 'issues', 'detections'],
      ...['integrations', 'automations', 'deliveries', 'metrics', 'openapi.json', 'docs'],
    ];
    expect(promised.filter((segment) => !served.has(segment))).toEqual([]);
  });

  it('has the public routes that it should, and they answer', async () => {
    expect(ROUTES.filter((route) => !route.permission).map((route) => route.name)).toEqual(
      expect.arrayContaining(PUBLIC),
    );
    for (const path of ['docs', 'health', 'openapi.json']) {
      expect((await api.call('GET', `/api/v1/${path}`)).status).toBe(200);
    }
  });
});

describe('every route that is not public', () => {
  it.each(GUARDED)('$name demands a permission', ({ permission }) => {
    expect(permission).toBeDefined();
  });

  it.each(GUARDED)('$name answers 401 without a token, and with a wrong one', async (route) => {
    for (const token of [undefined, `pat_${'A'.repeat(43)}`, `pss_${'A'.repeat(43)}`]) {
      const res = await send(route, token);
      expect(res.status).toBe(401);
      expect(res.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it.each(GUARDED)('$name answers 403 to a role without its permission', async (route) => {
    const lacking = ROLES_IN_TENANT.filter((role) => route.permission && !can(role, route.permission));
    for (const role of lacking) {
      const res = await send(route, a.tokens[role]);
      expect([role, res.status, await codeOf(res)]).toEqual([role, 403, 'forbidden']);
    }
  });

  it.each(GUARDED)('$name answers 403 to a token that names another tenant', async (route) => {
    const res = await send(route, b.tokens.super_admin, a.ids, a.tenantId);
    expect([res.status, await codeOf(res)]).toEqual([403, 'forbidden']);
  });

  const tenantless = (route: Route) => route.permission === 'operate' || segmentOf(route.path) === 'session';
  it.each(GUARDED.filter((route) => !tenantless(route)))('$name asks an operator for a tenant', async (route) => {
    const res = await send(route, operator);
    expect([res.status, await codeOf(res)]).toEqual([400, 'tenant.required']);
  });
});

describe('what belongs to another tenant', () => {
  const onOne = (route: Route) => route.path.includes(':') || route.name in QUERIES;
  const shared = (route: Route) =>
    SHARED.includes(segmentOf(route.path)) || SHARED_ROUTES.includes(route.name) || route.permission === 'operate';
  const onTheirs = GUARDED.filter((route) => onOne(route) && !shared(route));
  const reads = GUARDED.filter((route) => route.method === 'GET');

  it.each(onTheirs)('$name does not find it', async (route) => {
    const res = await send(route, b.tokens.super_admin);
    expect([res.status, await codeOf(res)]).toEqual([404, expect.stringMatching(/not_found$/)]);
  });

  it.each(onTheirs.filter((route) => route.path.split(':').length > 2))(
    '$name does not find it behind one of its own either',
    async (route) => {
      const mixed = Object.fromEntries(
        Object.keys(a.ids).map((key) => [key, (key.includes(':') ? a : b).ids[key] ?? '']),
      );
      expect((await send(route, b.tokens.super_admin, mixed)).status).toBe(404);
    },
  );

  it.each(reads.filter(onOne))('$name finds it for its own tenant', async (route) => {
    const own = route.permission === 'operate' ? operator : a.tokens.super_admin;
    expect((await send(route, own)).status).toBe(200);
  });

  it.each(reads.filter((route) => !onOne(route) && route.permission !== 'operate'))(
    '$name does not show it',
    async (route) => {
      const res = await send(route, b.tokens.super_admin);
      expect(res.status).toBe(200);
      const text = await res.text();
      for (const id of Object.values(a.ids)) expect(text).not.toContain(id);
    },
  );

  it('cannot be used from a body either', async () => {
    const own = (segment: string) => `/api/v1/${segment}/${b.ids[segment]}`;
    const user = { email: 'x@example.com', name: 'x', password: 'a long enough password', role: 'issue_responder' };
    const attempts: [string, unknown][] = [
      ['/api/v1/issues/send', { integrationId: b.ids.integrations, issueIds: [a.ids.issues] }],
      ['/api/v1/issues/send', { integrationId: a.ids.integrations, issueIds: [b.ids.issues] }],
      [`${own('issues')}/send`, { integrationId: a.ids.integrations }],
      [`${own('issues')}/assign`, { assignee: a.ids.users }],
      ['/api/v1/automations', { name: 'x', integrationId: a.ids.integrations }],
      ['/api/v1/users', { ...user, sourceIds: [a.ids.sources] }],
    ];
    for (const [path, body] of attempts) {
      const res = await api.call('POST', path, { token: b.tokens.super_admin, body });
      expect([path, [400, 404, 422].includes(res.status), await codeOf(res)]).toEqual([path, true, expect.any(String)]);
    }
  });

  it('is there for its owner after all of this', async () => {
    for (const route of reads.filter((one) => onOne(one) && one.permission !== 'operate')) {
      expect([route.name, (await send(route, a.tokens.viewer)).status]).toEqual([
        route.name,
        route.permission && can('viewer' satisfies Role, route.permission) ? 200 : 403,
      ]);
    }
  });
});

describe('the receivers', () => {
  it('let nobody in without a secret', async () => {
    const paths = new Set(api.app.routes.filter((route) => route.path.startsWith('/ingest/okta')).map((r) => r.path));
    expect(paths.size).toBeGreaterThan(0);
    for (const path of paths) {
      const filled = path.replace(':sourceId', a.ids.sources ?? '');
      expect([path, (await api.call('POST', filled, { body: {} })).status]).toEqual([path, 401]);
      const wrong = await api.call('POST', filled, { body: {}, headers: { authorization: 'wrong' } });
      expect([path, wrong.status]).toEqual([path, 403]);
    }
  });

  it('do not take API tokens, and the API does not take their secrets', async () => {
    const headers = { authorization: `Bearer ${a.tokens.super_admin}` };
    expect((await api.call('POST', '/ingest/okta/events', { body: {}, headers })).status).toBe(403);
    expect((await api.call('GET', '/api/v1/users', { token: 'pih_secret' })).status).toBe(401);
  });
});
