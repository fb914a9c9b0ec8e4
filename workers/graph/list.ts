import type { PrivilegeTier } from '../detections/types.ts';
import { HUMAN, readKinds } from './kinds/kinds.store.ts';
import type { IdentityKind } from './kinds/rules.ts';
import type { NodeKind } from './model.ts';
import type { NodeSummary } from './port.ts';
import { identitySummary, readIdentities, readSummaries, summaryOf } from './summaries.ts';
import type { Tx } from './tx.ts';

/** A list query as a shard takes it: the cursor is read and the text is in the form of the columns. */
export interface ShardListQuery {
  kind: NodeKind;
  limit: number;
  by: 'name' | 'lastLogin';
  descending: boolean;
  /** Sort key and id of the last row before this page. */
  after: { key: string | number; id: string } | null;
  q: string | null;
  sourceId: string | null;
  status: string | null;
  tier: PrivilegeTier | null;
  /** Of identities only. */
  identityKind: IdentityKind | null;
}

export interface ListRow {
  key: string | number;
  id: string;
  /** Null when the account has no identity yet: it keeps its place, and is not shown. */
  summary: NodeSummary | null;
}

/**
 * Up to `limit` rows after the cursor. Identities are listed through their accounts, which carry what is sorted and
 * filtered by. By name this reads an index alone; by last sign-in it reads the narrow activity table beside it.
 */
export function listNodes(tx: Tx, query: ShardListQuery): ListRow[] {
  const keys = readKeys(tx, query);
  const ids = keys.map(({ id }) => id);
  const rows = readSummaries(tx, ids);
  const identities = query.kind === 'identity' ? readIdentities(tx, ids) : null;
  const kinds = identities ? readKinds(tx, ids) : null;
  return keys.map(({ key, id }) => {
    const row = rows.get(id);
    if (!row) return { key, id, summary: null };
    if (!identities) return { key, id, summary: summaryOf(row) };
    const identity = identities.get(id);
    return { key, id, summary: identity ? { ...identitySummary(identity, row), is: kinds?.get(id) ?? HUMAN } : null };
  });
}

function readKeys(tx: Tx, query: ShardListQuery): { key: string | number; id: string }[] {
  const params: SqlStorageValue[] = [query.kind === 'identity' ? 'account' : query.kind];
  const conditions = ['n.kind = ?'];
  const where = (condition: string, ...values: SqlStorageValue[]) => {
    conditions.push(condition);
    params.push(...values);
  };
  if (query.sourceId !== null) where('n.source_id = ?', query.sourceId);
  if (query.status !== null) where('n.status = ?', query.status);
  if (query.tier !== null) where('n.tier = ?', query.tier);
  if (query.q !== null) where('(instr(n.name_key, ?) > 0 OR instr(n.search_key, ?) > 0)', query.q, query.q);
  if (query.identityKind === 'human') where("coalesce(k.kind, 'human') = 'human'");
  else if (query.identityKind !== null) where('k.kind = ?', query.identityKind);
  const key = query.by === 'name' ? 'n.name_key' : 'a.last_login';
  const direction = query.descending ? 'DESC' : 'ASC';
  if (query.after) where(`(${key}, n.id) ${query.descending ? '<' : '>'} (?, ?)`, query.after.key, query.after.id);
  const joins = [
    ...(query.by === 'name' ? [] : ['CROSS JOIN activity a ON a.account_id = n.id']),
    ...(query.identityKind === null ? [] : ['LEFT JOIN identity_kind k ON k.account_id = n.id']),
  ];
  return tx.all<{ key: string | number; id: string }>(
    `SELECT ${key} AS key, n.id AS id FROM node n INDEXED BY node_list ${joins.join(' ')}
     WHERE ${conditions.join(' AND ')}
     ORDER BY ${key} ${direction}, n.id ${direction} LIMIT ?`,
    ...params,
    query.limit,
  );
}
