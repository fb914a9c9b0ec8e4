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

function neighbours(tx: Tx, id: string, way: 'out' | 'in', limit: number): Neighbour[] {
  const [here, there] = way === 'out' ? ['from_id', 'to_id'] : ['to_id', 'from_id'];
  const rows = tx.all<NeighbourRow>(
    `SELECT ${SUMMARY_COLUMNS}, e.kind AS edge_kind, e.attributes AS edge_attributes, e.began_at AS edge_began_at,
            e.began_by AS edge_began_by
     FROM ${way === 'out' ? 'edge' : 'edge_in'} e CROSS JOIN node n ON n.id = e.${there}
     LEFT JOIN activity a ON a.account_id = n.id
     WHERE e.${here} = ? ORDER BY e.kind, e.${there} LIMIT ?`,
    id,
    limit,
  );
  return rows.map((row) => ({
    edge: {
      from: way === 'out' ? id : row.id,
      to: way === 'out' ? row.id : id,
      kind: row.edge_kind as EdgeKind,
      attributes: parseAttributes(row.edge_attributes),
      beganAt: row.edge_began_at,
      by: parseProvenance(row.edge_began_by),
    },
    node: nodeOf(row),
  }));
}
