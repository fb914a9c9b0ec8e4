import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { enqueueEvents } from '../ingest/enqueue.ts';
import { createDeps, type Deps } from '../platform/deps.ts';
import { oktaClientOf } from '../sources/okta/client.ts';
import type { Stepper } from '../sync/session.ts';
import { backfillParamsSchema } from './backfill.ts';
import { runBackfill } from './backfill-run.ts';
import type { BackfillTools } from './backfill-step.ts';

/** A step mends what Okta and the queue do by itself: these retries are for the platform. */
const STEP_CONFIG = {
  retries: { limit: 4, delay: '2 seconds', backoff: 'exponential' },
  timeout: '4 minutes',
} as const;

/** Reads a source's past log in durable steps. Parameters: `BackfillParams`. */
export class BackfillWorkflow extends WorkflowEntrypoint<Env, unknown> {
  override async run(event: WorkflowEvent<unknown>, step: WorkflowStep): Promise<unknown> {
    const params = backfillParamsSchema.parse(event.payload);
    return runBackfill(createBackfillTools(createDeps(this.env)), params, stepperOf(step));
  }
}

export function createBackfillTools(deps: Deps): BackfillTools {
  return {
    deps,
    client: (tenantId, source) => oktaClientOf(deps, tenantId, source),
    enqueue: enqueueEvents,
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
