import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '../platform/errors.ts';
import {
  createRouter,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import {
  emailSchema,
  idParams,
  MAX_USER_SOURCES,
  nameSchema,
  newPasswordSchema,
  roleSchema,
  toUser,
  userSchema,
} from './auth.schemas.ts';
import { findUser, listUsers } from './users.repository.ts';
import { changeUser, createUser, removeUser } from './users.ts';

const tags = ['Users'];
const manage = () => requirePermission('tenant:manage', { tenant: 'operators' });
const conflict = { ...problems[400], description: '`user.email_taken` or `user.last_super_admin`' };
const sourceIds = z.array(z.string().min(1).max(80)).max(MAX_USER_SOURCES).nullable();

const list = createRoute({
  method: 'get',
  path: '/users',
  tags,
  summary: 'List users by e-mail address',
  middleware: manage(),
  request: { query: listQuery },
  responses: { 200: jsonContent(pageOf(userSchema)), ...problems },
});

const create = createRoute({
  method: 'post',
  path: '/users',
  tags,
  summary: 'Add a user',
  middleware: manage(),
  request: jsonBody(
    z.object({
      email: emailSchema,
      name: nameSchema,
      role: roleSchema,
      password: newPasswordSchema,
      sourceIds: sourceIds.optional(),
    }),
  ),
  responses: { 201: jsonContent(userSchema, 'Added'), ...problems, 409: conflict },
});

const show = createRoute({
  method: 'get',
  path: '/users/{id}',
  tags,
  summary: 'One user',
  middleware: manage(),
  request: { params: idParams },
  responses: { 200: jsonContent(userSchema), ...problems },
});

const change = createRoute({
  method: 'patch',
  path: '/users/{id}',
  tags,
  summary: 'Change a user',
  description: 'A new role holds from the next request on. A new password, or `disabled`, ends the sessions.',
  middleware: manage(),
  request: {
    params: idParams,
    ...jsonBody(
      z.object({
        name: nameSchema.optional(),
        role: roleSchema.optional(),
        sourceIds: sourceIds.optional(),
        extraPermissions: z
          .array(z.enum(['remediate']))
          .max(1)
          .optional(),
        password: newPasswordSchema.optional(),
        disabled: z.boolean().optional(),
      }),
    ),
  },
  responses: { 200: jsonContent(userSchema), ...problems, 409: conflict },
});

const remove = createRoute({
  method: 'delete',
  path: '/users/{id}',
  tags,
  summary: 'Remove a user',
  description: 'Ends its sessions. API tokens that it made belong to the tenant and stay.',
  middleware: manage(),
  request: { params: idParams },
  responses: { 204: { description: 'Removed' }, ...problems, 409: conflict },
});

export function userRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listUsers(c.get('deps'), c.get('tenantId'), c.req.valid('query'));
      return c.json({ data: page.data.map(toUser), next: page.next }, 200);
    })
    .openapi(create, async (c) => {
      const body = c.req.valid('json');
      const input = { ...body, sourceIds: body.sourceIds ?? null };
      return c.json(toUser(await createUser(c.get('deps'), c.get('tenantId'), c.get('principal'), input)), 201);
    })
    .openapi(show, async (c) => {
      const user = await findUser(c.get('deps'), c.get('tenantId'), c.req.valid('param').id);
      if (!user) throw notFound();
      return c.json(toUser(user), 200);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const user = await changeUser(c.get('deps'), c.get('tenantId'), c.get('principal'), id, c.req.valid('json'));
      return c.json(toUser(user), 200);
    })
    .openapi(remove, async (c) => {
      await removeUser(c.get('deps'), c.get('tenantId'), c.get('principal'), c.req.valid('param').id);
      return c.body(null, 204);
    });
}
