import { env } from 'cloudflare:workers';
import { manualClock, testDeps } from '../../test/deps.ts';
import type { Deps } from '../platform/deps.ts';
import { randomIds } from '../platform/ids.ts';
import { createApi } from './app.ts';

export const OPERATOR = 'test-operator-token';

/** Tests only: the whole API over the test runtime, with time under control. */
export function apiUnderTest(overrides: Partial<Deps> = {}) {
  const clock = manualClock();
  const deps = testDeps({ clock, ids: randomIds, ...overrides });
  const app = createApi({ makeDeps: () => deps });

  /** One request; `tenant` is what an operator names. `path` is the whole path. */
  async function call(
    method: string,
    path: string,
    options: { token?: string | undefined; tenant?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.token) headers.authorization = `Bearer ${options.token}`;
    if (options.tenant) headers['x-postern-tenant'] = options.tenant;
    const hasBody = options.body !== undefined;
    if (hasBody) headers['content-type'] ??= 'application/json';
    const body = typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
    return await app.request(path, { method, headers, ...(hasBody && { body }) }, env);
  }

  return { app, clock, deps, call };
}
