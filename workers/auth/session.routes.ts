import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { OPERATOR_TENANT } from '../../db/control/schema.ts';
import { iso } from '../platform/clock.ts';
import { invalidRequest } from '../platform/errors.ts';
import {
  type ApiEnv,
  createRouter,
  jsonBody,
  jsonContent,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { audit } from './audit.ts';
import { newPasswordSchema, roleSchema } from './auth.schemas.ts';
import { clientIp } from './authenticate.ts';
import { changeOwnPassword } from './change-password.ts';
import { bearerOf } from './credentials.ts';
import { login } from './login.ts';
import { MAX_PASSWORD } from './passwords.ts';
import { permissionsOf } from './principal.ts';
import { endSession } from './sessions.repository.ts';
import { findTenant } from './tenants.repository.ts';

const tags = ['Session'];

const createSession = createRoute({
  method: 'post',
  path: '/session',
  tags,
  summary: 'Log in',
  description: 'Opens a session of 12 hours. After 10 failures in 15 minutes an address has to wait.',
  security: [],
  request: jsonBody(z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(MAX_PASSWORD) })),
  responses: {
    201: jsonContent(
      z.object({
        token: z.string(),
        expiresAt: z.string().openapi({ format: 'date-time' }),
        user: z.object({
          id: z.string(),
          email: z.string(),
          name: z.string(),
          role: roleSchema,
          tenantId: z.string(),
        }),
      }),
      'Logged in. Send the token as `Authorization: Bearer …`.',
    ),
    400: problems[400],
    401: { ...problems[401], description: '`login.failed`' },
    429: { ...problems[400], description: '`login.throttled`, with Retry-After' },
  },
});

const showSession = createRoute({
  method: 'get',
  path: '/session',
  tags,
  summary: 'Who am I',
  middleware: requirePermission('read', { tenant: 'optional', sources: 'none' }),
  responses: {
    200: jsonContent(
      z.object({
        principal: z.object({
          kind: z.enum(['user', 'token', 'system']),
          id: z.string(),
          name: z.string(),
          role: roleSchema,
          sourceIds: z.array(z.string()).nullable(),
        }),
        tenant: z.object({ id: z.string(), name: z.string() }).nullable(),
        permissions: z.array(z.string()),
      }),
    ),
    ...problems,
  },
});

const deleteSession = createRoute({
  method: 'delete',
  path: '/session',
  tags,
  summary: 'Log out',
  middleware: requirePermission('read', { tenant: 'optional', sources: 'none' }),
  responses: { 204: { description: 'The session has ended' }, ...problems },
});

const changePassword = createRoute({
  method: 'post',
  path: '/session/password',
  tags,
  summary: 'Change your password',
  description: 'Ends your other sessions.',
  middleware: requirePermission('read', { tenant: 'optional', sources: 'none' }),
  request: jsonBody(z.object({ current: z.string().min(1).max(MAX_PASSWORD), password: newPasswordSchema })),
  responses: {
    204: { description: 'Changed' },
    ...problems,
    429: { ...problems[400], description: '`login.throttled`, with Retry-After' },
  },
});

/** POST /session is public: it is mounted before authentication. */
export function loginRoutes() {
  return createRouter().openapi(createSession, async (c) => {
    const ip = clientIp(c.req.header('cf-connecting-ip'));
    const { token, expiresAt, user } = await login(c.get('deps'), { ...c.req.valid('json'), ip });
    const { id, email, name, role, tenantId } = user;
    return c.json({ token, expiresAt: iso(expiresAt), user: { id, email, name, role, tenantId } }, 201);
  });
}

export function sessionRoutes() {
  return createRouter()
    .openapi(showSession, async (c) => {
      const principal = c.get('principal');
      const { kind, id, name, role, sourceIds } = principal;
      const tenant = await findTenant(c.get('deps'), c.get('tenantId'));
      return c.json(
        {
          principal: { kind, id, name, role, sourceIds },
          tenant: tenant ? { id: tenant.id, name: tenant.name } : null,
          permissions: [...permissionsOf(principal)],
        },
        200,
      );
    })
    .openapi(deleteSession, async (c) => {
      const { token, home } = ownSession(c);
      const principal = c.get('principal');
      if (await endSession(c.get('deps'), home, token)) {
        await audit(c.get('deps'), home, principal, {
          action: 'session.delete',
          targetKind: 'user',
          targetId: principal.id,
        });
      }
      return c.body(null, 204);
    })
    .openapi(changePassword, async (c) => {
      const { token, home } = ownSession(c);
      const input = { sessionToken: token, ...c.req.valid('json') };
      await changeOwnPassword(c.get('deps'), home, c.get('principal'), input);
      return c.body(null, 204);
    });
}

/** The session of this request. Throws `invalid_request` for an API token, which has none. */
function ownSession(c: Context<ApiEnv>): { token: string; home: string } {
  const principal = c.get('principal');
  const token = bearerOf(c.req.header('authorization'));
  if (principal.kind !== 'user' || !token) {
    throw invalidRequest({ detail: 'An API token has no session: revoke it with DELETE /tokens/{id}.' });
  }
  // An operator's session belongs to the operators' home, whichever tenant the request names.
  return { token, home: principal.role === 'operator' ? OPERATOR_TENANT : c.get('tenantId') };
}
