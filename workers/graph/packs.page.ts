import { type Changed, noteEdge } from './changed.ts';
import { type EdgeWrite, hasEnds, isEmpty } from './edges.store.ts';
import type { EdgeKind, GraphEdge } from './model.ts';
import { addPacks, PACKED_KINDS } from './packs.store.ts';
import { byId, isAccountId, type Placer } from './sharding.ts';
import { set, type Tx } from './tx.ts';

/**
 * Edges of one kind to one node, from accounts, which carry nothing: the ids of the accounts, parted by spaces. So a
 * page of a listing goes to a shard as a few long texts and not as thousands of objects.
 */
export type PagePack = [kind: EdgeKind, to: string, from: string];

/** Takes the edges that can be packed out of a page, for each shard, and leaves the rest. */
export function packsOf(
  edges: GraphEdge[],
  shards: number,
  place: Placer = byId(shards),
): { packs: PagePack[][]; rest: GraphEdge[] } {
  const found = new Map<string, { kind: EdgeKind; to: string; parts: string[][] }>();
  const rest: GraphEdge[] = [];
  let last: { kind: EdgeKind; to: string; parts: string[][] } | undefined;
  for (const edge of edges) {
    const { from, kind, to } = edge;
    if (!PACKED_KINDS.has(kind)) {
      rest.push(edge);
      continue;
    }
    // the last statement about an edge counts, so all of them have to stay in order
    if (!isAccountId(from) || !isEmpty(edge.attributes)) return { packs: [], rest: edges };
    if (last?.to !== to || last.kind !== kind) {
      const key = `${to} ${kind}`;
      last = found.get(key) ?? { kind, to, parts: Array.from({ length: shards }, () => []) };
      found.set(key, last);
    }
    last.parts[place(from)]?.push(from);
  }
  const packs = Array.from({ length: shards }, (): PagePack[] => []);
  for (const { kind, to, parts } of found.values()) {
    parts.forEach((from, shard) => {
      if (from.length > 0) packs[shard]?.push([kind, to, from.join(' ')]);
    });
  }
  return { packs, rest };
}

/** Adds the packs to nodes that had no such edges yet. What may be known in part is given back, edge by edge. */
export function addNewPacks(tx: Tx, packs: PagePack[], at: number, by: string, changed: Changed): EdgeWrite[] {
  if (packs.length === 0) return [];
  const known = hasEnds(tx) ? new Set(packs.keys()) : knownPlaces(tx, packs);
  const fresh: [to: string, kind: EdgeKind, ends: string[]][] = [];
  const others: EdgeWrite[] = [];
  packs.forEach(([kind, to, text], place) => {
    const ends = [...new Set(text.split(' '))];
    if (known.has(place)) {
      for (const from of ends) others.push({ from, kind, to, attributes: '{}', at, by });
      return;
    }
    for (const from of ends) noteEdge(changed, { from, kind, to });
    fresh.push([to, kind, ends]);
  });
  addPacks(tx, fresh, at, by);
  return others;
}

function knownPlaces(tx: Tx, packs: PagePack[]): Set<number> {
  const at = 'to_id = j.value->>1 AND kind = j.value->>0';
  return new Set(
    tx
      .raw<[number]>(
        `SELECT j.key FROM json_each(?) j WHERE EXISTS (SELECT 1 FROM pack_in WHERE ${at})
           OR EXISTS (SELECT 1 FROM edge_row WHERE ${at})`,
        set(packs.map(([kind, to]) => [kind, to])),
      )
      .map(([place]) => place),
  );
}
