import { Hono } from 'hono';
import type { Role } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import type { ApiEnv } from '../platform/http/router.ts';
import { onError } from './problem.ts';

interface Caller {
  deps: Deps;
  tenantId: string;
  routes: Hono<ApiEnv>;
  role?: Role;
}

/** Tests only: some routes as the API serves them, without signing in: a person of a role asks. */
export function mounted({ deps, tenantId, routes, role = 'viewer' }: Caller): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .use(async (c, next) => {
      c.set('deps', deps);
      c.set('tenantId', tenantId);
      c.set('principal', { kind: 'user', id: 'usr_1', name: 'V', role, sourceIds: null });
      await next();
    })
    .route('/', routes)
    .onError(onError);
}

/** Asks for JSON: with a body it is posted, else the path is read. */
export function callerOf<Body = unknown>(given: Caller) {
  const api = mounted(given);
  return async (path: string, body?: unknown): Promise<{ status: number; body: Body }> => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await api.request(path, body === undefined ? {} : json);
    return { status: answer.status, body: (await answer.json()) as Body };
  };
}
