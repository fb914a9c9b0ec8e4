import { createRoute, z } from '@hono/zod-openapi';
import { version } from '../../package.json';
import { iso } from '../platform/clock.ts';
import { createRouter, jsonContent } from '../platform/http/router.ts';

const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Is the API there',
  security: [],
  responses: {
    200: jsonContent(
      z.object({ status: z.literal('ok'), version: z.string(), time: z.string().openapi({ format: 'date-time' }) }),
    ),
  },
});

/** Public, and touches no store: it answers for the Worker alone. */
export function healthRoutes() {
  return createRouter().openapi(health, (c) =>
    c.json({ status: 'ok' as const, version, time: iso(c.get('deps').clock.now()) }, 200),
  );
}
