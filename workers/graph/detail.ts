import type { EdgeKind } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import { parseProvenance } from './page.ts';
import type { Neighbour, NodeDetail } from './port.ts';
import {
  accountsOf,
  identitySummary,
  nodeOf,
  readSummaries,
  SUMMARY_COLUMNS,
  type SummaryRow,
  summaryOf,
} from './summaries.ts';
import { compareText } from './text.ts';
import type { Tx } from './tx.ts';

interface NeighbourRow extends SummaryRow {
  edge_kind: string;
  edge_attributes: string;
  edge_began_at: number;
  edge_began_by: string;
}

/** A node as this shard knows it, with up to `limit` neighbours each way in the order of edge kind and id. */
export function readDetail(tx: Tx, id: string, limit: number): NodeDetail | null {
  const row = readSummaries(tx, [id]).get(id);
  if (!row) return null;
  const [account, ...others] = row.kind === 'identity' ? accountsFirst(tx, row) : [];
  return {
    node: account ? identitySummary(row, account, others) : summaryOf(row),
    out: neighbours(tx, id, 'out', limit),
    in: neighbours(tx, id, 'in', limit),
  };
}

/** The accounts of an identity, the one that it is made of before those that were joined to it. */
function accountsFirst(tx: Tx, identity: SummaryRow): SummaryRow[] {
  const rows = [...readSummaries(tx, accountsOf(tx, identity.id)).values()];
  const { accountId } = parseAttributes(identity.attributes);
  return rows.sort((a, b) => Number(b.id === accountId) - Number(a.id === accountId) || compareText(a.id, b.id));
}

/** The first edges alone are looked up with what they lead to: a group may have 100,000 members. */
function neighbours(tx: Tx, id: string, way: 'out' | 'in', limit: number): Neighbour[] {
  if (limit === 0) return [];
  const [view, at, other] = way === 'out' ? ['edge', 'from_id', 'to_id'] : ['edge_in', 'to_id', 'from_id'];
  const query = `SELECT e.*, ${SUMMARY_COLUMNS}
     FROM (SELECT kind AS edge_kind, attributes AS edge_attributes, began_at AS edge_began_at, began_by AS edge_began_by,
                  ${other} AS other
           FROM ${view} WHERE ${at} = ?1 ORDER BY kind, ${other} LIMIT ?2) e
     LEFT JOIN node n ON n.id = e.other LEFT JOIN activity a ON a.account_id = n.id
     ORDER BY e.edge_kind, e.other`;
  for (let take = limit; ; take *= 4) {
    const rows = tx.all<NeighbourRow>(query, id, take);
    // what an edge names may not be here
    const known = rows.filter((row) => row.id !== null);
    if (known.length >= limit || rows.length < take) {
      return known.slice(0, limit).map((row) => asNeighbour(row, id, way));
    }
  }
}

function asNeighbour(row: NeighbourRow, id: string, way: 'out' | 'in'): Neighbour {
  return {
    edge: {
      from: way === 'out' ? id : row.id,
      to: way === 'out' ? row.id : id,
      kind: row.edge_kind as EdgeKind,
      attributes: parseAttributes(row.edge_attributes),
      beganAt: row.edge_began_at,
      by: parseProvenance(row.edge_began_by),
    },
    node: nodeOf(row),
  };
}
