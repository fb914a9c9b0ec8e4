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
import { presentAutomation } from './automation.ts';
import { getAutomation, listAutomations } from './automations.repository.ts';
import { automationPatchSchema, automationSchema, newAutomationSchema } from './automations.schemas.ts';
import { changeAutomation, createAutomation, removeAutomation } from './automations.usecases.ts';

const tags = ['Automations'];
const read = requirePermission('read', { sources: 'none' });
const manage = requirePermission('sources:manage');
const params = z.object({ id: z.string().min(1).max(80) });

/** `/automations`: which changes of which issues are sent by themselves, and where. */
export function automationRoutes() {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/automations',
        tags,
        summary: 'List automations, newest first',
        middleware: read,
        request: { query: listQuery },
        responses: { 200: jsonContent(pageOf(automationSchema)), ...problems },
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const all = await listAutomations(c.get('deps'), c.get('tenantId'));
        const after = cursor ? decodeCursor(cursor, 2) : null;
        const start = after ? all.findIndex((one) => one.createdAt === after[0] && one.id === after[1]) + 1 : 0;
        const page = toPage(all.slice(start, start + limit + 1), limit, (one) => [one.createdAt, one.id]);
        return c.json({ ...page, data: page.data.map(presentAutomation) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/automations',
        tags,
        summary: 'Add an automation',
        middleware: manage,
        request: jsonBody(newAutomationSchema),
        responses: { 201: jsonContent(automationSchema, 'Created'), ...problems },
      }),
      async (c) => {
        const created = await createAutomation(
          c.get('deps'),
          c.get('tenantId'),
          c.get('principal'),
          c.req.valid('json'),
        );
        return c.json(presentAutomation(created), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/automations/{id}',
        tags,
        summary: 'One automation',
        middleware: read,
        request: { params },
        responses: { 200: jsonContent(automationSchema), ...problems },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(presentAutomation(await getAutomation(c.get('deps'), c.get('tenantId'), id)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/automations/{id}',
        tags,
        summary: 'Change an automation',
        middleware: manage,
        request: { params, ...jsonBody(automationPatchSchema) },
        responses: { 200: jsonContent(automationSchema), ...problems },
      }),
      async (c) => {
        const changed = await changeAutomation(
          c.get('deps'),
          c.get('tenantId'),
          c.get('principal'),
          c.req.valid('param').id,
          c.req.valid('json'),
        );
        return c.json(presentAutomation(changed), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/automations/{id}',
        tags,
        summary: 'Remove an automation',
        middleware: manage,
        request: { params },
        responses: { 204: { description: 'Removed' }, ...problems },
      }),
      async (c) => {
        await removeAutomation(c.get('deps'), c.get('tenantId'), c.get('principal'), c.req.valid('param').id);
        return c.body(null, 204);
      },
    );
}
