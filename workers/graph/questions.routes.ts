import { createRoute, z } from '@hono/zod-openapi';
import { iso, type Millis } from '../platform/clock.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { createRouter, jsonContent, listQuery, problems, requirePermission } from '../platform/http/router.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { existing } from './existing.ts';
import { accessSchema, chokePointsSchema, nodeIdSchema, reachableBySchema } from './questions.schemas.ts';

const tags = ['Graph'];
const read = requirePermission('read');

/** Choke points told at most. */
const MAX_CHOKE_POINTS = 100;

const reachableBy = createRoute({
  method: 'get',
  path: '/graph/reachable-by',
  tags,
  summary: 'Who can reach an account, a group, an app, a role or a resource, and how',
  middleware: read,
  request: { query: listQuery.extend({ ...asOfQuery.shape, to: nodeIdSchema }) },
  responses: { 200: jsonContent(reachableBySchema), ...problems },
});

const access = createRoute({
  method: 'get',
  path: '/graph/access',
  tags,
  summary: 'Every way a person has an app, since when and through what',
  middleware: read,
  request: { query: asOfQuery.extend({ identity: nodeIdSchema, app: nodeIdSchema }) },
  responses: { 200: jsonContent(accessSchema), ...problems },
});

const chokePoints = createRoute({
  method: 'get',
  path: '/graph/choke-points',
  tags,
  summary: 'Memberships and role grants whose removal cuts most people off from tier zero',
  middleware: read,
  request: {
    query: asOfQuery.extend({ limit: z.coerce.number().int().min(1).max(MAX_CHOKE_POINTS).default(20) }),
  },
  responses: { 200: jsonContent(chokePointsSchema), ...problems },
});

function told<T extends { since: Millis }>(item: T) {
  const { since, ...rest } = item;
  return { ...rest, since: iso(since) };
}

export function questionRoutes() {
  return createRouter()
    .openapi(reachableBy, async (c) => {
      const query = c.req.valid('query');
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const to = await existing(graph, query.to, asOf);
      if (to.kind === 'identity') {
        throw invalidRequest({ detail: 'to must not be an identity: ask for one of its accounts.' });
      }
      const { data, ...rest } = await graph.reachableBy({ ...query, asOf });
      return c.json({ to, ...rest, data: data.map(({ key: _, ...row }) => row) }, 200);
    })
    .openapi(access, async (c) => {
      const query = c.req.valid('query');
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const [identity, app, found] = await Promise.all([
        existing(graph, query.identity, asOf),
        existing(graph, query.app, asOf),
        graph.access(query.identity, query.app, asOf),
      ]);
      if (!found) throw notFound({ detail: 'There is no such identity or app.' });
      const ways = found.ways.map((way) => ({
        ...told(way),
        steps: way.steps.map(({ rules, ...step }) => ({
          ...told(step),
          ...(rules ? { rules: rules.map((rule) => told(rule)) } : {}),
        })),
      }));
      return c.json(
        { identity, app, ...found, ways, appAccounts: found.appAccounts.map((account) => told(account)) },
        200,
      );
    })
    .openapi(chokePoints, async (c) => {
      const { limit, asOf } = c.req.valid('query');
      const moment = momentOf(c.get('deps').clock, asOf);
      const { points, ...rest } = await graphOf(c.get('deps'), c.get('tenantId')).chokePoints(limit, moment);
      return c.json({ ...rest, data: points }, 200);
    });
}
