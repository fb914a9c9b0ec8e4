import { describeError } from '../platform/errors.ts';
import { errorText } from '../sync/runner.ts';
import type { Stepper } from '../sync/session.ts';
import { backfillTooLarge } from './backfill.errors.ts';
import type { BackfillParams } from './backfill.ts';
import { advanceBackfill, type BackfillTools, type StepOutcome } from './backfill-step.ts';
import { endBackfills, passOn } from './backfills.repository.ts';

/**
 * Rounds of one instance. A round is a step and at most one sleep, and Workflows end at 1,024 steps: after 450 rounds
 * (up to 2,250 pages) a new instance goes on.
 */
export const MAX_ROUNDS = 450;
/** Instances of one run, by far enough for 90 days of the largest orgs: 2,250,000 pages. */
export const MAX_INSTANCES = 1_000;

/** Reads a run to its end, or to where the next instance takes over. */
export async function runBackfill(
  tools: BackfillTools,
  params: BackfillParams,
  stepper: Stepper,
): Promise<{ status: string }> {
  const { tenantId, sourceId, runId, instance } = params;
  try {
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const outcome = await stepper.do<StepOutcome>(`read ${round}`, () => advanceBackfill(tools, params));
      if (!('waitMs' in outcome)) return outcome;
      if (outcome.waitMs > 0) await stepper.sleep(`wait ${round}`, outcome.waitMs);
    }
    await stepper.do('hand over', async () => {
      await handOver(tools.deps, params);
      return null;
    });
    return { status: 'handed over' };
  } catch (error) {
    tools.deps.log.error('backfill failed', { tenantId, sourceId, runId, instance, ...describeError(error) });
    // one that was replaced leaves the run to its successor
    const end = { status: 'failed', error: errorText(error) } as const;
    await stepper.do('end', () => endBackfills(tools.deps, tenantId, { sourceId, runId, instance }, end));
    return { status: 'failed' };
  }
}

/** Gives a run to a new instance. Doing it twice makes one: the second finds the number taken and the id there. */
export async function handOver(deps: BackfillTools['deps'], params: BackfillParams): Promise<void> {
  const { tenantId, sourceId, runId, instance } = params;
  if (instance >= MAX_INSTANCES) {
    const error = errorText(backfillTooLarge({ detail: 'Read fewer days at once: what was read stays.' }));
    await endBackfills(deps, tenantId, { sourceId, runId, instance }, { status: 'failed', error });
    return;
  }
  await passOn(deps, tenantId, { id: runId, instance });
  const next: BackfillParams = { ...params, instance: instance + 1 };
  // an id that exists already is left out without an error (Workflows, createBatch)
  await deps.env.BACKFILL.createBatch([{ id: instanceId(next), params: next }]);
}

export function instanceId({ runId, instance }: Pick<BackfillParams, 'runId' | 'instance'>): string {
  return `${runId}-${instance}`;
}
