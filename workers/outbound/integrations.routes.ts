import { createRoute, z } from '@hono/zod-openapi';
import {
  createRouter,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { decodeCursor, toPage } from '../platform/pagination.ts';
import { presentIntegration } from './integration.ts';
import { getIntegration, listIntegrations } from './integrations.repository.ts';
import {
  createdIntegrationSchema,
  integrationPatchSchema,
  integrationSchema,
  newIntegrationSchema,
  testResultSchema,
} from './integrations.schemas.ts';
import { changeIntegration, createIntegration, deleteIntegration } from './integrations.usecases.ts';
import { testConnection } from './test-connection.ts';

const tags = ['Integrations'];
const read = requirePermission('read', { sources: 'none' });
const manage = requirePermission('sources:manage');
const params = z.object({ id: z.string().min(1).max(80) });

/** `/integrations`: receivers of deliveries. */
export function integrationRoutes() {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/integrations',
        tags,
        summary: 'List integrations, newest first',
        middleware: read,
        request: { query: listQuery },
        responses: { 200: jsonContent(pageOf(integrationSchema)), ...problems },
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const all = await listIntegrations(c.get('deps'), c.get('tenantId'));
        const after = cursor ? decodeCursor(cursor, 2) : null;
        const start = after ? all.findIndex((one) => one.createdAt === after[0] && one.id === after[1]) + 1 : 0;
        const page = toPage(all.slice(start, start + limit + 1), limit, (one) => [one.createdAt, one.id]);
        return c.json({ ...page, data: page.data.map(presentIntegration) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/integrations',
        tags,
        summary: 'Connect a receiver',
        middleware: manage,
        request: jsonBody(newIntegrationSchema),
        responses: { 201: jsonContent(createdIntegrationSchema, 'Created'), ...problems },
      }),
      async (c) => {
        const created = await createIntegration(
          c.get('deps'),
          c.get('tenantId'),
          c.get('principal'),
          c.req.valid('json'),
        );
        return c.json({ ...presentIntegration(created.integration), signingSecret: created.signingSecret }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/integrations/{id}',
        tags,
        summary: 'One integration',
        middleware: read,
        request: { params },
        responses: { 200: jsonContent(integrationSchema), ...problems },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(presentIntegration(await getIntegration(c.get('deps'), c.get('tenantId'), id)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/integrations/{id}',
        tags,
        summary: 'Change an integration, or switch it off and on',
        middleware: manage,
        request: { params, ...jsonBody(integrationPatchSchema) },
        responses: { 200: jsonContent(integrationSchema), ...problems },
      }),
      async (c) => {
        const changed = await changeIntegration(
          c.get('deps'),
          c.get('tenantId'),
          c.get('principal'),
          c.req.valid('param').id,
          c.req.valid('json'),
        );
        return c.json(presentIntegration(changed), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/integrations/{id}',
        tags,
        summary: 'Remove an integration and its automations',
        middleware: manage,
        request: { params },
        responses: { 204: { description: 'Removed' }, ...problems },
      }),
      async (c) => {
        await deleteIntegration(c.get('deps'), c.get('tenantId'), c.get('principal'), c.req.valid('param').id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/integrations/{id}/test',
        tags,
        summary: 'Send a test event',
        middleware: manage,
        request: { params },
        responses: { 200: jsonContent(testResultSchema), ...problems },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(await testConnection(c.get('deps'), c.get('tenantId'), c.get('principal'), id), 200);
      },
    );
}
