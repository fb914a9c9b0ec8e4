import type { Api } from '~/api/client.server';
import { askNames, type NodeRef } from '~/api/nodes.server';

/** Where names are looked for, and how many each gives. */
const PLACES: Record<string, string> = { identity: '/identities', group: '/groups', app: '/apps', role: '/roles' };
const EACH = 6;

const SEARCHED_KINDS = Object.keys(PLACES);

interface Search {
  kinds?: string[] | undefined;
  /** Null: now. */
  asOf: string | null;
}

/** Identities, groups, apps and roles whose name holds the text. What cannot be read is left out. */
export async function searchNodes(api: Api, q: string, { kinds = SEARCHED_KINDS, asOf }: Search): Promise<NodeRef[]> {
  if (q.trim() === '') return [];
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const path = PLACES[kind];
      if (path === undefined) return [];
      const page = await askNames(api, path, { q, asOf, limit: EACH });
      return page.ok ? page.value.data.map(({ id, name }) => ({ id, kind, name })) : [];
    }),
  );
  return found.flat();
}

/** An id of the graph, as addresses hold it; anything else is a name to look for. */
export function isNodeId(text: string): boolean {
  return /^[a-z]{3}_[\w-]{8,76}$/.test(text);
}
