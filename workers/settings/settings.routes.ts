import { createRoute, z } from '@hono/zod-openapi';
import { createRouter, jsonBody, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { changeSettings, readSettings } from './settings.ts';

export const MAX_RETENTION_DAYS = 365;

const tags = ['Settings'];
/** Okta's log reaches 90 days back: what it may still tell must not bring back what the graph forgot to have ended. */
export const MIN_HISTORY_DAYS = 90;
export const MAX_HISTORY_DAYS = 3_650;
const days = (least: number, most = MAX_RETENTION_DAYS) => z.number().int().min(least).max(most);

const fields = {
  eventRetentionDays: days(1).openapi({ description: 'Days that events are kept, except sign-ons to apps' }),
  signOnRetentionDays: days(0).openapi({
    description:
      'Days that single sign-ons to apps are kept. 0: none is stored, they only count into the daily usage. ' +
      'Those that failed are kept as other events are',
  }),
  usageRetentionDays: days(1).openapi({ description: 'Days that the daily usage of apps is kept' }),
  historyRetentionDays: days(MIN_HISTORY_DAYS, MAX_HISTORY_DAYS).openapi({
    description:
      'Days that the graph remembers what was: `asOf` and `/graph/changes` reach so far back. What ended before goes ' +
      'within a week after',
  }),
};

const settingsSchema = z.object(fields).openapi('Settings');

const show = createRoute({
  method: 'get',
  path: '/settings',
  tags,
  summary: 'Read the settings',
  middleware: requirePermission('read', { sources: 'none' }),
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
