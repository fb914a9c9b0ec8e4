import { createRoute, z } from '@hono/zod-openapi';
import { iso } from '../platform/clock.ts';
import { createRouter, jsonBody, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { nodeRefSchema, tierSchema } from './graph.schemas.ts';
import { MAX_LOOKUPS } from './lookup.ts';
import { nodeIdSchema } from './questions.schemas.ts';

const tags = ['Graph'];
const read = requirePermission('read');

/** People told of at most. */
const MAX_EXPOSED = 200;

const kindSchema = z.string().min(1).max(60);

const lookup = createRoute({
  method: 'post',
  path: '/graph/lookup',
  tags,
  summary: 'What nodes are called, and since when and by what edges are there',
  description: 'Changes nothing. Answers are in the order of the question; null for what is not in the graph.',
  middleware: read,
  request: {
    query: asOfQuery,
    ...jsonBody(
      z.object({
        nodes: z.array(nodeIdSchema).max(MAX_LOOKUPS).default([]),
        edges: z
          .array(z.object({ from: nodeIdSchema, kind: kindSchema, to: nodeIdSchema }))
          .max(MAX_LOOKUPS)
          .default([]),
      }),
    ),
  },
  responses: {
    200: jsonContent(
      z
        .object({
          nodes: z.array(nodeRefSchema.nullable()),
          edges: z.array(
            z
              .object({
                from: nodeRefSchema,
                to: nodeRefSchema,
                kind: kindSchema,
                since: z.string().datetime(),
                by: z.object({ kind: z.enum(['sync', 'event']), id: z.string() }),
              })
              .nullable(),
          ),
        })
        .openapi('GraphLookup'),
    ),
    ...problems,
  },
});

const exposed = createRoute({
  method: 'get',
  path: '/graph/exposed',
  tags,
  summary: 'People with a way to tier zero, the weakest first',
  description:
    'Who can sign in comes before who cannot; without a second factor before unknown before with one; who is no administrator by name before who is; the shortest way first.',
  middleware: read,
  request: { query: asOfQuery.extend({ limit: z.coerce.number().int().min(1).max(MAX_EXPOSED).default(50) }) },
  responses: {
    200: jsonContent(
      z
        .object({
          identities: z.number().int().openapi({ description: 'Identities with a way to tier zero' }),
          truncated: z.boolean().openapi({ description: 'There are more than one question looks at' }),
          data: z.array(
            z.object({
              id: z.string(),
              name: z.string(),
              login: z.string().nullable(),
              status: z.string().nullable(),
              tier: tierSchema,
              factors: z.enum(['none', 'unknown', 'some']).openapi({ description: 'Active second factors' }),
              how: z
                .array(z.object({ edge: kindSchema, to: nodeRefSchema }))
                .openapi({ description: 'The shortest way, from the account on' }),
            }),
          ),
        })
        .openapi('Exposed'),
    ),
    ...problems,
  },
});

const revision = createRoute({
  method: 'get',
  path: '/graph/revision',
  tags,
  summary: 'A mark that differs once the graph has changed',
  description: 'Cheap to ask every few seconds. It may also differ when nothing changed, after a restart.',
  middleware: requirePermission('read', { sources: 'none' }),
  responses: { 200: jsonContent(z.object({ revision: z.string() })), ...problems },
});

/** Small questions that a console asks beside the large ones. */
export function lookupRoutes() {
  return createRouter()
    .openapi(lookup, async (c) => {
      const { nodes, edges } = c.req.valid('json');
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const found = await graphOf(c.get('deps'), c.get('tenantId')).lookup(nodes, edges, asOf);
      const told = found.edges.map((edge) => edge && { ...edge, since: iso(edge.since) });
      return c.json({ nodes: found.nodes, edges: told }, 200);
    })
    .openapi(exposed, async (c) => {
      const { limit, asOf } = c.req.valid('query');
      const moment = momentOf(c.get('deps').clock, asOf);
      const { rows, ...rest } = await graphOf(c.get('deps'), c.get('tenantId')).exposed(limit, moment);
      return c.json({ ...rest, data: rows }, 200);
    })
    .openapi(revision, async (c) =>
      c.json({ revision: await graphOf(c.get('deps'), c.get('tenantId')).revision() }, 200),
    );
}
