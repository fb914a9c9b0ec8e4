import type { EdgeKind, GraphNode } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import { parseProvenance } from './page.ts';
import type { Neighbour, NodeDetail } from './port.ts';
import type { ShardApi } from './shard-api.ts';
import { nodeOf, readSummaries } from './summaries.ts';
import { compareText } from './text.ts';
import type { Tx } from './tx.ts';

/** An edge between two accounts. It is kept with the one that it comes from, and they may be on different shards. */
export type Tie = Neighbour['edge'];

type Row = [from: string, kind: EdgeKind, to: string, attributes: string, since: number, by: string];

const tiesAt = (view: string, here: string, there: string) => `
SELECT e.from_id, e.kind, e.to_id, e.attributes, e.began_at, e.began_by FROM ${view} e
WHERE e.${here} = ?1 AND e.${there} >= 'acc_' AND e.${there} < 'acc\`' AND e.kind <> 'HAS_ACCOUNT'
ORDER BY e.kind, e.${there} LIMIT ?2`;

/** The edges of this shard between an account and others, up to `limit` each way in the order of kind and id. */
export function readTies(tx: Tx, id: string, limit: number): { out: Tie[]; in: Tie[] } {
  const read = (query: string) =>
    tx.raw<Row>(query, id, limit).map(
      ([from, kind, to, attributes, beganAt, by]): Tie => ({
        ...{ from, kind, to, beganAt },
        attributes: parseAttributes(attributes),
        by: parseProvenance(by),
      }),
    );
  return { out: read(tiesAt('edge', 'from_id', 'to_id')), in: read(tiesAt('edge_in', 'to_id', 'from_id')) };
}

/** Those of these nodes that are on this shard. */
export function readNodes(tx: Tx, ids: string[]): GraphNode[] {
  return [...readSummaries(tx, ids).values()].map(nodeOf);
}

/** The detail of an account, as one shard tells it, with its neighbours that are accounts of other shards. */
export async function withTies(
  shards: ShardApi[],
  detail: NodeDetail,
  limit: number,
  asOf: number | null,
): Promise<NodeDetail> {
  if (shards.length === 1 || limit === 0) return detail;
  const { id } = detail.node;
  const ties = await Promise.all(shards.map((shard) => shard.ties(id, limit, asOf)));
  const missing = {
    out: missingIn(
      detail.out,
      ties.flatMap((part) => part.out),
    ),
    in: missingIn(
      detail.in,
      ties.flatMap((part) => part.in),
    ),
  };
  const others = [...new Set([...missing.out.map(({ to }) => to), ...missing.in.map(({ from }) => from)])];
  if (others.length === 0) return detail;
  const found = (await Promise.all(shards.map((shard) => shard.nodes(others, asOf)))).flat();
  const nodes = new Map(found.map((node) => [node.id, node]));
  const merged = (way: 'out' | 'in') =>
    [
      ...detail[way],
      ...missing[way].flatMap((edge): Neighbour[] => {
        const node = nodes.get(way === 'out' ? edge.to : edge.from);
        return node ? [{ edge, node }] : [];
      }),
    ]
      .sort((a, b) => compareText(a.edge.kind, b.edge.kind) || compareText(a.node.id, b.node.id))
      .slice(0, limit);
  return { ...detail, out: merged('out'), in: merged('in') };
}

function missingIn(known: Neighbour[], ties: Tie[]): Tie[] {
  const keyOf = ({ from, kind, to }: Tie) => `${from} ${kind} ${to}`;
  const told = new Set(known.map(({ edge }) => keyOf(edge)));
  return [...new Map(ties.map((tie) => [keyOf(tie), tie]))].flatMap(([key, tie]) => (told.has(key) ? [] : [tie]));
}
