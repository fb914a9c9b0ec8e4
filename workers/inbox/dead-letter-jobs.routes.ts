import { createRoute, z } from '@hono/zod-openapi';
import type { Principal } from '../auth/principal.ts';
import { iso, isoOrNull } from '../platform/clock.ts';
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
import {
  countMatching,
  type DeadLetterJob,
  getJob,
  type LetterFilter,
  listJobs,
} from './dead-letter-jobs.repository.ts';
import { deadLetterJobSchema, discardManyBody, letterFilterQuery, replayManyBody } from './dead-letter-jobs.schemas.ts';
import { presentFilter, startJob, stopJob } from './dead-letter-jobs.ts';

const tags = ['Dead letters'];
const read = requirePermission('read');
const manage = requirePermission('sources:manage');
const jobParam = { params: z.object({ jobId: z.string().min(1).max(80) }) };
const conflict = (description: string) => ({
  409: { description, content: { 'application/problem+json': { schema: problemSchema } } },
});
const description =
  'Answers at once; the work goes on in chunks by itself, and its progress is at `/dead-letters/jobs/{jobId}`. A letter ' +
  'is taken once, whatever happens on the way.';

const replayMany = createRoute({
  method: 'post',
  path: '/dead-letters/replay',
  tags,
  summary: 'Replay all open dead letters that match, or up to 200 by id',
  description,
  middleware: manage,
  request: jsonBody(replayManyBody),
  responses: { 202: jsonContent(deadLetterJobSchema, 'Started'), ...problems, ...conflict('Too many are under way') },
});

const discardMany = createRoute({
  method: 'post',
  path: '/dead-letters/discard',
  tags,
  summary: 'Discard all open dead letters that match, or up to 200 by id, with a reason',
  description,
  middleware: manage,
  request: jsonBody(discardManyBody),
  responses: { 202: jsonContent(deadLetterJobSchema, 'Started'), ...problems, ...conflict('Too many are under way') },
});

const count = createRoute({
  method: 'get',
  path: '/dead-letters/count',
  tags,
  summary: 'How many open dead letters match: what a replay or discard of all of them would take',
  middleware: read,
  request: { query: letterFilterQuery },
  responses: { 200: jsonContent(z.object({ open: z.number().int() })), ...problems },
});

const list = createRoute({
  method: 'get',
  path: '/dead-letters/jobs',
  tags,
  summary: 'Replays and discards of many letters, newest first',
  middleware: read,
  request: { query: listQuery },
  responses: { 200: jsonContent(pageOf(deadLetterJobSchema)), ...problems },
});

const get = createRoute({
  method: 'get',
  path: '/dead-letters/jobs/{jobId}',
  tags,
  summary: 'How far a replay or discard of many letters is',
  middleware: read,
  request: jobParam,
  responses: { 200: jsonContent(deadLetterJobSchema), ...problems },
});

const cancel = createRoute({
  method: 'post',
  path: '/dead-letters/jobs/{jobId}/cancel',
  tags,
  summary: 'Stop it after the chunk it is at',
  middleware: manage,
  request: jobParam,
  responses: { 202: jsonContent(deadLetterJobSchema, 'Accepted'), ...problems, ...conflict('It has ended') },
});

/** `/dead-letters/replay`, `/dead-letters/discard` and `/dead-letters/jobs`. */
export function deadLetterJobRoutes() {
  return createRouter()
    .openapi(replayMany, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { filter, ids } = c.req.valid('json');
      const job = { kind: 'replay' as const, filter: narrowed(filter), ids: ids ?? null, reason: null };
      return c.json(presentJob(await startJob(deps, tenantId, principal, job)), 202);
    })
    .openapi(discardMany, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { filter, ids, reason } = c.req.valid('json');
      const job = { kind: 'discard' as const, filter: narrowed(filter), ids: ids ?? null, reason };
      return c.json(presentJob(await startJob(deps, tenantId, principal, job)), 202);
    })
    .openapi(count, async (c) => {
      const { deps, tenantId } = c.var;
      const filter = JSON.stringify(c.req.valid('query'));
      const scope = { tenantId, filter, ids: null, cursor: '', createdAt: deps.clock.now() };
      return c.json({ open: await countMatching(deps, scope) }, 200);
    })
    .openapi(list, async (c) => {
      const { deps, tenantId } = c.var;
      const page = await listJobs(deps, tenantId, c.req.valid('query'));
      return c.json({ ...page, data: page.data.map(presentJob) }, 200);
    })
    .openapi(get, async (c) => {
      const { deps, tenantId } = c.var;
      const job = await getJob(deps, tenantId, c.req.valid('param').jobId);
      if (!job) throw notFound();
      return c.json(presentJob(job), 200);
    })
    .openapi(cancel, async (c) => {
      const { deps, tenantId, principal } = c.var;
      return c.json(presentJob(await stopJob(deps, tenantId, c.req.valid('param').jobId, principal)), 202);
    });
}

function narrowed(filter: (LetterFilter & { status: 'open' }) | undefined): LetterFilter {
  const { status: _, ...rest } = filter ?? { status: 'open' };
  return rest;
}

function presentJob(job: DeadLetterJob): z.infer<typeof deadLetterJobSchema> {
  return {
    id: job.id,
    kind: job.kind,
    status: job.status,
    filter: job.ids === null ? presentFilter(JSON.parse(job.filter)) : null,
    reason: job.reason,
    matched: job.matched,
    done: job.done,
    skipped: job.skipped,
    requestedBy: (JSON.parse(job.requestedBy) as Principal).name,
    error: job.error,
    createdAt: iso(job.createdAt),
    endedAt: isoOrNull(job.endedAt),
  };
}
