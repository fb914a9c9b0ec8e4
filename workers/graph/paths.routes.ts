import { createRoute, z } from '@hono/zod-openapi';
import { CROWN_JEWELS, MAX_JEWELS, pathsToJewels } from '../criticality/jewel-paths.ts';
import { notFound } from '../platform/errors.ts';
import { createRouter, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { existing } from './existing.ts';
import { explained } from './graph.present.ts';
import { nodeRefSchema, pathStepSchema } from './graph.schemas.ts';
import { MAX_SLACK } from './near-across.ts';
import { blastRadiusSchema, nodeIdSchema } from './questions.schemas.ts';

const tags = ['Graph'];
const read = requirePermission('read');

/** Shortest paths told of at most. */
const MAX_PATHS = 100;

const paths = createRoute({
  method: 'get',
  path: '/graph/paths',
  tags,
  summary: 'Shortest path from a node to another, or to tier zero',
  middleware: read,
  description:
    'Walks stored edges and what administrator roles give. With `all`, every shortest path up to `limit`; with `slack`, also those that are up to so many edges longer, the shortest first. Of these none visits a node twice.',
  request: {
    query: asOfQuery.extend({
      from: nodeIdSchema,
      to: nodeIdSchema.optional().openapi({
        description: `Tier zero unless told; \`${CROWN_JEWELS}\`: the nearest of what a person or a label says is one, of ${MAX_JEWELS}`,
      }),
      all: z.enum(['true', 'false']).default('false'),
      slack: z.coerce
        .number()
        .int()
        .min(0)
        .max(MAX_SLACK)
        .default(0)
        .openapi({ description: 'Edges more than the shortest path; any but 0 asks for all' }),
      limit: z.coerce.number().int().min(1).max(MAX_PATHS).default(10),
    }),
  },
  responses: {
    200: jsonContent(
      z.object({
        from: nodeRefSchema,
        to: nodeRefSchema.nullable().openapi({ description: 'null: tier zero, or the crown jewels' }),
        path: z.array(pathStepSchema).nullable().openapi({ description: 'null: there is none' }),
        paths: z
          .array(z.object({ steps: z.array(pathStepSchema) }))
          .nullable()
          .openapi({ description: 'All that were asked for, the shortest first; null unless asked for' }),
        truncated: z.boolean().openapi({ description: 'There are more than `paths` tells, or than were looked for' }),
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
  request: { query: asOfQuery.extend({ from: nodeIdSchema }) },
  responses: { 200: jsonContent(blastRadiusSchema), ...problems },
});

export function pathRoutes() {
  return createRouter()
    .openapi(paths, async (c) => {
      const query = c.req.valid('query');
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const from = await existing(graph, query.from, asOf);
      const jewels = query.to === CROWN_JEWELS;
      const to = query.to === undefined || jewels ? null : await existing(graph, query.to, asOf);
      const all = query.all === 'true' || query.slack > 0;
      // one more tells whether there are more
      const limit = all ? query.limit + 1 : 1;
      const found = jewels
        ? await pathsToJewels(c.get('deps'), c.get('tenantId'), query.from, limit, asOf)
        : await graph.paths(query.from, query.to, limit, asOf);
      // longer ones lead to the same thing as the shortest does
      const target = jewels ? found[0]?.at(-1)?.node.id : query.to;
      const near =
        query.slack > 0 && found.length > 0
          ? await graph.nearPaths(query.from, target, query.slack, query.limit, asOf)
          : { paths: found.slice(0, query.limit), truncated: all && found.length > query.limit };
      const paths = near.paths.map((steps) => ({ steps: steps.map(explained) }));
      const { truncated } = near;
      return c.json({ from, to, path: paths[0]?.steps ?? null, paths: all ? paths : null, truncated }, 200);
    })
    .openapi(blastRadius, async (c) => {
      const { from, ...query } = c.req.valid('query');
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const node = await existing(graph, from, asOf);
      const radius = await graph.blastRadius(from, asOf);
      if (!radius) throw notFound({ detail: 'There is no such node.' });
      return c.json({ node, ...radius }, 200);
    });
}
