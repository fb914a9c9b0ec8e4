import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../platform/errors.ts';
import {
  type ApiEnv,
  createRouter,
  jsonContent,
  listQuery,
  pageOf,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { cancelRun, confirmRun, rejectRun } from '../sync/decide.ts';
import { listRuns } from '../sync/runs.repository.ts';
import { startFullSync } from '../sync/start.ts';
import { startDeltaSync } from '../sync/start-delta.ts';
import { presentRun } from './present.ts';
import { getSource } from './sources.repository.ts';
import { runSchema } from './sources.schemas.ts';

const tags = ['Sources'];
const params = z.object({ id: z.string().min(1).max(80) });
const runParams = params.extend({ runId: z.string().min(1).max(80) });

const start = createRoute({
  method: 'post',
  path: '/sources/{id}/sync',
  tags,
  summary: 'Start a sync; answers 409 while one is running',
  description:
    '`full` reads everything. `delta` reads what changed since the last sync; before the first full one it is a full one.',
  middleware: requirePermission('sources:manage'),
  request: {
    params,
    body: {
      required: false,
      content: { 'application/json': { schema: z.object({ kind: z.enum(['full', 'delta']).default('full') }) } },
    },
  },
  responses: { 202: jsonContent(runSchema, 'Started'), ...problems },
});

const list = createRoute({
  method: 'get',
  path: '/sources/{id}/syncs',
  tags,
  summary: 'Sync runs, newest first',
  middleware: requirePermission('read', { sources: 'id' }),
  request: { params, query: listQuery },
  responses: { 200: jsonContent(pageOf(runSchema)), ...problems },
});

function decision<D extends 'confirm' | 'reject' | 'cancel'>(name: D, summary: string) {
  return createRoute({
    method: 'post',
    path: `/sources/{id}/syncs/{runId}/${name}`,
    tags,
    summary,
    middleware: requirePermission('sources:manage'),
    request: { params: runParams },
    responses: { 202: jsonContent(runSchema, 'Accepted'), ...problems },
  });
}

const confirm = decision('confirm', 'Let a held sync remove what it found missing');
const reject = decision('reject', 'Keep the data that a held sync would remove');
const cancel = decision('cancel', 'End a running sync at its next step');

/** The syncs of a source. */
export function syncRoutes() {
  return createRouter()
    .openapi(start, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const startSync = c.req.valid('json')?.kind === 'delta' ? startDeltaSync : startFullSync;
      return c.json(presentRun(await startSync(deps, tenantId, c.req.valid('param').id, principal)), 202);
    })
    .openapi(list, async (c) => {
      const { deps, tenantId } = c.var;
      const { id } = c.req.valid('param');
      if (!(await getSource(deps, tenantId, id))) throw notFound();
      const page = await listRuns(deps, tenantId, id, c.req.valid('query'));
      return c.json({ ...page, data: page.data.map(presentRun) }, 200);
    })
    .openapi(confirm, (c) => decided(c, confirmRun))
    .openapi(reject, (c) => decided(c, rejectRun))
    .openapi(cancel, (c) => decided(c, cancelRun));
}

type DecisionContext = Context<ApiEnv, string, { out: { param: { id: string; runId: string } } }>;

async function decided(c: DecisionContext, decide: typeof confirmRun) {
  const { deps, tenantId, principal } = c.var;
  const { id, runId } = c.req.valid('param');
  if (!(await getSource(deps, tenantId, id))) throw notFound();
  return c.json(presentRun(await decide(deps, tenantId, id, runId, principal)), 202);
}
