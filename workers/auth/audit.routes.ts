import { createRoute, z } from '@hono/zod-openapi';
import { createRouter, jsonContent, listQuery, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { listAudit } from './audit.repository.ts';
import { timeSchema } from './auth.schemas.ts';

const auditSchema = z
  .object({
    id: z.string(),
    at: z.string().openapi({ format: 'date-time' }),
    actor: z.object({ kind: z.enum(['user', 'token', 'system']), id: z.string(), name: z.string() }),
    action: z.string(),
    target: z.object({ kind: z.string(), id: z.string().nullable() }).nullable(),
    detail: z.record(z.string(), z.unknown()).nullable(),
    ip: z.string().nullable(),
  })
  .openapi('AuditEntry');

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags: ['Audit'],
  summary: 'What people and tokens changed, newest first',
  middleware: requirePermission('read', { tenant: 'operators' }),
  request: {
    query: listQuery.extend({
      actor: z.string().max(80).optional().openapi({ description: 'Id of a user or token' }),
      action: z.string().max(80).optional().openapi({ description: '`issue.dismiss`, or `issue` for all of its kind' }),
      target: z.string().max(80).optional().openapi({ description: 'Id of what was changed' }),
      since: timeSchema.optional(),
      until: timeSchema.optional(),
    }),
  },
  responses: { 200: jsonContent(pageOf(auditSchema)), ...problems },
});

export function auditRoutes() {
  return createRouter().openapi(list, async (c) =>
    c.json(await listAudit(c.get('deps'), c.get('tenantId'), c.req.valid('query')), 200),
  );
}
