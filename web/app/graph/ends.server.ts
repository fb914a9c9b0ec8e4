import { type Api, asResponse } from '~/api/client.server';
import { askLookup } from '~/api/graph.server';
import type { NodeRef } from '~/api/nodes.server';
import type { Problem } from '~/api/problem';
import { isNodeId, searchNodes } from './search.server';

/** A field for a node: what was chosen, or the nodes that its text may mean. */
export interface End {
  text: string;
  node: NodeRef | null;
  candidates: NodeRef[];
  /** Why nothing could be looked for at that moment. */
  problem: Problem | null;
}

/** `text`: an id, or a part of a name where nothing was chosen from the list; the names of a moment where one is told. */
export async function endOf(
  api: Api,
  text: string | undefined,
  { kinds, asOf = null }: { kinds?: string[]; asOf?: string | null } = {},
): Promise<End> {
  if (text === undefined) return { text: '', node: null, candidates: [], problem: null };
  if (!isNodeId(text)) {
    const candidates = await searchNodes(api, text, { kinds, asOf });
    const exact = candidates.filter((node) => node.name.toLowerCase() === text.toLowerCase());
    const [only] = exact;
    if (only !== undefined && exact.length === 1) return { text, node: only, candidates: [], problem: null };
    const asked = candidates.length === 0 && asOf !== null ? await askLookup(api, [], [], asOf) : null;
    return { text, node: null, candidates, problem: asked === null || asked.ok ? null : asked.problem };
  }
  const found = await askLookup(api, [text], []);
  if (!found.ok) throw asResponse(found.problem);
  // one that is gone may still be known to the past
  return {
    text,
    node: found.value.nodes[0] ?? { id: text, kind: 'resource', name: text },
    candidates: [],
    problem: null,
  };
}
