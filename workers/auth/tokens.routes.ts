import { createRoute, z } from '@hono/zod-openapi';
import { invalidRequest, notFound } from '../platform/errors.ts';
import {
  createRouter,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { audit } from './audit.ts';
import { idParams, nameSchema, roleSchema, timeSchema, tokenSchema, toToken } from './auth.schemas.ts';
import { createToken, listTokens, revokeToken } from './tokens.repository.ts';
import { checkRole } from './users.ts';

const tags = ['Tokens'];
const manage = () => requirePermission('tenant:manage', { tenant: 'operators' });

const list = createRoute({
  method: 'get',
  path: '/tokens',
  tags,
  summary: 'List API tokens, newest first',
  middleware: manage(),
  request: { query: listQuery },
  responses: { 200: jsonContent(pageOf(tokenSchema)), ...problems },
});

const create = createRoute({
  method: 'post',
  path: '/tokens',
  tags,
  summary: 'Make an API token',
  description: 'The token is shown once. Its role is never above that of its maker.',
  middleware: manage(),
  request: jsonBody(z.object({ name: nameSchema, role: roleSchema, expiresAt: timeSchema.nullable().optional() })),
  responses: { 201: jsonContent(tokenSchema.extend({ token: z.string() }), 'Made'), ...problems },
});

const revoke = createRoute({
  method: 'delete',
  path: '/tokens/{id}',
  tags,
  summary: 'Revoke an API token',
  middleware: manage(),
  request: { params: idParams },
  responses: { 204: { description: 'Revoked' }, ...problems },
});

export function tokenRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listTokens(c.get('deps'), c.get('tenantId'), c.req.valid('query'));
      return c.json({ data: page.data.map(toToken), next: page.next }, 200);
    })
    .openapi(create, async (c) => {
      const deps = c.get('deps');
      const tenantId = c.get('tenantId');
      const principal = c.get('principal');
      const { name, role, expiresAt = null } = c.req.valid('json');
      checkRole(tenantId, principal, role);
      if (expiresAt !== null && expiresAt <= deps.clock.now()) {
        throw invalidRequest({ detail: 'expiresAt: lies in the past.' });
      }
      const { row, token } = await createToken(deps, tenantId, principal, { name, role, expiresAt });
      await audit(deps, tenantId, principal, {
        action: 'token.create',
        targetKind: 'token',
        targetId: row.id,
        detail: { name, role },
      });
      return c.json({ ...toToken(row), token }, 201);
    })
    .openapi(revoke, async (c) => {
      const deps = c.get('deps');
      const { id } = c.req.valid('param');
      const result = await revokeToken(deps, c.get('tenantId'), id);
      if (!result) throw notFound();
      if (result.revoked) {
        await audit(deps, c.get('tenantId'), c.get('principal'), {
          action: 'token.revoke',
          targetKind: 'token',
          targetId: id,
          detail: { name: result.name },
        });
      }
      return c.body(null, 204);
    });
}
