import { createApi } from './api/app.ts';
import { createDeps } from './platform/deps.ts';
import { queueHandlers } from './queues.ts';
import { runSchedule } from './schedule.ts';

export { GraphShard } from './graph/graph-shard.ts';
export { SyncWorkflow } from './sync/sync-workflow.ts';
export { TailCursor } from './tail/tail-cursor.ts';

const api = createApi();

export default {
  fetch: (request, env, ctx) => api.fetch(request, env, ctx),
  queue: (batch, env) => queueHandlers(batch, createDeps(env)),
  scheduled: (controller, env) => runSchedule(controller.cron, createDeps(env)),
} satisfies ExportedHandler<Env>;
