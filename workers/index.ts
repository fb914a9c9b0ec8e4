import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';

export class GraphShard extends DurableObject<Env> {}
export class TailCursor extends DurableObject<Env> {}
export class SyncWorkflow extends WorkflowEntrypoint<Env> {
  override async run() {}
}

export default { fetch: () => new Response('ok') } satisfies ExportedHandler<Env>;
