import type { GraphEdge } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import type { Owned } from '../sources/okta/map/thing.ts';
import type { SyncSession } from './session.ts';

/**
 * Ends the edges of a kind at nodes that told all of theirs, where they were not told any more. One question for all
 * nodes of a batch, and for a node that is as it was nothing is written. Returns the rows written.
 */
export async function closeOwned(
  session: Pick<SyncSession, 'graph' | 'by'>,
  owns: readonly Owned[],
  edges: readonly GraphEdge[],
  asOf: Millis,
  evaluate = false,
): Promise<number> {
  const groups = new Map<string, Omit<Owned, 'at'> & { at: Set<string> }>();
  for (const { at, ...owned } of owns) {
    const key = JSON.stringify(owned);
    const group = groups.get(key) ?? { ...owned, at: new Set<string>() };
    groups.set(key, group);
    group.at.add(at);
  }
  let rows = 0;
  for (const { kind, end, at, having } of groups.values()) {
    const seen = edges.filter((edge) => edge.kind === kind).map((edge) => `${edge.from} ${edge.to}`);
    const closed = await session.graph.closeScope({
      scope: { of: 'edgesAt', kind, end, at: [...at], ...(having && { having }) },
      seen,
      asOf,
      by: session.by,
      removalLimitPercent: 100,
      evaluate,
    });
    rows += closed.rowsWritten;
  }
  return rows;
}
