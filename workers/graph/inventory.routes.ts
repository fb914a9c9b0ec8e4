import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '../platform/errors.ts';
import { createRouter, idParam, jsonContent, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { exclusionsOf } from './excluded.ts';
import { presentNode } from './graph.present.ts';
import { nodeDetailSchema, nodeListQuery, nodeSchema } from './graph.schemas.ts';
import { NODE_KINDS, type NodeKind } from './model.ts';
import { nodeIdSchema } from './questions.schemas.ts';
import { visibleNode } from './visible.ts';
import { withCriticality } from './with-criticality.ts';

/** Neighbours shown each way. */
const NEIGHBOURS = 200;

/** Kinds that have routes of their own. */
const ELSEWHERE = ['identity', 'account', 'group', 'app', 'role', 'credential'] as const satisfies readonly NodeKind[];
type ElsewhereKind = (typeof ELSEWHERE)[number];
type ResourceKind = Exclude<NodeKind, ElsewhereKind>;

const isElsewhere = (kind: NodeKind): kind is ElsewhereKind => (ELSEWHERE as readonly NodeKind[]).includes(kind);

/** Kinds of things that have no routes of their own: every other kind of the graph. */
export const RESOURCE_KINDS: readonly ResourceKind[] = NODE_KINDS.filter((kind) => !isElsewhere(kind));

const IS_RESOURCE: ReadonlySet<NodeKind> = new Set<NodeKind>(RESOURCE_KINDS);

/** Only people and accounts have a last sign-in or a tier to filter and sort by. */
const listQuery = nodeListQuery.omit({ tier: true }).extend({
  sort: z.enum(['name', '-name']).optional(),
});

const middleware = requirePermission('read', { sources: 'own' });

const credentials = createRoute({
  method: 'get',
  path: '/credentials',
  tags: ['Credentials'],
  summary: 'List credentials',
  description:
    'API tokens, client secrets, keys and certificates: what they are and when they end, never their secret.',
  middleware,
  request: {
    query: listQuery.extend({
      app: nodeIdSchema
        .optional()
        .openapi({ description: 'Only those of this app, also the ones that are switched off' }),
    }),
  },
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
      const within = c.get('principal').sourceIds;
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const page = await graph.list({ kind: 'credential', sourceId: source, within, ...query, asOf });
      return c.json({ data: page.data.map(presentNode), next: page.next }, 200);
    })
    .openapi(credential, async (c) => {
      const id = c.req.valid('param').id ?? '';
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const found = visibleNode(c.get('principal'), await graph.node(id, NEIGHBOURS, asOf));
      if (found?.node.kind !== 'credential') throw notFound({ detail: 'There is no such credential.' });
      return c.json(await withCriticality(c.get('deps'), c.get('tenantId'), found, asOf), 200);
    })
    .openapi(resources, async (c) => {
      const { source, ...query } = c.req.valid('query');
      const within = c.get('principal').sourceIds;
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const page = await graphOf(c.get('deps'), c.get('tenantId')).list({ sourceId: source, within, ...query, asOf });
      return c.json({ data: page.data.map(presentNode), next: page.next }, 200);
    })
    .openapi(resource, async (c) => {
      const id = c.req.valid('param').id ?? '';
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const found = visibleNode(c.get('principal'), await graph.node(id, NEIGHBOURS, asOf));
      if (!found || !IS_RESOURCE.has(found.node.kind)) throw notFound({ detail: 'There is no such resource.' });
      const told = await withCriticality(c.get('deps'), c.get('tenantId'), found, asOf);
      if (found.node.kind !== 'resource_set') return c.json(told, 200);
      return c.json({ ...told, exclusions: await exclusionsOf(graph, found.node, asOf) }, 200);
    });
}
