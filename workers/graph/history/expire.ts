import { tenants } from '../../../db/control/schema.ts';
import { DAY } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import { describeError } from '../../platform/errors.ts';
import { graphOf } from '../directory.ts';

/** The history is cut off by whole weeks, so that most nights nothing is looked at. It is kept up to so much longer. */
export const CUT_STEP = 7 * DAY;

/**
 * Tells each tenant's graph since when it is to remember: the shards then forget what is older, in steps of their own.
 * Safe to repeat. A tenant whose graph does not answer is left for the next night.
 */
export async function expireHistories(
  deps: Pick<Deps, 'env' | 'control' | 'evidence' | 'clock' | 'log'>,
): Promise<void> {
  const now = deps.clock.now();
  const kept = await deps.control.select({ id: tenants.id, days: tenants.historyRetentionDays }).from(tenants);
  for (const { id, days } of kept) {
    try {
      await graphOf(deps, id).keepHistorySince(Math.floor((now - days * DAY) / CUT_STEP) * CUT_STEP);
    } catch (error) {
      deps.log.error('the history was not cut off', { tenantId: id, ...describeError(error) });
    }
  }
}
