import type { InventoryNeed } from '../graph/port.ts';
import { type Millis, SECOND } from '../platform/clock.ts';
import { oktaRateLimited } from '../sources/okta/errors.ts';
import { type InventoryRun, readInventory } from './inventory.ts';
import { onlyNeed } from './inventory-part.ts';
import type { FailedScope } from './run.ts';
import type { SyncSession } from './session.ts';
import { MAX_CALLS_PER_STEP, sweep } from './sweep.ts';
import { isDone, mergeOpen, SWEEP_START } from './sweep-state.ts';

/** Needs of which ties to other systems follow at once: who is pushed no more is no member there any more. */
const TIED: ReadonlySet<InventoryNeed> = new Set<InventoryNeed>(['groupPush']);

/**
 * Reads one part of the inventory anew within a step. Throws `okta.rate_limited` when Okta wants a pause: it is begun
 * again then, which changes nothing that is done. A part that is too large for a step is left to the full sync. Returns
 * what failed for good (what may not be read is no failure), and since when the part is known where all of it was read.
 */
export async function refreshInventory(
  session: SyncSession,
  need: InventoryNeed,
): Promise<{ failed: FailedScope[]; rows: number; readAt: Millis | null }> {
  const failed: FailedScope[] = [];
  let rows = 0;
  let asOf = session.clock.now();
  let whole = true;
  const run: InventoryRun = {
    memory: { calls: 0 },
    step: (_, work) => work(session),
    note: (found) => {
      rows += found.rows ?? 0;
      failed.push(...(found.failed ?? []).filter(({ optional }) => !optional));
    },
    async sweep(_, listings, handlers) {
      const all: Awaited<ReturnType<InventoryRun['sweep']>> = {
        facts: [],
        failed: [],
        held: [],
        asOf: session.clock.now(),
      };
      for (let state = SWEEP_START; !isDone(listings, state); ) {
        const result = await sweep(session, listings, state, handlers(session));
        if (result.waitMs !== null) throw oktaRateLimited({ retryAfter: Math.ceil(result.waitMs / SECOND) });
        state = mergeOpen(state, result);
        all.facts.push(...result.facts);
        all.failed.push(...result.failed);
        all.asOf = Math.min(all.asOf, result.asOf ?? all.asOf);
        asOf = Math.min(asOf, all.asOf);
        run.note({ failed: result.failed, rows: result.rows });
        if (!isDone(listings, state) && session.okta.calls() >= MAX_CALLS_PER_STEP) {
          whole = false;
          return {
            ...all,
            failed: [...all.failed, { scope: need, reason: 'left to the full sync', optional: 'bound' }],
          };
        }
      }
      return all;
    },
  };
  await readInventory(run, new Map(), { part: onlyNeed(need), ties: TIED.has(need) });
  return { failed, rows, readAt: whole && failed.length === 0 ? asOf : null };
}
