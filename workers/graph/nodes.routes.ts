import { createRoute } from '@hono/zod-openapi';
import { levelSchema } from '../criticality/criticality.schemas.ts';
import { notFound } from '../platform/errors.ts';
import { createRouter, idParam, jsonContent, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { useOfApp } from '../usage/last-use.repository.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { presentNode, presentUse } from './graph.present.ts';
import { nodeDetailSchema, nodeListQuery, nodeSchema } from './graph.schemas.ts';
import { hasCriticality } from './list.ts';
import type { NodeKind } from './model.ts';
import { visibleNode } from './visible.ts';
import { withCriticality } from './with-criticality.ts';

/** Neighbours shown each way. */
const NEIGHBOURS = 200;

interface Resource {
  kind: Extract<NodeKind, 'account' | 'group' | 'app' | 'role'>;
  path: string;
  tag: string;
  one: string;
  many: string;
}

const RESOURCES: Resource[] = [
  { kind: 'account', path: '/accounts', tag: 'Accounts', one: 'an account', many: 'accounts' },
  { kind: 'group', path: '/groups', tag: 'Groups', one: 'a group', many: 'groups' },
  { kind: 'app', path: '/apps', tag: 'Apps', one: 'an app', many: 'apps' },
  { kind: 'role', path: '/roles', tag: 'Roles', one: 'a role', many: 'roles' },
];

const criticalListQuery = nodeListQuery.extend({ criticality: levelSchema.optional() });

/** `/accounts`, `/groups`, `/apps` and `/roles`: the same two routes for each. */
export function nodeRoutes() {
  const router = createRouter();
  for (const resource of RESOURCES) router.route('/', resourceRoutes(resource));
  return router;
}

function resourceRoutes({ kind, path, tag, one, many }: Resource) {
  const middleware = requirePermission('read', { sources: 'own' });
  const list = createRoute({
    method: 'get',
    path,
    tags: [tag],
    summary: `List ${many}`,
    middleware,
    request: { query: hasCriticality(kind) ? criticalListQuery : nodeListQuery },
    responses: { 200: jsonContent(pageOf(nodeSchema)), ...problems },
  });
  const detail = createRoute({
    method: 'get',
    path: `${path}/{id}`,
    tags: [tag],
    summary: `Read ${one} and its neighbours`,
    middleware,
    request: { params: idParam(), query: asOfQuery },
    responses: { 200: jsonContent(nodeDetailSchema), ...problems },
  });
  return createRouter()
    .openapi(list, async (c) => {
      const { source, ...query } = c.req.valid('query');
      const within = c.get('principal').sourceIds;
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const page = await graph.list({ kind, sourceId: source, within, ...query, asOf });
      return c.json({ data: page.data.map(presentNode), next: page.next }, 200);
    })
    .openapi(detail, async (c) => {
      const id = c.req.valid('param').id ?? '';
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const found = visibleNode(c.get('principal'), await graph.node(id, NEIGHBOURS, asOf));
      if (found?.node.kind !== kind) throw notFound({ detail: `There is no such ${kind}.` });
      const [deps, tenantId] = [c.get('deps'), c.get('tenantId')];
      const told = await withCriticality(deps, tenantId, found, asOf);
      if (kind !== 'app') return c.json(told, 200);
      return c.json({ ...told, usage: presentUse(await useOfApp(deps, tenantId, id)) }, 200);
    });
}
