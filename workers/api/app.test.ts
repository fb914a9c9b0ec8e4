import { beforeAll, describe, expect, it } from 'vitest';
import { can, type Permission, type Role } from '../auth/principal.ts';
import { permissionOf } from '../platform/http/router.ts';
import { apiUnderTest } from './test-api.ts';
import { operatorToken, ROLES_IN_TENANT, seedOneOfEach } from './test-seed.ts';

/** The routes that anybody may call. A route that is not listed here has to ask who is calling. */
const PUBLIC = ['GET /api/v1/docs', 'GET /api/v1/health', 'GET /api/v1/openapi.json', 'POST /api/v1/session'];

/** Ids that are the same for every tenant: the product's own detections. */
const SHARED = ['detections'];

/** Valid bodies of the routes on one thing, so that they get as far as looking for it. */
const BODIES: Record<string, unknown> = {
  'PATCH /api/v1/users/:id': { name: 'Mallory' },
  'PATCH /api/v1/tenants/:id': { name: 'Mallory' },
  'PUT /api/v1/identities/:id/kind': { kind: 'human' },
  'PATCH /api/v1/sources/:id': { name: 'Mallory' },
  'POST /api/v1/sources/:id/sync': { kind: 'full' },
  'POST /api/v1/sources/:id/secrets': { channel: 'event_hook' },
  'POST /api/v1/sources/:id/backfill': { days: 7 },
  'POST /api/v1/dead-letters/:id/discard': { reason: 'test' },
  'POST /api/v1/issues/:id/dismiss': { reason: 'other' },
  'POST /api/v1/issues/:id/assign': { assignee: null },
  'POST /api/v1/issues/:id/send': { integrationId: 'int_x' },
  'PATCH /api/v1/integrations/:id': { name: 'Mallory' },
  'PATCH /api/v1/automations/:id': { name: 'Mallory' },
  'PUT /api/v1/apps/:id/criticality': { level: 'crown_jewel' },
  'PUT /api/v1/groups/:id/criticality': { level: 'crown_jewel' },
  'PUT /api/v1/roles/:id/criticality': { level: 'crown_jewel' },
};

/** Reads whose ids travel in the query. */
const QUERIES: Record<string, (ids: Record<string, string>) => string> = {
  'GET /api/v1/graph/paths': (ids) => `from=${ids.accounts}&to=${ids.roles}`,
  'GET /api/v1/graph/blast-radius': (ids) => `from=${ids.accounts}`,
  'GET /api/v1/graph/reachable-by': (ids) => `to=${ids.roles}`,
  'GET /api/v1/graph/access': (ids) => `identity=${ids.identities}&app=${ids.apps}`,
};

/** Lists that must be told of what. */
const LISTED: Record<string, string> = { 'GET /api/v1/resources': 'kind=policy' };

/** Parameters that name no thing but one of a few words. */
const WORDS: Record<string, string> = { decision: 'confirm', query: 'agents' };

/** Routes on one thing that is the product's own. */
const SHARED_ROUTES = ['GET /api/v1/graph/queries/:query'];

interface Route {
  name: string;
  method: string;
  path: string;
  permission: Permission | undefined;
}

const api = apiUnderTest();

function registeredRoutes(): Route[] {
  const routes = new Map<string, Route>();
  for (const { method, path, handler } of api.app.routes) {
    if (method === 'ALL' || !path.startsWith('/api/')) continue;
    const name = `${method} ${path}`;
    const permission = permissionOf(handler) ?? routes.get(name)?.permission;
    routes.set(name, { name, method, path, permission });
  }
  return [...routes.values()];
}

const ROUTES = registeredRoutes();
const GUARDED = ROUTES.filter((route) => !PUBLIC.includes(route.name));
const segmentOf = (path: string) => path.split('/')[3] ?? '';

/** The path with a tenant's own ids in it. Throws on a parameter that no seed stands for: add one to the seed. */
function withIds({ name, path }: Route, ids: Record<string, string>): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, param: string) => {
    const segment = segmentOf(path);
    if (SHARED.includes(segment)) return 'no-mfa-admin';
    if (WORDS[param]) return WORDS[param];
    const id = ids[param === 'id' ? segment : `${segment}:${param}`];
    if (!id) throw new Error(`${name}: seed an id for "${param}" in test-seed.ts`);
    return id;
  });
  const query = QUERIES[name]?.(ids) ?? LISTED[name];
  return query ? `${filled}?${query}` : filled;
}

let a: Awaited<ReturnType<typeof seedOneOfEach>>;
let b: Awaited<ReturnType<typeof seedOneOfEach>>;
let operator: string;

beforeAll(async () => {
  a = await seedOneOfEach(api.deps);
  b = await seedOneOfEach(api.deps);
  operator = await operatorToken(api.deps);
});

const send = (route: Route, token: string | undefined, ids = a.ids, tenant?: string) =>
  api.call(route.method, withIds(route, ids), {
    token,
    ...(tenant && { tenant }),
    ...(route.method !== 'GET' && route.method !== 'DELETE' && { body: BODIES[route.name] ?? {} }),
  });

const codeOf = async (res: Response) => (await res.json<{ code?: string }>()).code;

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
