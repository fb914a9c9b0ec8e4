import type { EdgeKind, GraphEdge } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import type { ShardApi } from './shard-api.ts';
import { chunks, set, type Tx } from './tx.ts';

/** Nodes that one call of a shard is about. */
const NODES_AT_ONCE = 10_000;

/** The edges of a kind on this shard that lead to any of these nodes. */
export function readEdgesInto(tx: Tx, kind: EdgeKind, to: readonly string[]): GraphEdge[] {
  return tx
    .raw<[string, string, string]>(
      `SELECT e.from_id, e.to_id, e.attributes FROM json_each(?1) j
       CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = ?2 ORDER BY e.to_id, e.from_id`,
      set(to),
      kind,
    )
    .map(([from, end, attributes]) => ({ from, to: end, kind, attributes: parseAttributes(attributes) }));
}

/** The same over all shards, each edge once. */
export async function edgesInto(
  everyShard: <T>(ask: (shard: ShardApi) => Promise<T>) => Promise<T[]>,
  kind: EdgeKind,
  to: readonly string[],
): Promise<GraphEdge[]> {
  const found = new Map<string, GraphEdge>();
  for (const some of chunks([...new Set(to)], NODES_AT_ONCE)) {
    // structure is on every shard
    for (const edge of (await everyShard((shard) => shard.edgesInto(kind, some))).flat()) {
      found.set(`${edge.from} ${edge.to}`, edge);
    }
  }
  return [...found.values()];
}
