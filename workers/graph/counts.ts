import { NODE_KINDS, type NodeKind } from './model.ts';
import { set, type Tx } from './tx.ts';

export type Counts = Record<NodeKind, number> & {
  edges: number;
  /** Edges among structure nodes, which every shard holds. */
  structureEdges: number;
  admins: number;
  globalAdmins: number;
  withoutFactors: number;
};

/** Statuses in which nobody can sign in, so that a missing factor is no gap. */
const ASLEEP = ['STAGED', 'PROVISIONED', 'SUSPENDED', 'DEPROVISIONED'];

/** How much this shard holds. Reads indexes only, but for the edges, which it walks once. */
export function countGraph(tx: Tx): Counts {
  const counts: Counts = {
    ...(Object.fromEntries(NODE_KINDS.map((kind) => [kind, 0])) as Record<NodeKind, number>),
    edges: 0,
    structureEdges: 0,
    admins: 0,
    globalAdmins: 0,
    withoutFactors: 0,
  };
  for (const [kind, tier, n] of tx.raw<[NodeKind, string | null, number]>(
    'SELECT kind, tier, count(*) FROM node INDEXED BY node_list GROUP BY kind, tier',
  )) {
    counts[kind] += n;
    if (tier === 'admin') counts.admins += n;
    if (tier === 'global_admin') counts.globalAdmins += n;
  }
  counts.edges =
    one(tx, 'SELECT count(*) AS n FROM edge_row') +
    one(tx, 'SELECT coalesce(sum(json_array_length(ends)), 0) AS n FROM pack_in');
  // what is packed leaves accounts
  counts.structureEdges = one(
    tx,
    `SELECT count(*) AS n FROM edge_row
     WHERE NOT (from_id >= 'acc_' AND from_id < 'acc\`') AND NOT (from_id >= 'idn_' AND from_id < 'idn\`')
       AND NOT (from_id >= 'dev_' AND from_id < 'dev\`') AND NOT (to_id >= 'acc_' AND to_id < 'acc\`')`,
  );
  counts.withoutFactors = one(
    tx,
    `SELECT count(*) AS n FROM factor f INDEXED BY factor_none CROSS JOIN node n ON n.id = f.account_id
     WHERE f.known = 1 AND f.active = 0 AND n.status NOT IN (SELECT value FROM json_each(?))`,
    set(ASLEEP),
  );
  return counts;
}

function one(tx: Tx, query: string, ...params: SqlStorageValue[]): number {
  return tx.first<{ n: number }>(query, ...params)?.n ?? 0;
}
