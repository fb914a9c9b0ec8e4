import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { PosternError } from '../platform/errors.ts';
import { createRouter } from '../platform/http/router.ts';
import { outboundRoutes } from './outbound.routes.ts';
import { ADMIN } from './test-support.ts';

/** The fields of answers that tests read by name; the rest is compared whole. */
export interface Json {
  id: string;
  data: { id: string }[];
  next: string | null;
  status: string;
  code: string;
  error: string | null;
  signingSecret: string;
}

/** The feature's routes for one tenant, without the sign-in before them. */
export function api(deps: Deps, tenantId: string, principal: Principal = ADMIN) {
  const app = createRouter();
  app.use('*', async (c, next) => {
    c.set('deps', deps);
    c.set('tenantId', tenantId);
    c.set('principal', principal);
    await next();
  });
  app.route('/', outboundRoutes());
  app.onError((error, c) => {
    if (!(error instanceof PosternError)) throw error;
    return c.json({ code: error.code, detail: error.detail }, error.status);
  });
  return async (method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await app.request(path, { method, ...init });
    const text = await response.text();
    return { status: response.status, json: text ? JSON.parse(text) : null };
  };
}
