import type { NodeKind } from './model.ts';
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
    identity: 0,
    account: 0,
    group: 0,
    app: 0,
    role: 0,
    resource: 0,
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
  counts.edges = one(tx, 'SELECT count(*) AS n FROM edge');
  counts.structureEdges =
    counts.edges -
    one(
      tx,
      `SELECT count(*) AS n FROM edge
       WHERE (from_id >= 'acc_' AND from_id < 'acc\`') OR (from_id >= 'idn_' AND from_id < 'idn\`')`,
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
