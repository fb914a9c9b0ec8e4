import { graphOf } from '../graph/directory.ts';
import { settleVerdicts } from '../issues/settle.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { applyLinks } from './apply.ts';
import { tenantsWithPending } from './links.repository.ts';

/** Has graphs follow what was decided before something died, or while shards moved. For the minute's tick. */
export async function continueJoins(deps: Deps): Promise<void> {
  for (const tenantId of await tenantsWithPending(deps)) {
    try {
      await applyLinks(deps, graphOf(deps, tenantId), tenantId);
      await settleVerdicts(deps, tenantId);
    } catch (error) {
      deps.log.warn('joining accounts will be tried again', { tenantId, ...describeError(error) });
    }
  }
}
