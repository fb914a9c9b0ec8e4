import { createRoute, z } from '@hono/zod-openapi';
import { MAX_GRAPH_SHARDS } from '../../auth/tenants.ts';
import { iso, isoOrNull } from '../../platform/clock.ts';
import {
  createRouter,
  idParam,
  jsonBody,
  jsonContent,
  problems,
  requirePermission,
} from '../../platform/http/router.ts';
import { readShards, startMove, stopMove, type TenantShards } from './moves.ts';

const tags = ['Tenants'];
const path = '/tenants/{id}/shards';
const middleware = requirePermission('operate');
const time = z.string().openapi({ format: 'date-time' });

const shardsSchema = z
  .object({
    shards: z.number().int(),
    change: z
      .object({
        from: z.number().int(),
        to: z.number().int(),
        status: z.enum(['copying', 'switching', 'cleaning', 'cancelling', 'done', 'cancelled']),
        progress: z.number().openapi({ description: 'Part of the rows that are copied, 0 to 1' }),
        rowsDone: z.number().int(),
        rowsTotal: z.number().int(),
        error: z.string().nullable().openapi({ description: 'Why it stopped last; it is tried again' }),
        startedAt: time,
        endedAt: time.nullable(),
      })
      .nullable()
      .openapi({ description: 'The change that is under way, or the last one' }),
  })
  .openapi('TenantShards');

const conflict = { ...problems[400], description: '`graph.move_under_way`, `graph.nothing_to_move`' };

const show = createRoute({
  method: 'get',
  path,
  tags,
  summary: 'Shards of a tenant’s graph',
  middleware,
  request: { params: idParam() },
  responses: { 200: jsonContent(shardsSchema), ...problems },
});

const change = createRoute({
  method: 'post',
  path,
  tags,
  summary: 'Change the number of shards of a tenant’s graph',
  description: 'Begins within a minute. The graph is read and written all the while; nothing of it is lost.',
  middleware,
  request: { params: idParam(), ...jsonBody(z.object({ shards: z.number().int().min(1).max(MAX_GRAPH_SHARDS) })) },
  responses: { 202: jsonContent(shardsSchema, 'Begins'), ...problems, 409: conflict },
});

const cancel = createRoute({
  method: 'delete',
  path,
  tags,
  summary: 'Cancel the change of the number of shards',
  description: 'The graph stays on the shards it has. Not possible any more once the new ones hold it.',
  middleware,
  request: { params: idParam() },
  responses: {
    202: jsonContent(shardsSchema, 'Ends within a minute'),
    ...problems,
    409: { ...problems[400], description: '`graph.nothing_to_cancel`' },
  },
});

/** How a tenant's graph is spread over shards, for operators. */
export function moveRoutes() {
  return createRouter()
    .openapi(show, async (c) => c.json(present(await readShards(c.get('deps'), idOf(c.req.valid('param')))), 200))
    .openapi(change, async (c) => {
      const { shards } = c.req.valid('json');
      const started = await startMove(c.get('deps'), idOf(c.req.valid('param')), c.get('principal'), shards);
      return c.json(present(started), 202);
    })
    .openapi(cancel, async (c) => {
      const stopped = await stopMove(c.get('deps'), idOf(c.req.valid('param')), c.get('principal'));
      return c.json(present(stopped), 202);
    });
}

const idOf = ({ id }: { id?: string | undefined }) => id ?? '';

function present({ shards, move }: TenantShards): z.infer<typeof shardsSchema> {
  if (!move) return { shards, change: null };
  const { fromShards, toShards, phase, rowsDone, rowsTotal, error, startedAt, endedAt } = move;
  const switched = phase === 'cleaning' || phase === 'done';
  return {
    shards,
    change: {
      from: fromShards,
      to: toShards,
      status: phase,
      // rows that come while it is copied make more of them
      progress: switched ? 1 : Math.min(0.99, rowsTotal === 0 ? 0 : rowsDone / rowsTotal),
      rowsDone,
      rowsTotal,
      error,
      startedAt: iso(startedAt),
      endedAt: isoOrNull(endedAt),
    },
  };
}
