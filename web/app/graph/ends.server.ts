import { type Api, asResponse } from '~/api/client.server';
import { askLookup } from '~/api/graph.server';
import type { NodeRef } from '~/api/nodes.server';
import { isNodeId, searchNodes } from './search.server';

/** A field for a node: what was chosen, or the nodes that its text may mean. */
export interface End {
  text: string;
  node: NodeRef | null;
  candidates: NodeRef[];
}

/** `text`: an id, or a part of a name where nothing was chosen from the list. */
export async function endOf(api: Api, text: string | undefined, kinds?: string[]): Promise<End> {
  if (text === undefined) return { text: '', node: null, candidates: [] };
  if (!isNodeId(text)) {
    const candidates = await searchNodes(api, text, kinds);
    const exact = candidates.filter((node) => node.name.toLowerCase() === text.toLowerCase());
    const [only] = exact;
    return only !== undefined && exact.length === 1
      ? { text, node: only, candidates: [] }
      : { text, node: null, candidates };
  }
  const found = await askLookup(api, [text], []);
  if (!found.ok) throw asResponse(found.problem);
  // one that is gone may still be known to the past
  return { text, node: found.value.nodes[0] ?? { id: text, kind: 'resource', name: text }, candidates: [] };
}
