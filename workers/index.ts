import { createApi } from './api/app.ts';
import { onNotFound } from './api/problem.ts';
import { ingestRoutes } from './ingest/ingest.routes.ts';
import { createDeps } from './platform/deps.ts';
import { queueHandlers } from './queues.ts';
import { runSchedule } from './schedule.ts';

export { GraphShard } from './graph/graph-shard.ts';
export { RefreshQueue } from './sync/refresh-queue.ts';
export { SyncWorkflow } from './sync/sync-workflow.ts';
export { BackfillWorkflow } from './tail/backfill-workflow.ts';
export { TailCursor } from './tail/tail-cursor.ts';

const api = createApi();
/** The receivers once more, by themselves: the hot path does not go through the router and middleware of the API. */
const receivers = ingestRoutes(createDeps, '/ingest').notFound(onNotFound);
const isDelivery = (url: string) => new URL(url).pathname.startsWith('/ingest/');

export default {
  fetch: (request, env, ctx) => (isDelivery(request.url) ? receivers : api).fetch(request, env, ctx),
  queue: (batch, env) => queueHandlers(batch, createDeps(env)),
  scheduled: (controller, env) => runSchedule(controller.cron, createDeps(env)),
} satisfies ExportedHandler<Env>;
