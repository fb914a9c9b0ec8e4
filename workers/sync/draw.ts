import { chunks } from '../graph/tx.ts';
import type { Millis } from '../platform/clock.ts';
import type { GraphPart } from '../sources/okta/mapper.ts';
import { closeOwned } from './close-owned.ts';
import type { SyncSession } from './session.ts';

/** Nodes or edges handed to the graph at once. */
const AT_ONCE = 5_000;

/** Draws edges, which are all of their kind at the nodes that are owned: others there end. Returns the rows written. */
export async function drawPart(
  session: Pick<SyncSession, 'graph' | 'by'>,
  { nodes, edges, owns = [] }: GraphPart,
  asOf: Millis,
): Promise<number> {
  let rows = 0;
  const apply = async (page: Pick<GraphPart, 'nodes' | 'edges'>) => {
    rows += (await session.graph.applyPage({ ...page, asOf, by: session.by, evaluate: false })).rowsWritten;
  };
  for (const some of chunks(nodes, AT_ONCE)) await apply({ nodes: some, edges: [] });
  for (const some of chunks(edges, AT_ONCE)) await apply({ nodes: [], edges: some });
  return rows + (await closeOwned(session, owns, edges, asOf));
}
