import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { describeError, notFound } from '../platform/errors.ts';
import {
  type ApiEnv,
  createRouter,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problemSchema,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { presentDetail, presentPlan, presentRemediation, presentSettings } from './remediation.present.ts';
import {
  confirmBody,
  planBody,
  planSchema,
  remediationDetailSchema,
  remediationSchema,
  settingsSchema,
} from './remediation.schemas.ts';
import { getRemediation, listRemediations } from './remediations.repository.ts';
import { confirm, makePlan, visibleRemediation } from './request.ts';
import { runRemediation } from './run.ts';
import { changeSettings, readSettings } from './settings.ts';

const tags = ['Remediation'];
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

const showSettings = createRoute({
  method: 'get',
  path: '/remediations/settings',
  tags,
  summary: 'Whether Postern may change sources',
  middleware: requirePermission('read', { sources: 'none' }),
  responses: { 200: jsonContent(settingsSchema), ...problems },
});

const setSettings = createRoute({
  method: 'patch',
  path: '/remediations/settings',
  tags,
  summary: 'Turn remediation on or off',
  description: 'Off until a super admin of the tenant turns it on. An operator can only turn it off.',
  middleware: requirePermission('tenant:manage'),
  request: jsonBody(z.strictObject({ enabled: z.boolean() })),
  responses: { 200: jsonContent(settingsSchema), ...problems },
});

const plan = createRoute({
  method: 'post',
  path: '/remediations/plan',
  tags,
  summary: 'The dry run of a change: what would be called, whether it can work, and what would follow',
  description: 'Changes nothing. A plan without refusals can be confirmed within ten minutes by whoever made it.',
  middleware: requirePermission('remediate', { sources: 'own' }),
  request: jsonBody(planBody),
  responses: {
    200: jsonContent(planSchema),
    ...problems,
    409: problem('`remediation.disabled` or `source.disabled`'),
    422: problem('Okta does not accept the credential'),
    429: problem('`remediation.too_many`, or Okta limits the rate'),
  },
});

const start = createRoute({
  method: 'post',
  path: '/remediations',
  tags,
  summary: 'Confirm a plan, by the name of its target',
  description: 'Answers at once; the change is made in the background. Confirming a plan again answers the same.',
  middleware: requirePermission('remediate', { sources: 'own' }),
  request: jsonBody(confirmBody),
  responses: {
    202: jsonContent(remediationSchema, 'Queued'),
    ...problems,
    409: problem('`remediation.disabled` or `remediation.plan_expired`'),
    429: problem('`remediation.too_many`'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/remediations',
  tags,
  summary: 'Changes that were confirmed, the latest first',
  middleware: requirePermission('read', { sources: 'own' }),
  request: {
    query: listQuery.extend({
      subject: z.string().min(1).max(80).optional().openapi({ description: 'Id of whom or what it happened to' }),
    }),
  },
  responses: { 200: jsonContent(pageOf(remediationSchema)), ...problems },
});

const show = createRoute({
  method: 'get',
  path: '/remediations/{id}',
  tags,
  summary: 'One change: its plan, how far it is, and what Okta answered',
  middleware: requirePermission('read', { sources: 'own' }),
  request: { params: z.object({ id: z.string().min(1).max(80) }) },
  responses: { 200: jsonContent(remediationDetailSchema), ...problems },
});

/** `/remediations`. */
export function remediationRoutes() {
  return createRouter()
    .openapi(showSettings, async (c) => {
      return c.json(presentSettings(await readSettings(c.var.deps, c.var.tenantId)), 200);
    })
    .openapi(setSettings, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const changed = await changeSettings(deps, tenantId, principal, c.req.valid('json').enabled);
      return c.json(presentSettings(changed), 200);
    })
    .openapi(plan, async (c) => {
      const { deps, tenantId, principal } = c.var;
      return c.json(presentPlan(await makePlan(deps, tenantId, principal, c.req.valid('json'))), 200);
    })
    .openapi(start, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { id } = await confirm(deps, tenantId, principal, c.req.valid('json'));
      await inBackground(c, runRemediation(deps, tenantId, id));
      const row = await getRemediation(deps, tenantId, id);
      if (!row) throw notFound();
      return c.json(presentRemediation(row), 202);
    })
    .openapi(list, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const page = await listRemediations(deps, tenantId, c.req.valid('query'), principal.sourceIds);
      return c.json({ data: page.data.map(presentRemediation), next: page.next }, 200);
    })
    .openapi(show, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const row = await visibleRemediation(deps, tenantId, principal, c.req.valid('param').id);
      if (row.status === 'planned') throw notFound();
      return c.json(presentDetail(row), 200);
    });
}

/** Beyond the answer where the runtime lets it, and before it where not. The minute's tick repeats what fails here. */
async function inBackground(c: Context<ApiEnv>, work: Promise<void>): Promise<void> {
  const { deps, tenantId } = c.var;
  const safe = work.catch((error: unknown) =>
    deps.log.warn('remediation: first attempt failed', { tenantId, ...describeError(error) }),
  );
  let context: ExecutionContext | null = null;
  try {
    context = c.executionCtx as ExecutionContext;
  } catch {
    // hono throws where there is none
  }
  if (context) context.waitUntil(safe);
  else await safe;
}
