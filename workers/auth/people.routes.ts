import { createRoute, z } from '@hono/zod-openapi';
import { createRouter, jsonContent, listQuery, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { listUsers } from './users.repository.ts';

const list = createRoute({
  method: 'get',
  path: '/people',
  tags: ['Users'],
  summary: 'Colleagues by name, for assigning issues',
  description: 'The names behind user ids. Addresses, roles and log-ins are told to user managers only.',
  middleware: requirePermission('read', { sources: 'none' }),
  request: { query: listQuery },
  responses: {
    200: jsonContent(pageOf(z.object({ id: z.string(), name: z.string(), active: z.boolean() }))),
    ...problems,
  },
});

/** Who works here, as far as everyone may know it. */
export function peopleRoutes() {
  return createRouter().openapi(list, async (c) => {
    const page = await listUsers(c.get('deps'), c.get('tenantId'), c.req.valid('query'));
    const data = page.data.map(({ id, name, disabledAt }) => ({ id, name, active: disabledAt === null }));
    return c.json({ data, next: page.next }, 200);
  });
}
