import { createRoute, z } from '@hono/zod-openapi';
import { seesSource } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import {
  createRouter,
  jsonBody,
  jsonContent,
  listQuery,
  pageOf,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { decodeCursor, toPage } from '../platform/pagination.ts';
import { secretSummaries } from './ingest-secrets.repository.ts';
import { keysOfSources } from './oauth-keys.repository.ts';
import { oauthKeyRoutes } from './oauth-keys.routes.ts';
import { presentSource } from './present.ts';
import { sourceHealth } from './source-health.ts';
import { getSource, listSources, type Source } from './sources.repository.ts';
import {
  healthSchema,
  newSourceSchema,
  sourcePatchSchema,
  sourceSchema,
  sourceWithSecretsSchema,
  testResultSchema,
} from './sources.schemas.ts';
import { changeSource, createSource, deleteSource, type NewSecrets, rotateSecret } from './sources.ts';
import { syncRoutes } from './syncs.routes.ts';
import { testSource } from './test-source.ts';

const tags = ['Sources'];
const read = requirePermission('read', { sources: 'id' });
const manage = requirePermission('sources:manage');
const params = z.object({ id: z.string().min(1).max(80) });

const list = createRoute({
  method: 'get',
  path: '/sources',
  tags,
  summary: 'List sources, oldest first',
  middleware: requirePermission('read', { sources: 'own' }),
  request: { query: listQuery },
  responses: { 200: jsonContent(pageOf(sourceSchema)), ...problems },
});

const create = createRoute({
  method: 'post',
  path: '/sources',
  tags,
  summary: 'Connect an Okta org',
  middleware: manage,
  request: jsonBody(newSourceSchema),
  responses: { 201: jsonContent(sourceWithSecretsSchema, 'Created; secrets are shown this once'), ...problems },
});

const get = createRoute({
  method: 'get',
  path: '/sources/{id}',
  tags,
  summary: 'One source',
  middleware: read,
  request: { params },
  responses: { 200: jsonContent(sourceSchema), ...problems },
});

const change = createRoute({
  method: 'patch',
  path: '/sources/{id}',
  tags,
  summary: 'Change a source',
  middleware: manage,
  request: { params, ...jsonBody(sourcePatchSchema) },
  responses: {
    200: jsonContent(sourceWithSecretsSchema, 'Secrets of newly accepted channels, shown once'),
    ...problems,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/sources/{id}',
  tags,
  summary: 'Delete a source: its secrets stop working at once',
  middleware: manage,
  request: { params },
  responses: { 204: { description: 'Deleted' }, ...problems },
});

const test = createRoute({
  method: 'post',
  path: '/sources/{id}/test',
  tags,
  summary: 'Try what Postern reads, and say which scope or role is missing',
  description:
    'When a new key pair waits for the source (`POST /sources/{id}/oauth-keys`), it is tried too: once Okta accepts it ' +
    'and it reads all that the old one reads, the source signs with it from then on and the old key is forgotten.',
  middleware: manage,
  request: { params },
  responses: { 200: jsonContent(testResultSchema), ...problems },
});

const rotate = createRoute({
  method: 'post',
  path: '/sources/{id}/secrets',
  tags,
  summary: 'Make a new ingest secret; the old one works for 24 hours more',
  middleware: manage,
  request: { params, ...jsonBody(z.object({ channel: z.enum(['event_hook', 'eventbridge']) })) },
  responses: { 201: jsonContent(z.object({ secret: z.string() }), 'Shown once'), ...problems },
});

const health = createRoute({
  method: 'get',
  path: '/sources/{id}/health',
  tags,
  summary: 'How events and syncs of a source are doing',
  middleware: read,
  request: { params },
  responses: { 200: jsonContent(healthSchema), ...problems },
});

/** `/sources` and what belongs to one. */
export function sourceRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { limit, cursor } = c.req.valid('query');
      const all = (await listSources(deps, tenantId)).filter(({ id }) => seesSource(principal, id));
      const after = cursor ? decodeCursor(cursor, 2) : null;
      const start = after ? all.findIndex((one) => one.createdAt === after[0] && one.id === after[1]) + 1 : 0;
      const page = toPage(all.slice(start, start + limit + 1), limit, (one) => [one.createdAt, one.id]);
      const secrets = await secretSummaries(deps, tenantId);
      const keys = await keysOfSources(deps, tenantId, deps.clock.now());
      const data = page.data.map((one) => presentSource(one, secrets.get(one.id), keys.get(one.id)));
      return c.json({ ...page, data }, 200);
    })
    .openapi(create, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { source, secrets } = await createSource(deps, tenantId, c.req.valid('json'), principal);
      return c.json(await present(deps, tenantId, source, secrets), 201);
    })
    .openapi(get, async (c) => {
      const { deps, tenantId } = c.var;
      const source = await mustGet(deps, tenantId, c.req.valid('param').id);
      return c.json(await present(deps, tenantId, source, {}), 200);
    })
    .openapi(change, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { id } = c.req.valid('param');
      const { source, secrets } = await changeSource(deps, tenantId, id, c.req.valid('json'), principal);
      return c.json(await present(deps, tenantId, source, secrets), 200);
    })
    .openapi(remove, async (c) => {
      const { deps, tenantId, principal } = c.var;
      await deleteSource(deps, tenantId, c.req.valid('param').id, principal);
      return c.body(null, 204);
    })
    .openapi(test, async (c) => {
      const { deps, tenantId, principal } = c.var;
      return c.json(await testSource(deps, tenantId, c.req.valid('param').id, principal), 200);
    })
    .openapi(rotate, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { channel } = c.req.valid('json');
      return c.json({ secret: await rotateSecret(deps, tenantId, c.req.valid('param').id, channel, principal) }, 201);
    })
    .openapi(health, async (c) => {
      const { deps, tenantId } = c.var;
      const source = await mustGet(deps, tenantId, c.req.valid('param').id);
      return c.json(await sourceHealth(deps, tenantId, source), 200);
    })
    .route('/', syncRoutes())
    .route('/', oauthKeyRoutes());
}

async function present(deps: Deps, tenantId: string, source: Source, made: NewSecrets) {
  const summary = (await secretSummaries(deps, tenantId)).get(source.id);
  const keys = await keysOfSources(deps, tenantId, deps.clock.now());
  return {
    ...presentSource(source, summary, keys.get(source.id)),
    ...(made.event_hook ? { eventHookSecret: made.event_hook } : {}),
    ...(made.eventbridge ? { eventBridgeSecret: made.eventbridge } : {}),
  };
}

async function mustGet(deps: Deps, tenantId: string, id: string): Promise<Source> {
  const source = await getSource(deps, tenantId, id);
  if (!source) throw notFound();
  return source;
}
