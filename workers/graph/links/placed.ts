import type { FactorState, GraphEdge, GraphNode } from '../model.ts';
import type { PagePack } from '../packs.page.ts';
import { isAccountId, type Placer, placeChange, placeEdge, placeNode } from '../sharding.ts';
import type { GraphDelta } from '../writes.ts';

interface Facts {
  nodes?: GraphNode[] | undefined;
  edges?: GraphEdge[] | undefined;
  packs?: PagePack[] | undefined;
  factors?: { accountId: string; state: FactorState }[] | undefined;
}

/** The accounts by which the parts of a page are placed. */
export function accountsOfPage({ nodes = [], edges = [], packs = [], factors = [] }: Facts): Set<string> {
  const { ids, note } = collector();
  for (const node of nodes) placeNode(node, note);
  for (const edge of edges) placeEdge(edge, note);
  for (const [, , from] of packs) for (const id of from.split(' ')) ids.add(id);
  for (const { accountId } of factors) ids.add(accountId);
  return accountsAmong(ids);
}

/** The accounts by which the changes and signals of a delta are placed. */
export function accountsOfDelta({ changes, signals }: GraphDelta): Set<string> {
  const { ids, note } = collector();
  for (const change of changes) placeChange(change, note);
  for (const { accountId } of signals) ids.add(accountId);
  return accountsAmong(ids);
}

/** A device without an account is placed by its own id. */
function accountsAmong(ids: ReadonlySet<string>): Set<string> {
  return new Set([...ids].filter(isAccountId));
}

function collector(): { ids: Set<string>; note: Placer } {
  const ids = new Set<string>();
  return {
    ids,
    note: (id) => {
      ids.add(id);
      return 0;
    },
  };
}
