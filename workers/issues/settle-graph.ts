import type { Graph } from '../graph/port.ts';
import type { Deps } from '../platform/deps.ts';
import { applyVerdictChanges } from './apply-verdicts.ts';

/** Changes taken from a shard at a time. */
export const SETTLE_LIMIT = 500;
/** Rounds of one call: what is left is taken by the next one. */
export const SETTLE_ROUNDS = 100;

/** `settleVerdicts` over a given graph. A change is confirmed only after the issues and the queue have it. */
export async function settleGraph(
  deps: Pick<Deps, 'evidence' | 'clock' | 'env' | 'log'>,
  tenantId: string,
  graph: Pick<Graph, 'takeChanges' | 'confirmChanges'>,
): Promise<number> {
  let written = 0;
  for (let round = 0; round < SETTLE_ROUNDS; round++) {
    const taken = (await graph.takeChanges(SETTLE_LIMIT)).filter(({ changes }) => changes.length > 0);
    if (taken.length === 0) return written;
    for (const { shard, changes } of taken) {
      written += await applyVerdictChanges(deps, tenantId, changes);
      await graph.confirmChanges(shard, Math.max(...changes.map((change) => change.seq)));
    }
  }
  deps.log.warn('verdict changes are left for the next call', { tenantId, rounds: SETTLE_ROUNDS });
  return written;
}
