import { createRoute, z } from '@hono/zod-openapi';
import { createRouter, jsonContent, listQuery, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { getDelivery, listDeliveries } from './deliveries.repository.ts';
import { DELIVERY_STATUSES, presentDelivery } from './delivery.ts';
import { replayDelivery } from './replay.ts';

const tags = ['Deliveries'];
const read = requirePermission('read');
const manage = requirePermission('sources:manage');
const params = z.object({ id: z.string().min(1).max(80) });

export const deliverySchema = z
  .object({
    id: z.string(),
    integrationId: z.string(),
    automationId: z.string().nullable(),
    issueId: z.string().nullable(),
    change: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.number().int(),
    createdAt: z.string(),
    deliveredAt: z.string().nullable(),
    nextAttemptAt: z.string().nullable(),
    responseStatus: z.number().int().nullable(),
    error: z.string().nullable(),
  })
  .openapi('Delivery');

const deliveryDetailSchema = deliverySchema
  .extend({ body: z.record(z.string(), z.unknown()).openapi({ description: 'What was or will be sent' }) })
  .openapi('DeliveryDetail');

const query = listQuery.extend({
  status: z.enum(DELIVERY_STATUSES).optional(),
  integration: z.string().max(80).optional().openapi({ description: 'Integration id' }),
  issue: z.string().max(80).optional().openapi({ description: 'Issue id' }),
});

/** `/deliveries`: what was, is being, or could not be sent. */
export function deliveryRoutes() {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/deliveries',
        tags,
        summary: 'List deliveries, newest first',
        middleware: read,
        request: { query },
        responses: { 200: jsonContent(pageOf(deliverySchema)), ...problems },
      }),
      async (c) => {
        const page = await listDeliveries(c.get('deps'), c.get('tenantId'), c.req.valid('query'));
        return c.json({ ...page, data: page.data.map(presentDelivery) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/deliveries/{id}',
        tags,
        summary: 'One delivery with its body',
        middleware: read,
        request: { params },
        responses: { 200: jsonContent(deliveryDetailSchema), ...problems },
      }),
      async (c) => {
        const delivery = await getDelivery(c.get('deps'), c.get('tenantId'), c.req.valid('param').id);
        return c.json({ ...presentDelivery(delivery), body: JSON.parse(delivery.body) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/deliveries/{id}/replay',
        tags,
        summary: 'Send a delivery once more',
        middleware: manage,
        request: { params },
        responses: { 202: jsonContent(deliverySchema, 'It is being sent'), ...problems },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const delivery = await replayDelivery(c.get('deps'), c.get('tenantId'), c.get('principal'), id);
        return c.json(presentDelivery(delivery), 202);
      },
    );
}
