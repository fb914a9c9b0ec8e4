import { createRoute, z } from '@hono/zod-openapi';
import { DAY, iso } from '../platform/clock.ts';
import { invalidRequest } from '../platform/errors.ts';
import { createRouter, jsonContent, listQuery, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { timeParam } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { existing } from './existing.ts';
import { nodeKindSchema } from './graph.schemas.ts';
import { changeSchema, edgeKindSchema, nodeIdSchema } from './questions.schemas.ts';

/** How far back one looks unless told. */
const DEFAULT_SPAN = 7 * DAY;

const changes = createRoute({
  method: 'get',
  path: '/graph/changes',
  tags: ['Graph'],
  summary: 'What began, changed and ended between two moments, and through what',
  middleware: requirePermission('read'),
  request: {
    query: listQuery.extend({
      since: timeParam.optional().openapi({ description: 'At or after; a week before `until` unless told' }),
      until: timeParam.optional().openapi({ description: 'Before; now (inclusive) unless told' }),
      node: nodeIdSchema.optional().openapi({ description: 'Only this node and the edges at either end of it' }),
      kind: z.union([nodeKindSchema, edgeKindSchema]).optional(),
    }),
  },
  responses: { 200: jsonContent(pageOf(changeSchema)), ...problems },
});

export function changeRoutes() {
  return createRouter().openapi(changes, async (c) => {
    const { since, until, node, kind, ...page } = c.req.valid('query');
    const deps = c.get('deps');
    const graph = graphOf(deps, c.get('tenantId'));
    const end = until ?? deps.clock.now() + 1;
    const start = since ?? Math.max(0, end - DEFAULT_SPAN);
    if (start >= end) throw invalidRequest({ detail: 'since must lie before until.' });
    const found = await graph.changes({ since: start, until: end, node: node ?? null, kind: kind ?? null, ...page });
    // A node that is gone is known by what the history tells of it; one that tells nothing may be no node at all.
    if (node !== undefined && found.data.length === 0) await existing(graph, node);
    return c.json(
      { data: found.data.map(({ key: _, at, ...row }) => ({ at: iso(at), ...row })), next: found.next },
      200,
    );
  });
}
