import { SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { claimDue } from './delivery-store.ts';
import { routingOf } from './integrations.repository.ts';
import { leaseFor, sendClaimed } from './send.ts';

/** Deliveries sent between two looks at the clock. */
const RETRY_BATCH = 30;
/** The next minute's cron goes on where this one stops. */
const RETRY_BUDGET = 45 * SECOND;
/** Bounds one run even where the clock stands still. */
const MAX_ROUNDS = 200;

/**
 * Sends the deliveries whose next attempt is due, of all tenants, longest waiting first: retries, and what an invocation
 * had claimed when it was killed. Called each minute. Returns how many were taken up.
 */
export async function retryDueDeliveries(deps: Deps): Promise<number> {
  const counts = await Promise.all(deps.evidenceShards.map((db) => retryShard(deps, db)));
  return counts.reduce((sum, n) => sum + n, 0);
}

async function retryShard(deps: Deps, db: D1Database): Promise<number> {
  const end = deps.clock.now() + RETRY_BUDGET;
  let taken = 0;
  for (let round = 0; round < MAX_ROUNDS && deps.clock.now() < end; round++) {
    const now = deps.clock.now();
    const claimed = await claimDue(db, RETRY_BATCH, now, now + leaseFor(RETRY_BATCH));
    if (claimed.length === 0) break;
    const routing = await routingOf(deps, [...new Set(claimed.map(({ tenantId }) => tenantId))]);
    await sendClaimed(deps, db, claimed, routing);
    taken += claimed.length;
    if (claimed.length < RETRY_BATCH) break;
  }
  return taken;
}
