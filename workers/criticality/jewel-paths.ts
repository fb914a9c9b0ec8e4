import type { PathStep } from '../detections/types.ts';
import { graphOf } from '../graph/directory.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

/** What `to` is called when it is no node: whatever a person or a label says is a crown jewel. */
export const CROWN_JEWELS = 'crown_jewels';

/** Crown jewels that one question looks for ways to. */
export const MAX_JEWELS = 20;

/** The shortest ways from a node to any crown jewel, the shortest first, up to `limit`. */
export async function pathsToJewels(
  deps: Deps,
  tenantId: string,
  from: string,
  limit: number,
  asOf?: Millis,
): Promise<PathStep[][]> {
  const graph = graphOf(deps, tenantId);
  const found: PathStep[][] = [];
  // one after the other: each is a walk over all shards
  for (const jewel of (await graph.jewels(asOf)).slice(0, MAX_JEWELS)) {
    if (jewel.id !== from) found.push(...(await graph.paths(from, jewel.id, limit, asOf)));
  }
  return found.sort((a, b) => a.length - b.length).slice(0, limit);
}
