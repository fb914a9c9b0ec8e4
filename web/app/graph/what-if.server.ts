import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { apiOf, asResponse } from '~/api/client.server';
import { askLookup, askWhatIf, type EdgeFact, type Removal, type WhatIf } from '~/api/graph.server';
import { listDetections } from '~/api/issues.server';
import type { NodeRef } from '~/api/nodes.server';
import type { Outcome } from '~/api/problem';
import { removalKey, removalOf } from './basket';
import { readBasket } from './basket.server';

/** A removal with what it names; both null when the graph does not know it any more. */
export interface Named {
  key: string;
  node: NodeRef | null;
  edge: EdgeFact | null;
}

export async function loadWhatIf(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const removals = (await readBasket(args.request)).flatMap((key) => removalOf(key) ?? []);
  if (removals.length === 0) return { basket: [], outcome: null, titles: {} };
  const nodes = removals.flatMap((removal) => (removal.kind === 'node' ? [removal.id] : []));
  const edges = removals.flatMap((removal) => (removal.kind === 'edge' ? [removal] : []));
  const found = await askLookup(
    api,
    nodes,
    edges.map(({ from, edgeKind, to }) => ({ from, kind: edgeKind, to })),
  );
  if (!found.ok) throw asResponse(found.problem);
  const basket = removals.map((removal): Named => {
    const key = removalKey(removal);
    return removal.kind === 'node'
      ? { key, node: found.value.nodes[nodes.indexOf(removal.id)] ?? null, edge: null }
      : { key, node: null, edge: found.value.edges[edges.indexOf(removal)] ?? null };
  });
  const known = removals.filter((_, place) => basket[place]?.node !== null || basket[place]?.edge !== null);
  const [outcome, detections] = await Promise.all([ask(known), listDetections(api)]);
  return { basket, outcome, titles: Object.fromEntries(detections.map(({ id, title }) => [id, title])) };

  async function ask(remove: Removal[]): Promise<Outcome<WhatIf> | null> {
    return remove.length === 0 ? null : askWhatIf(api, remove);
  }
}
