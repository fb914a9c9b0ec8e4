import { createRoute } from '@hono/zod-openapi';
import { criticalityOfNode, presentCriticality } from '../criticality/criticality.ts';
import { notFound } from '../platform/errors.ts';
import { createRouter, idParam, jsonContent, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { useOfApp } from '../usage/last-use.repository.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { presentDetail, presentNode, presentUse } from './graph.present.ts';
import { nodeDetailSchema, nodeListQuery, nodeSchema } from './graph.schemas.ts';
import type { NodeKind } from './model.ts';

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

/** `/accounts`, `/groups`, `/apps` and `/roles`: the same two routes for each. */
export function nodeRoutes() {
  const router = createRouter();
  for (const resource of RESOURCES) router.route('/', resourceRoutes(resource));
  return router;
}

function resourceRoutes({ kind, path, tag, one, many }: Resource) {
  const middleware = requirePermission('read');
  const list = createRoute({
    method: 'get',
    path,
    tags: [tag],
    summary: `List ${many}`,
    middleware,
    request: { query: nodeListQuery },
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
      const page = await graphOf(c.get('deps'), c.get('tenantId')).list({ kind, sourceId: source, ...query });
      return c.json({ data: page.data.map(presentNode), next: page.next }, 200);
    })
    .openapi(detail, async (c) => {
      const id = c.req.valid('param').id ?? '';
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const found = await graphOf(c.get('deps'), c.get('tenantId')).node(id, NEIGHBOURS, asOf);
      if (found?.node.kind !== kind) throw notFound({ detail: `There is no such ${kind}.` });
      const told = presentDetail(found);
      if (kind === 'account') return c.json(told, 200);
      const [deps, tenantId] = [c.get('deps'), c.get('tenantId')];
      // what people say is of the present
      const critical = asOf === undefined ? await criticalityOfNode(deps, tenantId, found.node) : null;
      const node = critical ? { ...told.node, criticality: presentCriticality(critical) } : told.node;
      if (kind !== 'app') return c.json({ ...told, node }, 200);
      return c.json({ ...told, node, usage: presentUse(await useOfApp(deps, tenantId, id)) }, 200);
    });
}
