import { sessions } from '../../db/control/schema.ts';
import { manualClock, testDeps } from '../../test/deps.ts';
import type { Deps } from '../platform/deps.ts';
import { PosternError } from '../platform/errors.ts';
import { createRouter } from '../platform/http/router.ts';
import { randomIds } from '../platform/ids.ts';
import { authRoutes } from './auth.routes.ts';
import { authenticate } from './authenticate.ts';
import { hashPassword } from './passwords.ts';
import { type Permission, POSTERN, type Role } from './principal.ts';
import { loginRoutes } from './session.routes.ts';
import { newSession } from './sessions.repository.ts';
import { tenantRoutes } from './tenants.routes.ts';
import { createTenant } from './tenants.ts';
import { createToken } from './tokens.repository.ts';
import { insertUser } from './users.repository.ts';

/** Tests only: the routes of this folder behind `authenticate`, with time under control. */
export function authTestApp(overrides: Partial<Deps> = {}) {
  const clock = manualClock();
  const deps = testDeps({ clock, ids: randomIds, ...overrides });
  const app = createRouter();
  app.onError((error, c) => {
    if (!(error instanceof PosternError)) throw error;
    const headers: Record<string, string> = error.retryAfter ? { 'Retry-After': String(error.retryAfter) } : {};
    return c.json({ code: error.code, detail: error.detail }, error.status, headers);
  });
  app.use(async (c, next) => {
    c.set('deps', deps);
    await next();
  });
  app.route('/', loginRoutes());
  app.use(authenticate);
  app.route('/', authRoutes());
  app.route('/', tenantRoutes());

  /** One request; the answer's status, headers and JSON. */
  async function call<T = Record<string, unknown>>(
    method: string,
    path: string,
    options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; headers: Headers; json: T }> {
    const res = await app.request(path, {
      method,
      headers: {
        ...(options.token && { Authorization: `Bearer ${options.token}` }),
        ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    });
    const text = await res.text();
    return { status: res.status, headers: res.headers, json: (text ? JSON.parse(text) : null) as T };
  }

  return { clock, deps, call };
}

let made = 0;
let passwordHash: Promise<string> | undefined;
export const PASSWORD = 'correct horse battery staple';

/** A tenant of its own with one super admin (who has PASSWORD) and an API token of each role asked for. */
export async function seedTenant<R extends Role>(deps: Deps, roles: R[]) {
  const email = `admin${++made}-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const { tenant } = await createTenant(deps, POSTERN, { name: `Tenant ${made}` });
  passwordHash ??= hashPassword(PASSWORD); // once a file: it is slow on purpose
  const superAdmin = await insertUser(deps, {
    tenantId: tenant.id,
    id: deps.ids.next('usr'),
    email,
    name: 'Ada Admin',
    role: 'super_admin',
    passwordHash: await passwordHash,
    createdAt: deps.clock.now(),
  });
  const tokens = {} as Record<R, string>;
  for (const role of roles) {
    tokens[role] = (await createToken(deps, tenant.id, POSTERN, { name: role, role, expiresAt: null })).token;
  }
  return { tenantId: tenant.id, adminId: superAdmin.id, email, tokens };
}

/** A session of a new user of the tenant who sees some sources only. */
export async function limitedSession(deps: Deps, tenantId: string, sourceIds: string[], extra: Permission[] = []) {
  const user = await insertUser(deps, {
    tenantId,
    id: deps.ids.next('usr'),
    email: `limited-${crypto.randomUUID()}@example.com`,
    name: 'Lee Limited',
    role: 'issue_responder',
    sourceIds,
    extraPermissions: extra,
    passwordHash: 'none',
    createdAt: deps.clock.now(),
  });
  const { token, row } = newSession(tenantId, user.id, deps.clock.now());
  await deps.control.insert(sessions).values(row);
  return token;
}
