import { createRoute } from '@hono/zod-openapi';
import {
  createRouter,
  idParam,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { listApps, summarize } from './apps.repository.ts';
import { decide, visibleApp } from './decide.ts';
import { appDetail, presentApp, presentUser } from './discovery.present.ts';
import {
  appDetailSchema,
  appListQuery,
  appSchema,
  appUserSchema,
  decisionBody,
  discoverySummarySchema,
} from './discovery.schemas.ts';
import { NEW_FOR } from './risk.ts';
import { appUsers } from './users.ts';

const tags = ['Discovery'];
const read = requirePermission('read', { sources: 'own' });
const params = idParam();

const list = createRoute({
  method: 'get',
  path: '/discovery/apps',
  tags,
  summary: 'List the apps that evidence names, the riskiest first',
  middleware: read,
  request: { query: appListQuery },
  responses: { 200: jsonContent(pageOf(appSchema)), ...problems },
});

const summary = createRoute({
  method: 'get',
  path: '/discovery/summary',
  tags,
  summary: 'Counts of discovered apps by risk, managed state and review',
  middleware: read,
  responses: { 200: jsonContent(discoverySummarySchema), ...problems },
});

const detail = createRoute({
  method: 'get',
  path: '/discovery/apps/{id}',
  tags,
  summary: 'Read a discovered app: why it is risky, what it may do, who was seen with it, which events told',
  middleware: read,
  request: { params },
  responses: { 200: jsonContent(appDetailSchema), ...problems },
});

const users = createRoute({
  method: 'get',
  path: '/discovery/apps/{id}/users',
  tags,
  summary: 'List the accounts seen with an app, those seen last first',
  middleware: read,
  request: { params, query: listQuery },
  responses: { 200: jsonContent(pageOf(appUserSchema)), ...problems },
});

const patch = createRoute({
  method: 'patch',
  path: '/discovery/apps/{id}',
  tags,
  summary: 'Name the owner of an app, or say what a review came to',
  middleware: requirePermission('issues:work', { sources: 'own' }),
  request: { params, ...jsonBody(decisionBody) },
  responses: { 200: jsonContent(appDetailSchema), ...problems },
});

export function discoveryRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const visible = c.get('principal').sourceIds;
      const page = await listApps(c.get('deps'), c.get('tenantId'), visible, c.req.valid('query'));
      return c.json({ data: page.data.map(presentApp), next: page.next }, 200);
    })
    .openapi(summary, async (c) => {
      const deps = c.get('deps');
      const since = deps.clock.now() - NEW_FOR;
      return c.json(await summarize(deps, c.get('tenantId'), c.get('principal').sourceIds, since), 200);
    })
    .openapi(detail, async (c) => {
      const { id = '' } = c.req.valid('param');
      const app = await visibleApp(c.get('deps'), c.get('tenantId'), c.get('principal'), id);
      return c.json(await appDetail(c.get('deps'), c.get('tenantId'), app), 200);
    })
    .openapi(users, async (c) => {
      const { id = '' } = c.req.valid('param');
      const app = await visibleApp(c.get('deps'), c.get('tenantId'), c.get('principal'), id);
      const page = await appUsers(c.get('deps'), c.get('tenantId'), app, c.req.valid('query'));
      return c.json({ data: page.data.map(presentUser), next: page.next }, 200);
    })
    .openapi(patch, async (c) => {
      const { id = '' } = c.req.valid('param');
      const app = await decide(c.get('deps'), c.get('tenantId'), c.get('principal'), id, c.req.valid('json'));
      return c.json(await appDetail(c.get('deps'), c.get('tenantId'), app), 200);
    });
}
