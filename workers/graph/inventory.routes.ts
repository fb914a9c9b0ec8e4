import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '../platform/errors.ts';
import { createRouter, idParam, jsonContent, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { presentDetail, presentNode } from './graph.present.ts';
import { nodeDetailSchema, nodeListQuery, nodeSchema } from './graph.schemas.ts';
import type { NodeKind } from './model.ts';

/** Neighbours shown each way. */
const NEIGHBOURS = 200;

/** Kinds of things that have no routes of their own. */
export const RESOURCE_KINDS = [
  'resource',
  'user_type',
  'group_rule',
  'role_assignment',
  'resource_set',
  'authenticator',
  'policy',
  'zone',
  'trusted_origin',
  'identity_provider',
  'authorization_server',
  'device',
  'realm',
  'log_stream',
  'hook',
  'agent_pool',
  'agent',
  'api_service',
  'service_account',
  'ai_agent',
  'external',
] as const satisfies readonly NodeKind[];

const IS_RESOURCE: ReadonlySet<NodeKind> = new Set<NodeKind>(RESOURCE_KINDS);

/** Only people and accounts have a last sign-in or a tier to filter and sort by. */
const listQuery = nodeListQuery.omit({ tier: true }).extend({
  sort: z.enum(['name', '-name']).optional(),
});

const middleware = requirePermission('read');

const credentials = createRoute({
  method: 'get',
  path: '/credentials',
  tags: ['Credentials'],
  summary: 'List credentials',
  description:
    'API tokens, client secrets, keys and certificates: what they are and when they end, never their secret.',
  middleware,
  request: { query: listQuery },
  responses: { 200: jsonContent(pageOf(nodeSchema)), ...problems },
});

const credential = createRoute({
  method: 'get',
  path: '/credentials/{id}',
  tags: ['Credentials'],
  summary: 'Read a credential and its neighbours',
  middleware,
  request: { params: idParam(), query: asOfQuery },
  responses: { 200: jsonContent(nodeDetailSchema), ...problems },
});

const resources = createRoute({
  method: 'get',
  path: '/resources',
  tags: ['Resources'],
  summary: 'List policies, zones, devices and the other things of one kind',
  middleware,
  request: { query: listQuery.extend({ kind: z.enum(RESOURCE_KINDS) }) },
  responses: { 200: jsonContent(pageOf(nodeSchema)), ...problems },
});

const resource = createRoute({
  method: 'get',
  path: '/resources/{id}',
  tags: ['Resources'],
  summary: 'Read one of them and its neighbours',
  middleware,
  request: { params: idParam(), query: asOfQuery },
  responses: { 200: jsonContent(nodeDetailSchema), ...problems },
});

/** `/credentials` and `/resources`: the inventory beside people, groups, apps and roles. */
export function inventoryRoutes() {
  return createRouter()
    .openapi(credentials, async (c) => {
      const { source, ...query } = c.req.valid('query');
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const page = await graph.list({ kind: 'credential', sourceId: source, ...query });
      return c.json({ data: page.data.map(presentNode), next: page.next }, 200);
    })
    .openapi(credential, async (c) => {
      const id = c.req.valid('param').id ?? '';
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const found = await graphOf(c.get('deps'), c.get('tenantId')).node(id, NEIGHBOURS, asOf);
      if (found?.node.kind !== 'credential') throw notFound({ detail: 'There is no such credential.' });
      return c.json(presentDetail(found), 200);
    })
    .openapi(resources, async (c) => {
      const { source, ...query } = c.req.valid('query');
      const page = await graphOf(c.get('deps'), c.get('tenantId')).list({ sourceId: source, ...query });
      return c.json({ data: page.data.map(presentNode), next: page.next }, 200);
    })
    .openapi(resource, async (c) => {
      const id = c.req.valid('param').id ?? '';
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const found = await graphOf(c.get('deps'), c.get('tenantId')).node(id, NEIGHBOURS, asOf);
      if (!found || !IS_RESOURCE.has(found.node.kind)) throw notFound({ detail: 'There is no such resource.' });
      return c.json(presentDetail(found), 200);
    });
}
