import { createRoute, z } from '@hono/zod-openapi';
import { createRouter, problems, requirePermission } from '../platform/http/router.ts';
import { tenantMetrics } from './metrics.ts';
import { OPENMETRICS_TYPE, openMetricsText } from './openmetrics.ts';

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Numbers of the tenant as OpenMetrics text',
  middleware: requirePermission('read', { sources: 'own' }),
  responses: {
    200: { description: 'OK', content: { 'application/openmetrics-text': { schema: z.string() } } },
    ...problems,
  },
});

export function metricsRoutes() {
  return createRouter().openapi(metrics, async (c) => {
    const families = await tenantMetrics(c.get('deps'), c.get('tenantId'), c.get('principal').sourceIds);
    return c.body(openMetricsText(families), 200, { 'Content-Type': OPENMETRICS_TYPE });
  });
}
