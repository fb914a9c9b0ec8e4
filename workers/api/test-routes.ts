import type { Permission } from '../auth/principal.ts';
import { checkOf, type SourceRule } from '../platform/http/router.ts';
import type { apiUnderTest } from './test-api.ts';

type Api = ReturnType<typeof apiUnderTest>;

/** The routes that anybody may call. A route that is not listed here has to ask who is calling. */
export const PUBLIC = ['GET /api/v1/docs', 'GET /api/v1/health', 'GET /api/v1/openapi.json', 'POST /api/v1/session'];

/** Ids that are the same for every tenant: the product's own detections. */
export const SHARED = ['detections'];

/** Valid bodies of the routes on one thing, so that they get as far as looking for it. */
export const BODIES: Record<string, unknown> = {
  'PATCH /api/v1/users/:id': { name: 'Mallory' },
  'PATCH /api/v1/tenants/:id': { name: 'Mallory' },
  'PUT /api/v1/identities/:id/kind': { kind: 'human' },
  'POST /api/v1/identities/:id/join': { accountId: 'acc_0none' },
  'POST /api/v1/identities/:id/split': { accountId: 'acc_0none' },
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
export const QUERIES: Record<string, (ids: Record<string, string>) => string> = {
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
export const SHARED_ROUTES = ['GET /api/v1/graph/queries/:query'];

export interface Route {
  name: string;
  method: string;
  path: string;
  permission: Permission | undefined;
  sources: SourceRule | undefined;
}

/** Tests only: every route of the API, with what its middleware demands. */
export function registeredRoutes(api: Api): Route[] {
  const routes = new Map<string, Route>();
  for (const { method, path, handler } of api.app.routes) {
    if (method === 'ALL' || !path.startsWith('/api/')) continue;
    const name = `${method} ${path}`;
    const { permission, sources } = checkOf(handler) ?? routes.get(name) ?? {};
    routes.set(name, { name, method, path, permission, sources });
  }
  return [...routes.values()];
}

export const segmentOf = (path: string) => path.split('/')[3] ?? '';

/** The path with a tenant's own ids in it. Throws on a parameter that no seed stands for: add one to the seed. */
export function withIds({ name, path }: Route, ids: Record<string, string>): string {
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

/** Tests only: one request of a route with these ids in its path, and a body that gets as far as looking for them. */
export function sendTo(
  api: Api,
  route: Route,
  token: string | undefined,
  ids: Record<string, string>,
  tenant?: string,
) {
  return api.call(route.method, withIds(route, ids), {
    token,
    ...(tenant && { tenant }),
    ...(route.method !== 'GET' && route.method !== 'DELETE' && { body: BODIES[route.name] ?? {} }),
  });
}

export const codeOf = async (res: Response) => (await res.json<{ code?: string }>()).code;
