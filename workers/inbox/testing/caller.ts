import { env } from 'cloudflare:workers';
import type { Role } from '../../auth/principal.ts';
import { PosternError } from '../../platform/errors.ts';
import { createRouter } from '../../platform/http/router.ts';
import type { inboxUnderTest } from '../inbox.fixtures.ts';
import { inboxRoutes } from '../inbox.routes.ts';

export type Tested = ReturnType<typeof inboxUnderTest>;

/** Tests only: the inbox's routes as someone of the tenant sees them. */
export function as(t: Tested, role: Role = 'super_admin') {
  const app = createRouter();
  app.use('*', async (c, next) => {
    c.set('deps', t.deps);
    c.set('tenantId', t.tenantId);
    c.set('principal', { kind: 'user', id: 'usr_1', name: 'Uma', role, sourceIds: null });
    await next();
  });
  app.route('/', inboxRoutes());
  app.onError((error, c) =>
    error instanceof PosternError ? c.json({ code: error.code }, error.status) : c.json({ code: String(error) }, 500),
  );
  const call = async (method: string, path: string, body?: unknown) => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await app.request(path, { method, ...init }, env);
    // biome-ignore lint/suspicious/noExplicitAny: answers are asserted on
    return { status: response.status, body: (await response.json()) as any };
  };
  return { get: (path: string) => call('GET', path), post: (path: string, body?: unknown) => call('POST', path, body) };
}
