import { graphOf } from '../graph/directory.ts';
import type { Deps } from '../platform/deps.ts';
import { settleGraph } from './settle-graph.ts';

export { applyVerdictChanges } from './apply-verdicts.ts';

/**
 * Carries every verdict change of a tenant that has not been confirmed from the graph to the issues, and confirms it.
 * Call it after each change of the graph. Returns how many issues were written. When it dies half-way the changes are
 * still there for the next call.
 */
export async function settleVerdicts(deps: Deps, tenantId: string): Promise<number> {
  return settleGraph(deps, tenantId, graphOf(deps, tenantId));
}
