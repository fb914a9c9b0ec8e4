import { createRoute, z } from '@hono/zod-openapi';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
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
import { emailSchema, idParams, nameSchema, newPasswordSchema } from './auth.schemas.ts';
import { findTenant, listTenants, type TenantRow, tenantUsage } from './tenants.repository.ts';
import { changeTenant, createTenant, MAX_GRAPH_SHARDS, removeTenant } from './tenants.ts';

const tags = ['Tenants'];
const operate = () => requirePermission('operate');

const tenantSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(['active', 'suspended']),
    createdAt: z.string().openapi({ format: 'date-time' }),
    users: z.number().int(),
    sources: z.number().int(),
    openIssues: z.number().int(),
    deletedAt: z
      .string()
      .nullable()
      .openapi({ format: 'date-time', description: 'Resuming it takes the deletion back' }),
  })
  .openapi('Tenant');

const list = createRoute({
  method: 'get',
  path: '/tenants',
  tags,
  summary: 'List tenants',
  middleware: operate(),
  request: { query: listQuery },
  responses: { 200: jsonContent(pageOf(tenantSchema)), ...problems },
});

const create = createRoute({
  method: 'post',
  path: '/tenants',
  tags,
  summary: 'Create a tenant',
  description: 'With its first super admin if one is named: both are made, or neither.',
  middleware: operate(),
  request: jsonBody(
    z.object({
      name: nameSchema,
      graphShards: z.number().int().min(1).max(MAX_GRAPH_SHARDS).optional().openapi({
        description: 'Parts that the identity graph is spread over; `/tenants/{id}/shards` changes it. Default 1.',
      }),
      superAdmin: z.object({ email: emailSchema, name: nameSchema, password: newPasswordSchema }).optional(),
    }),
  ),
  responses: {
    201: jsonContent(tenantSchema, 'Created'),
    ...problems,
    409: { ...problems[400], description: '`user.email_taken`' },
  },
});

const show = createRoute({
  method: 'get',
  path: '/tenants/{id}',
  tags,
  summary: 'One tenant',
  middleware: operate(),
  request: { params: idParams },
  responses: { 200: jsonContent(tenantSchema), ...problems },
});

const change = createRoute({
  method: 'patch',
  path: '/tenants/{id}',
  tags,
  summary: 'Rename, suspend or resume a tenant',
  description: 'The users and tokens of a suspended tenant are refused, its sources are not polled.',
  middleware: operate(),
  request: {
    params: idParams,
    ...jsonBody(z.object({ name: nameSchema.optional(), status: z.enum(['active', 'suspended']).optional() })),
  },
  responses: { 200: jsonContent(tenantSchema), ...problems },
});

const remove = createRoute({
  method: 'delete',
  path: '/tenants/{id}',
  tags,
  summary: 'Delete a tenant',
  description:
    'Suspends it and removes its sessions, API tokens and ingest secrets. Users and evidence stay for the retention time of its events; then everything of it is erased but the lines of the operators’ own log. Until then resuming it takes that back.',
  middleware: operate(),
  request: { params: idParams },
  responses: { 204: { description: 'Deleted' }, ...problems },
});

async function views(deps: Deps, rows: TenantRow[]): Promise<z.infer<typeof tenantSchema>[]> {
  const usage = await tenantUsage(
    deps,
    rows.map((row) => row.id),
  );
  return rows.map(({ id, name, status, createdAt, deletedAt }) => ({
    id,
    name,
    status,
    createdAt: iso(createdAt),
    deletedAt: deletedAt === null ? null : iso(deletedAt),
    ...(usage.get(id) ?? { users: 0, sources: 0, openIssues: 0 }),
  }));
}

async function view(deps: Deps, row: TenantRow): Promise<z.infer<typeof tenantSchema>> {
  const [only] = await views(deps, [row]);
  if (!only) throw notFound();
  return only;
}

export function tenantRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listTenants(c.get('deps'), c.req.valid('query'));
      return c.json({ data: await views(c.get('deps'), page.data), next: page.next }, 200);
    })
    .openapi(create, async (c) => {
      const { tenant } = await createTenant(c.get('deps'), c.get('principal'), c.req.valid('json'));
      return c.json(await view(c.get('deps'), tenant), 201);
    })
    .openapi(show, async (c) => {
      const tenant = await findTenant(c.get('deps'), c.req.valid('param').id);
      if (!tenant) throw notFound();
      return c.json(await view(c.get('deps'), tenant), 200);
    })
    .openapi(change, async (c) => {
      const tenant = await changeTenant(
        c.get('deps'),
        c.get('principal'),
        c.req.valid('param').id,
        c.req.valid('json'),
      );
      return c.json(await view(c.get('deps'), tenant), 200);
    })
    .openapi(remove, async (c) => {
      await removeTenant(c.get('deps'), c.get('principal'), c.req.valid('param').id);
      return c.body(null, 204);
    });
}
