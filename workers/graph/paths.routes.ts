import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '../platform/errors.ts';
import { createRouter, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { graphOf, type TenantGraph } from './directory.ts';
import { nodeRef } from './graph.present.ts';
import { nodeRefSchema, pathStepSchema, reachSchema } from './graph.schemas.ts';

const tags = ['Graph'];
const read = requirePermission('read');
const nodeIdSchema = z.string().min(1).max(80);

const paths = createRoute({
  method: 'get',
  path: '/graph/paths',
  tags,
  summary: 'Shortest path from a node to another, or to tier zero',
  middleware: read,
  request: { query: z.object({ from: nodeIdSchema, to: nodeIdSchema.optional() }) },
  responses: {
    200: jsonContent(
      z.object({
        from: nodeRefSchema,
        to: nodeRefSchema.nullable().openapi({ description: 'null: tier zero' }),
        path: z.array(pathStepSchema).nullable().openapi({ description: 'null: there is none' }),
      }),
    ),
    ...problems,
  },
});

const blastRadius = createRoute({
  method: 'get',
  path: '/graph/blast-radius',
  tags,
  summary: 'What somebody who takes over a node gets',
  middleware: read,
  request: { query: z.object({ from: nodeIdSchema }) },
  responses: { 200: jsonContent(reachSchema.extend({ node: nodeRefSchema })), ...problems },
});

async function existing(graph: TenantGraph, id: string) {
  const found = await graph.node(id, 0);
  if (!found) throw notFound({ detail: 'There is no such node.' });
  return nodeRef(found.node);
}

export function pathRoutes() {
  return createRouter()
    .openapi(paths, async (c) => {
      const query = c.req.valid('query');
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const from = await existing(graph, query.from);
      const to = query.to === undefined ? null : await existing(graph, query.to);
      return c.json({ from, to, path: await graph.path(query.from, query.to) }, 200);
    })
    .openapi(blastRadius, async (c) => {
      const { from } = c.req.valid('query');
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const node = await existing(graph, from);
      const reach = await graph.reach(from);
      if (!reach) throw notFound({ detail: 'There is no such node.' });
      return c.json({ node, ...reach }, 200);
    });
}
