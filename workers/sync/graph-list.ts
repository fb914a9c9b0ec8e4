import type { NodeKind } from '../graph/model.ts';
import type { NodeSummary } from '../graph/port.ts';
import type { Source } from '../sources/sources.repository.ts';
import type { SyncSession } from './session.ts';

/** Rows of one page of the graph's lists. */
const PAGE = 200;

/** The source's nodes of a kind as the graph has them, up to `max`; `more` says that there are others. */
export async function listOf(
  session: Pick<SyncSession, 'graph'> & { source: Pick<Source, 'id'> },
  kind: NodeKind,
  max: number,
): Promise<{ nodes: NodeSummary[]; more: boolean }> {
  const nodes: NodeSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await session.graph.list({ kind, sourceId: session.source.id, limit: PAGE, cursor });
    nodes.push(...page.data);
    cursor = page.next ?? undefined;
  } while (cursor && nodes.length < max);
  return { nodes: nodes.slice(0, max), more: cursor !== undefined || nodes.length > max };
}
