import { WorkflowEntrypoint } from 'cloudflare:workers';

export { GraphShard } from './graph/graph-shard.ts';
export { TailCursor } from './tail/tail-cursor.ts';
export class SyncWorkflow extends WorkflowEntrypoint<Env> {
  override async run() {}
}

export default { fetch: () => new Response('ok') } satisfies ExportedHandler<Env>;
