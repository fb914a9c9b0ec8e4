import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { graphOf } from '../graph/directory.ts';
import { settleVerdicts } from '../issues/settle.ts';
import { createDeps, type Deps } from '../platform/deps.ts';
import { oktaClientOf } from '../sources/okta/client.ts';
import { runDelta } from './delta.ts';
import { runForget } from './forget.ts';
import { runFullSync } from './full-sync.ts';
import { syncParamsSchema } from './run.ts';
import type { Stepper, SyncTools } from './session.ts';

/** A step mends what the source does by itself: these retries are for the platform (D1, durable objects). */
const STEP_CONFIG = {
  retries: { limit: 4, delay: '2 seconds', backoff: 'exponential' },
  timeout: '10 minutes',
} as const;

/** Reads a source, whole or in parts, in durable steps. Parameters: `SyncParams`. */
export class SyncWorkflow extends WorkflowEntrypoint<Env, unknown> {
  override async run(event: WorkflowEvent<unknown>, step: WorkflowStep): Promise<unknown> {
    const tools = createSyncTools(createDeps(this.env));
    const read = syncParamsSchema.safeParse(event.payload);
    if (!read.success) {
      // begun by another version: it would not be understood better by trying again
      tools.deps.log.error('sync of an unknown kind', { runId: event.instanceId });
      return null;
    }
    const params = read.data;
    if (params.kind === 'delta') return runDelta(tools, params, stepperOf(step), event.timestamp.getTime());
    if (params.kind === 'forget') return runForget(tools, params, stepperOf(step));
    return runFullSync(tools, params, stepperOf(step), event.timestamp.getTime());
  }
}

export function createSyncTools(deps: Deps): SyncTools {
  return {
    deps,
    graph: (tenantId) => graphOf(deps, tenantId),
    client: (tenantId, source) => oktaClientOf(deps, tenantId, source),
    settle: (tenantId) => settleVerdicts(deps, tenantId),
    sleep: (ms) => scheduler.wait(ms),
    random: Math.random,
  };
}

function stepperOf(step: WorkflowStep): Stepper {
  return {
    do: async (name, work) => JSON.parse(await step.do(name, STEP_CONFIG, async () => JSON.stringify(await work()))),
    sleep: (name, ms) => step.sleep(name, ms),
  };
}
