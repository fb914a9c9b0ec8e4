import { Hono } from 'hono';
import { onError } from '../../api/problem.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Deps } from '../../platform/deps.ts';
import type { ApiEnv } from '../../platform/http/router.ts';

export const ADMIN: Principal = { kind: 'user', id: 'usr_admin', name: 'Admin', role: 'super_admin', sourceIds: null };
export const VIEWER: Principal = { ...ADMIN, id: 'usr_viewer', name: 'Viewer', role: 'viewer' };

/** What tests read of the answers; each route gives some of it. */
export interface AnswerBody {
  data: { id: string; status: string; priority: number; openedAt: string; subject: { id: string } }[];
  next: string | null;
  status: string;
  assignee: string | null;
  description: string;
  remediation: string;
  evidence: { events: { id: string }[] };
  history: { change: string; detail: string | null }[];
  open: number | { total: number };
  byDetection: { detection: string; open: number }[];
}

/** A caller of routes as `principal` of `tenant`, without the rest of the API. */
export function caller(routes: Hono<ApiEnv>, deps: Deps, tenant: string, principal: Principal = ADMIN) {
  const app = new Hono<ApiEnv>()
    .use(async (c, next) => {
      c.set('deps', deps);
      c.set('tenantId', tenant);
      c.set('principal', principal);
      await next();
    })
    .route('/', routes)
    .onError(onError);
  const call = async (method: string, path: string, body?: unknown) => {
    const init = { method, headers: { 'content-type': 'application/json' } };
    const answer = await app.request(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as AnswerBody };
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body?: unknown) => call('POST', path, body),
  };
}
