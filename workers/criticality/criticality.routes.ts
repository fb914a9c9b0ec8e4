import { createRoute, z } from '@hono/zod-openapi';
import { graphOf } from '../graph/directory.ts';
import { nodeRefSchema } from '../graph/graph.schemas.ts';
import {
  createRouter,
  idParam,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problemSchema,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { listMarkings } from './criticality.repository.ts';
import { byHandSchema, criticalitySchema, markingShape } from './criticality.schemas.ts';
import {
  criticalityOf,
  markCriticality,
  presentCriticality,
  presentMarking,
  unmarkCriticality,
} from './criticality.ts';
import { CRITICAL_KINDS, type CriticalKind } from './rule.ts';

/** Characters of a note. */
const MAX_NOTE = 500;

const tags = ['Criticality'];
const list = createRoute({
  method: 'get',
  path: '/criticality',
  tags,
  summary: 'What people said is critical, or is not',
  middleware: requirePermission('read'),
  request: { query: listQuery.extend({ level: byHandSchema.optional() }) },
  responses: {
    200: jsonContent(
      pageOf(
        z.object({
          id: z.string(),
          node: nodeRefSchema.nullable().openapi({ description: 'null: it is gone' }),
          ...markingShape,
        }),
      ),
    ),
    ...problems,
  },
});

const body = z.object({
  level: byHandSchema,
  note: z.string().trim().min(1).max(MAX_NOTE).nullable().default(null),
});

/** `/apps|groups|roles/{id}/criticality`, and the list of what was said by hand. */
export function criticalityRoutes() {
  const router = createRouter().openapi(list, async (c) => {
    const [deps, tenantId] = [c.get('deps'), c.get('tenantId')];
    const page = await listMarkings(deps, tenantId, c.req.valid('query'));
    const ids = page.data.map(({ nodeId }) => nodeId);
    const { nodes } = await graphOf(deps, tenantId).lookup(ids, []);
    const data = page.data.map((one, place) => ({
      id: one.nodeId,
      node: nodes[place] ?? null,
      ...presentMarking(one),
    }));
    return c.json({ data, next: page.next }, 200);
  });
  for (const kind of CRITICAL_KINDS) router.route('/', routesOf(kind));
  return router;
}

function routesOf(kind: CriticalKind) {
  const path = `/${kind}s/{id}/criticality`;
  const request = { params: idParam() };
  const read = createRoute({
    method: 'get',
    path,
    tags,
    summary: `How critical the ${kind} is, and why`,
    middleware: requirePermission('read'),
    request,
    responses: { 200: jsonContent(criticalitySchema), ...problems },
  });
  const set = createRoute({
    method: 'put',
    path,
    tags,
    summary: `Say how critical the ${kind} is`,
    description: 'Stays through syncs. What is tier zero by rule cannot be made less.',
    middleware: requirePermission('sources:manage'),
    request: { ...request, ...jsonBody(body) },
    responses: {
      200: jsonContent(criticalitySchema),
      ...problems,
      409: {
        description: 'It is tier zero by rule',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  });
  const clear = createRoute({
    method: 'delete',
    path,
    tags,
    summary: `Forget what was said of the ${kind}: the rule holds again`,
    middleware: requirePermission('sources:manage'),
    request,
    responses: { 204: { description: 'Done' }, ...problems },
  });
  return createRouter()
    .openapi(read, async (c) => {
      const { id = '' } = c.req.valid('param');
      return c.json(presentCriticality(await criticalityOf(c.get('deps'), c.get('tenantId'), kind, id)), 200);
    })
    .openapi(set, async (c) => {
      const { id = '' } = c.req.valid('param');
      const said = { kind, id, ...c.req.valid('json') };
      return c.json(
        presentCriticality(await markCriticality(c.get('deps'), c.get('tenantId'), c.get('principal'), said)),
        200,
      );
    })
    .openapi(clear, async (c) => {
      const { id = '' } = c.req.valid('param');
      await unmarkCriticality(c.get('deps'), c.get('tenantId'), c.get('principal'), { kind, id });
      return c.body(null, 204);
    });
}
