import { createRoute, z } from '@hono/zod-openapi';
import { seesSource } from '../auth/principal.ts';
import { iso } from '../platform/clock.ts';
import { createRouter, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { needsOf } from '../sources/okta/needs.ts';
import { coverageAsides } from '../sync/coverage-notes.ts';
import { graphOf } from './directory.ts';
import { coverageSchema } from './graph.schemas.ts';

const coverage = createRoute({
  method: 'get',
  path: '/coverage',
  tags: ['Graph'],
  summary: 'What could be read of each source, and why the rest could not',
  middleware: requirePermission('read', { sources: 'own' }),
  responses: { 200: jsonContent(z.object({ data: z.array(coverageSchema), next: z.null() })), ...problems },
});

export function coverageRoutes() {
  return createRouter().openapi(coverage, async (c) => {
    const { deps, tenantId, principal } = c.var;
    const [found, asideOf] = await Promise.all([graphOf(deps, tenantId).coverage(), coverageAsides(deps, tenantId)]);
    const visible = found.filter(({ sourceId }) => seesSource(principal, sourceId));
    const data = visible.map(({ sourceId, need, reason, at }) => {
      const { note, progress } = asideOf(sourceId, need);
      return {
        source: sourceId,
        need,
        ...needsOf(need),
        complete: reason === null,
        reason,
        note,
        at: iso(at),
        progress: progress && { ...progress, readyAt: iso(progress.readyAt) },
      };
    });
    return c.json({ data, next: null }, 200);
  });
}
