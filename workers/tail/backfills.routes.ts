import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '../platform/errors.ts';
import {
  createRouter,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problemSchema,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { getSource } from '../sources/sources.repository.ts';
import { cancelBackfill, mustGetBackfill, startBackfill } from './backfill-start.ts';
import { listBackfills } from './backfills.repository.ts';
import { backfillSchema, newBackfillSchema, presentBackfill } from './backfills.schemas.ts';

const tags = ['Sources'];
const params = z.object({ id: z.string().min(1).max(80) });
const runParams = params.extend({ backfillId: z.string().min(1).max(80) });
const refusals = {
  ...problems,
  409: {
    description: '`backfill.running`, `backfill.ended`, `source.disabled` or `source.no_credential`',
    content: { 'application/problem+json': { schema: problemSchema } },
  },
};

const start = createRoute({
  method: 'post',
  path: '/sources/{id}/backfill',
  tags,
  summary: 'Read the past log of a source, newest first; answers 409 while one is running',
  middleware: requirePermission('sources:manage'),
  request: { params, ...jsonBody(newBackfillSchema) },
  responses: { 202: jsonContent(backfillSchema, 'Started'), ...refusals },
});

const list = createRoute({
  method: 'get',
  path: '/sources/{id}/backfills',
  tags,
  summary: 'Backfills, newest first',
  middleware: requirePermission('read', { sources: 'id' }),
  request: { params, query: listQuery },
  responses: { 200: jsonContent(pageOf(backfillSchema)), ...problems },
});

const get = createRoute({
  method: 'get',
  path: '/sources/{id}/backfills/{backfillId}',
  tags,
  summary: 'One backfill, with its progress and an estimate',
  middleware: requirePermission('read', { sources: 'id' }),
  request: { params: runParams },
  responses: { 200: jsonContent(backfillSchema), ...problems },
});

const cancel = createRoute({
  method: 'post',
  path: '/sources/{id}/backfills/{backfillId}/cancel',
  tags,
  summary: 'End a backfill before its next page; what it has read stays',
  middleware: requirePermission('sources:manage'),
  request: { params: runParams },
  responses: { 202: jsonContent(backfillSchema, 'Cancelled'), ...refusals },
});

/** The backfills of a source. */
export function backfillRoutes() {
  return createRouter()
    .openapi(start, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { days } = c.req.valid('json');
      const run = await startBackfill(deps, tenantId, c.req.valid('param').id, days, principal);
      return c.json(presentBackfill(run, deps.clock.now()), 202);
    })
    .openapi(list, async (c) => {
      const { deps, tenantId } = c.var;
      const { id } = c.req.valid('param');
      if (!(await getSource(deps, tenantId, id))) throw notFound();
      const page = await listBackfills(deps, tenantId, id, c.req.valid('query'));
      const now = deps.clock.now();
      return c.json({ ...page, data: page.data.map((run) => presentBackfill(run, now)) }, 200);
    })
    .openapi(get, async (c) => {
      const { deps, tenantId } = c.var;
      const { id, backfillId } = c.req.valid('param');
      if (!(await getSource(deps, tenantId, id))) throw notFound();
      return c.json(presentBackfill(await mustGetBackfill(deps, tenantId, id, backfillId), deps.clock.now()), 200);
    })
    .openapi(cancel, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { id, backfillId } = c.req.valid('param');
      if (!(await getSource(deps, tenantId, id))) throw notFound();
      const run = await cancelBackfill(deps, tenantId, id, backfillId, principal);
      return c.json(presentBackfill(run, deps.clock.now()), 202);
    });
}
