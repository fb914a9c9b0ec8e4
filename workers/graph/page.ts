import type { Millis } from '../platform/clock.ts';
import { type Changed, nothingChanged } from './changed.ts';
import { type EdgeWrite, edgeKey, edgeWrite, upsertEdges } from './edges.store.ts';
import { applyFactors } from './facts.store.ts';
import { graphTooLarge } from './graph.errors.ts';
import { refuseAway } from './links/parcels.ts';
import { accountsOfPage } from './links/placed.ts';
import { asJoined } from './links/ties.ts';
import type { FactorState, GraphEdge, GraphNode, Provenance } from './model.ts';
import { applyNodes } from './nodes.page.ts';
import { addNewPacks, type PagePack } from './packs.page.ts';
import type { Tx } from './tx.ts';

/** Nodes, edges and factor states of one page, together. */
export const MAX_PAGE_ITEMS = 20_000;

export interface PageFacts {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** More edges, of a page that is one of many. */
  packs?: PagePack[] | undefined;
  factors?: { accountId: string; state: FactorState }[] | undefined;
  asOf: Millis;
  by: Provenance;
}

/** Takes over a page of a sync. `pack`: it is one of many, so what can be packed is. Throws `graph.too_large` beyond `MAX_PAGE_ITEMS`. */
export function applyPage(tx: Tx, page: PageFacts, pack = false): Changed {
  const items = page.nodes.length + page.edges.length + (page.factors?.length ?? 0);
  if (items > MAX_PAGE_ITEMS) throw graphTooLarge({ detail: `A page holds at most ${MAX_PAGE_ITEMS} items.` });
  refuseAway(tx, () => accountsOfPage(page));
  const changed = nothingChanged();
  const by = provenanceText(page.by);
  const told = asJoined(
    tx,
    page.nodes.map((node) => ({ node })),
    page.edges,
  );
  applyNodes(
    tx,
    told.nodes.map(({ node }) => node),
    page.asOf,
    by,
    changed,
  );
  const edges = new Map<string, EdgeWrite>();
  for (const edge of addNewPacks(tx, page.packs ?? [], page.asOf, by, changed)) edges.set(edgeKey(edge), edge);
  for (const edge of told.edges) edges.set(edgeKey(edge), edgeWrite(edge, page.asOf, by));
  // what is packed needs no order, and the rest of such a page is put in order there
  upsertEdges(tx, pack ? [...edges.values()] : inKeyOrder(edges), 'page', changed, pack);
  applyFactors(tx, page.factors ?? [], page.asOf, changed);
  return changed;
}

/** In the order of the primary key: neighbours in the page are neighbours in the table. */
export function inKeyOrder(edges: Map<string, EdgeWrite>): EdgeWrite[] {
  return [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

export function provenanceText(by: Provenance): string {
  return `${by.kind}:${by.id}`;
}

export function parseProvenance(text: string): Provenance {
  const [kind, ...id] = text.split(':');
  return { kind: kind === 'event' ? 'event' : 'sync', id: id.join(':') };
}
