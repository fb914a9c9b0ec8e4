import { createRoute, z } from '@hono/zod-openapi';
import { createRouter, jsonBody, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { changeSettings, readSettings } from './settings.ts';

export const MAX_RETENTION_DAYS = 365;

const tags = ['Settings'];
const days = (least: number) => z.number().int().min(least).max(MAX_RETENTION_DAYS);

const fields = {
  eventRetentionDays: days(1).openapi({ description: 'Days that events are kept, except sign-ons to apps' }),
  signOnRetentionDays: days(0).openapi({
    description:
      'Days that single sign-ons to apps are kept. 0: none is stored, they only count into the daily usage. ' +
      'Those that failed are kept as other events are',
  }),
  usageRetentionDays: days(1).openapi({ description: 'Days that the daily usage of apps is kept' }),
};

const settingsSchema = z.object(fields).openapi('Settings');

const show = createRoute({
  method: 'get',
  path: '/settings',
  tags,
  summary: 'Read the settings',
  middleware: requirePermission('read'),
  responses: { 200: jsonContent(settingsSchema), ...problems },
});

const change = createRoute({
  method: 'patch',
  path: '/settings',
  tags,
  summary: 'Change settings',
  description:
    'In effect within a minute. What a shorter time no longer keeps is removed by the next nightly run, for good.',
  middleware: requirePermission('tenant:manage'),
  request: jsonBody(z.object(fields).partial().strict()),
  responses: { 200: jsonContent(settingsSchema), ...problems },
});

export function settingsRoutes() {
  return createRouter()
    .openapi(show, async (c) => c.json(await readSettings(c.get('deps'), c.get('tenantId')), 200))
    .openapi(change, async (c) => {
      const input = c.req.valid('json');
      return c.json(await changeSettings(c.get('deps'), c.get('tenantId'), c.get('principal'), input), 200);
    });
}
