import { createRoute, z } from '@hono/zod-openapi';
import { audit } from '../auth/audit.ts';
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
import { decodeCursor, encodeCursor, toPage } from '../platform/pagination.ts';
import { listDays, listObjects } from './archive.repository.ts';
import { bucketOf, changeSettings, readSettings } from './settings.ts';
import { objectKey } from './write.ts';

/** Objects of one answer; each is at most some megabytes. */
export const OBJECTS_PER_ANSWER = 200;

const tags = ['Archive'];
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day, for example 2026-06-01');
const unbound = {
  409: {
    description: 'The deployment has no archive bucket',
    content: { 'application/problem+json': { schema: problemSchema } },
  },
};

const settingsSchema = z
  .object({
    available: z.boolean().openapi({ description: 'Whether the deployment has an archive bucket' }),
    enabled: z.boolean(),
    keepDays: z.number().int(),
  })
  .openapi('ArchiveSettings');

const daySchema = z
  .object({
    day,
    objects: z.number().int(),
    events: z.number().int(),
    bytes: z.number().int().openapi({ description: 'Compressed' }),
  })
  .openapi('ArchivedDay');

const settings = createRoute({
  method: 'get',
  path: '/archive/settings',
  tags,
  summary: 'Whether raw events are archived, and for how long',
  middleware: requirePermission('read'),
  responses: { 200: jsonContent(settingsSchema), ...problems },
});

const change = createRoute({
  method: 'patch',
  path: '/archive/settings',
  tags,
  summary: 'Turn the archive of raw events on or off',
  middleware: requirePermission('tenant:manage'),
  request: jsonBody(
    z.strictObject({ enabled: z.boolean().optional(), keepDays: z.number().int().min(1).max(3_650).optional() }),
  ),
  responses: { 200: jsonContent(settingsSchema), ...problems, ...unbound },
});

const list = createRoute({
  method: 'get',
  path: '/archive',
  tags,
  summary: 'Days with archived events, newest first',
  middleware: requirePermission('raw:read'),
  request: { query: listQuery.extend({ day: day.optional() }) },
  responses: { 200: jsonContent(pageOf(daySchema)), ...problems },
});

const download = createRoute({
  method: 'get',
  path: '/archive/{day}',
  tags,
  summary: 'The events of a day as they were received, gzip NDJSON',
  description:
    `By day of receipt (UTC), each event once for each channel that brought it. An answer holds at most ` +
    `${OBJECTS_PER_ANSWER} objects; when there are more, \`Link: <…>; rel="next"\` leads on. The parts can be ` +
    'concatenated as they are.',
  middleware: requirePermission('raw:read'),
  request: { params: z.object({ day }), query: z.object({ cursor: z.string().max(200).optional() }) },
  responses: {
    200: {
      description: 'Gzip members, one after the other',
      content: { 'application/gzip': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problems,
    ...unbound,
  },
});

/** `/archive`. */
export function archiveRoutes() {
  return createRouter()
    .openapi(settings, async (c) => {
      const { deps, tenantId } = c.var;
      return c.json({ available: deps.archive !== null, ...(await readSettings(deps, tenantId)) }, 200);
    })
    .openapi(change, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const changed = await changeSettings(deps, tenantId, principal, c.req.valid('json'));
      return c.json({ available: deps.archive !== null, ...changed }, 200);
    })
    .openapi(list, async (c) => {
      const { deps, tenantId } = c.var;
      const { limit, cursor, day: one } = c.req.valid('query');
      const before = cursor ? String(decodeCursor(cursor, 1)[0]) : null;
      const days = await listDays(deps, tenantId, { limit: limit + 1, before, day: one ?? null });
      return c.json(
        toPage(days, limit, (row) => [row.day]),
        200,
      );
    })
    .openapi(download, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { day: wanted } = c.req.valid('param');
      const { cursor } = c.req.valid('query');
      const bucket = bucketOf(deps);
      const after = cursor ? String(decodeCursor(cursor, 1)[0]) : '';
      const found = await listObjects(deps, tenantId, wanted, after, OBJECTS_PER_ANSWER + 1);
      const ids = found.slice(0, OBJECTS_PER_ANSWER);
      const last = ids.at(-1);
      if (last === undefined) throw notFound();
      await audit(deps, tenantId, principal, {
        action: 'archive.export',
        targetKind: 'archive',
        targetId: wanted,
        detail: { objects: ids.length },
      });
      c.header('Content-Type', 'application/gzip');
      c.header('Content-Disposition', `attachment; filename="events-${wanted}.ndjson.gz"`);
      if (found.length > ids.length) {
        const url = new URL(c.req.url);
        url.searchParams.set('cursor', encodeCursor([last]));
        c.header('Link', `<${url.href}>; rel="next"`);
      }
      return c.body(
        concatenated(
          bucket,
          ids.map((id) => objectKey(tenantId, wanted, id)),
        ),
        200,
      );
    });
}

/** The objects one after the other, each asked for when the one before is read. A missing one breaks the answer off. */
function concatenated(bucket: R2Bucket, keys: string[]): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  let at = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        if (reader === null) {
          const key = keys[at++];
          if (key === undefined) return controller.close();
          const object = await bucket.get(key);
          if (object === null) throw new Error('an object of the archive is gone');
          reader = object.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
        }
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        reader = null;
      }
    },
    async cancel() {
      await reader?.cancel();
    },
  });
}
