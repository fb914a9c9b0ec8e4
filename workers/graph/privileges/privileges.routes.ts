import { createRoute, z } from '@hono/zod-openapi';
import { isoOrNull } from '../../platform/clock.ts';
import { createRouter, jsonContent, listQuery, problems, requirePermission } from '../../platform/http/router.ts';
import { needsOf } from '../../sources/okta/needs.ts';
import { asOfQuery, momentOf } from '../as-of.param.ts';
import { graphOf } from '../directory.ts';
import { grantsSchema, nodeRefSchema } from '../graph.schemas.ts';
import { anyEdgeKindSchema, nodeIdSchema } from '../questions.schemas.ts';
import { EDGE_KIND_INFOS, isDerived } from './edge-kinds.ts';
import { TIER_ZERO_REASONS } from './tier-zero.ts';

const tags = ['Graph'];
const read = requirePermission('read');

/** Tier-zero objects told of at most. */
const MAX_TIER_ZERO_SHOWN = 1_000;

const walk = z
  .enum(['through', 'last', 'no'])
  .openapi({ description: 'through: a path goes on; last: a path may end with it; no: context' });

const edgeKinds = createRoute({
  method: 'get',
  path: '/graph/edge-kinds',
  tags,
  summary: 'The kinds of edges: what each means, what an attacker does with it, what to do about it',
  middleware: requirePermission('read', { sources: 'none' }),
  responses: {
    200: jsonContent(
      z.object({
        data: z.array(
          z
            .object({
              kind: anyEdgeKindSchema,
              derived: z.boolean().openapi({ description: 'Told from role assignments, never stored' }),
              traversable: z.boolean().openapi({ description: 'Whether paths walk it' }),
              walk,
              meaning: z.string(),
              explanation: z.string(),
              remediation: z.string(),
              oktaHound: z.string().nullable().openapi({ description: "The kind in OktaHound's model" }),
            })
            .openapi('EdgeKind'),
        ),
        next: z.null(),
      }),
    ),
    ...problems,
  },
});

const edges = createRoute({
  method: 'get',
  path: '/graph/edges',
  tags,
  summary: 'Edges of the graph, stored and derived',
  description:
    'Stored ones first, then what administrator roles give. Edges whose ends are not known are passed over: a page goes on through 20,000 stored edges and 2,000 powers, and only beyond that may be short, or empty, before the last one.',
  middleware: read,
  request: {
    query: listQuery.extend({
      ...asOfQuery.shape,
      kind: anyEdgeKindSchema.optional(),
      from: nodeIdSchema.optional(),
      to: nodeIdSchema.optional(),
    }),
  },
  responses: {
    200: jsonContent(
      z.object({
        data: z.array(
          z
            .object({
              from: nodeRefSchema,
              kind: anyEdgeKindSchema,
              to: nodeRefSchema,
              derived: z.boolean(),
              since: z.string().datetime().nullable().openapi({ description: 'null when it is derived' }),
              by: z.object({ kind: z.enum(['sync', 'event']), id: z.string() }).nullable(),
              assignment: nodeRefSchema.nullable().openapi({ description: 'The role assignment it comes from' }),
            })
            .openapi('GraphEdge'),
        ),
        next: z.string().nullable(),
      }),
    ),
    ...problems,
  },
});

const unknown = createRoute({
  method: 'get',
  path: '/graph/unknown-powers',
  tags,
  summary: 'Role assignments of which it is not known what they give, and why',
  middleware: read,
  request: { query: asOfQuery },
  responses: {
    200: jsonContent(
      z.object({
        data: z.array(
          z
            .object({
              assignment: nodeRefSchema,
              holder: nodeRefSchema,
              source: z.string(),
              type: z.string(),
              reason: z.string(),
              remedy: z.string().openapi({ description: 'What takes the doubt away' }),
              grants: grantsSchema.openapi({ description: 'What the source must be granted for it; empty: no rights' }),
            })
            .openapi('UnknownPower'),
        ),
        next: z.null(),
      }),
    ),
    ...problems,
  },
});

const tierZero = createRoute({
  method: 'get',
  path: '/graph/tier-zero',
  tags,
  summary: 'What is of tier zero by rule, and why',
  description:
    'The org, super and organization administrators, their devices and API tokens, and credentials of apps that are such.',
  middleware: read,
  request: {
    query: asOfQuery.extend({ limit: z.coerce.number().int().min(1).max(MAX_TIER_ZERO_SHOWN).default(200) }),
  },
  responses: {
    200: jsonContent(
      z.object({
        data: z.array(
          z
            .object({ node: nodeRefSchema, reason: z.enum(TIER_ZERO_REASONS), of: nodeRefSchema.nullable() })
            .openapi('TierZeroItem'),
        ),
        truncated: z.boolean(),
      }),
    ),
    ...problems,
  },
});

/** The model of attack edges: its kinds, its edges and what it calls tier zero. */
export function privilegeRoutes() {
  return createRouter()
    .openapi(edgeKinds, (c) => c.json({ data: [...EDGE_KIND_INFOS], next: null }, 200))
    .openapi(edges, async (c) => {
      const query = c.req.valid('query');
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const { data, next } = await graphOf(c.get('deps'), c.get('tenantId')).edges({ ...query, asOf });
      const told = data.map((edge) => ({ ...edge, derived: isDerived(edge.kind), since: isoOrNull(edge.since) }));
      return c.json({ data: told, next }, 200);
    })
    .openapi(unknown, async (c) => {
      const asOf = momentOf(c.get('deps').clock, c.req.valid('query').asOf);
      const found = await graphOf(c.get('deps'), c.get('tenantId')).unknownPowers(asOf);
      const data = found.map(({ need, ...one }) => ({ ...one, grants: need === null ? [] : needsOf(need).grants }));
      return c.json({ data, next: null }, 200);
    })
    .openapi(tierZero, async (c) => {
      const { limit, asOf } = c.req.valid('query');
      const moment = momentOf(c.get('deps').clock, asOf);
      const { items, truncated } = await graphOf(c.get('deps'), c.get('tenantId')).tierZero(limit, moment);
      return c.json({ data: items, truncated }, 200);
    });
}
