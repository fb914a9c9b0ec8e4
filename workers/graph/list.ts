import type { CriticalityLevel } from '../criticality/levels.ts';
import { CRITICAL_KINDS } from '../criticality/rule.ts';
import type { PrivilegeTier } from '../detections/types.ts';
import { criticalityRank, rankOf } from './criticality/rank.ts';
import { readLevels } from './criticality/read-levels.ts';
import { kindAmong, readKinds } from './kinds/kinds.store.ts';
import type { IdentityKind } from './kinds/rules.ts';
import { type JoinedTerms, joinedTerms, othersOf } from './links/listed.ts';
import type { NodeKind } from './model.ts';
import type { NodeSummary } from './port.ts';
import { identitySummary, readIdentities, readSummaries, summaryOf } from './summaries.ts';
import { set, type Tx } from './tx.ts';

/** A list query as a shard takes it: the cursor is read and the text is in the form of the columns. */
export interface ShardListQuery {
  kind: NodeKind;
  limit: number;
  by: 'name' | 'lastLogin' | 'criticality';
  descending: boolean;
  /** Sort key and id of the last row before this page. */
  after: { key: string | number; id: string } | null;
  q: string | null;
  sourceId: string | null;
  within: readonly string[] | null;
  status: string | null;
  tier: PrivilegeTier | null;
  /** Of identities only. */
  identityKind: IdentityKind | null;
  /** Of apps, groups and roles only. */
  criticality: CriticalityLevel | null;
  /** Of credentials only: the id of the app that they are of. */
  app: string | null;
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
  const others = identities ? othersOf(tx, ids) : new Map<string, string[]>();
  const joined = readSummaries(tx, [...others.values()].flat());
  const kinds = identities ? readKinds(tx, [...ids, ...joined.keys()]) : null;
  const levels = hasCriticality(query.kind) ? readLevels(tx, ids) : null;
  return keys.map(({ key, id }) => {
    const row = rows.get(id);
    if (!row) return { key, id, summary: null };
    if (!identities) {
      const criticality = levels?.get(id)?.holds;
      return { key, id, summary: { ...summaryOf(row), ...(criticality ? { criticality } : {}) } };
    }
    const identity = identities.get(id);
    if (!identity) return { key, id, summary: null };
    const more = others.get(id) ?? [];
    const summary = identitySummary(
      identity,
      row,
      more.flatMap((other) => joined.get(other) ?? []),
    );
    const is = kindAmong([id, ...more].flatMap((account) => kinds?.get(account) ?? []));
    return { key, id, summary: { ...summary, is, accounts: 1 + more.length } };
  });
}

/** Whether people and labels may say how critical such nodes are: then lists tell it of each. */
export function hasCriticality(kind: NodeKind): boolean {
  return CRITICAL_KINDS.some((one) => one === kind);
}

/** What is sorted by. By criticality: the worst first, then by name. */
const KEYS: Record<ShardListQuery['by'], string> = {
  name: 'n.name_key',
  lastLogin: 'a.last_login',
  criticality: `${criticalityRank('n')} || ' ' || n.name_key`,
};

type Where = (condition: string, ...values: SqlStorageValue[]) => void;

/** What one of the accounts is like: of an identity with several, the same one in all of it. */
function whereAccount({ sourceId, status, q }: ShardListQuery, joined: JoinedTerms | null, where: Where): void {
  const terms: [term: (account: string) => string, values: SqlStorageValue[]][] = [];
  if (sourceId !== null) terms.push([(n) => `${n}.source_id = ?`, [sourceId]]);
  if (status !== null) terms.push([(n) => `${n}.status = ?`, [status]]);
  if (q !== null) terms.push([(n) => `(instr(${n}.name_key, ?) > 0 OR instr(${n}.search_key, ?) > 0)`, [q, q]]);
  if (terms.length === 0) return;
  const condition = (n: string) => terms.map(([term]) => term(n)).join(' AND ');
  const values = terms.flatMap(([, some]) => some);
  if (joined) where(joined.any(condition), ...values, ...values);
  else where(condition('n'), ...values);
}

/** The tier of an identity is the highest of its accounts. */
function whereTier({ tier }: ShardListQuery, joined: JoinedTerms | null, where: Where): void {
  if (tier === null) return;
  if (!joined) {
    where('n.tier = ?', tier);
    return;
  }
  const isTier = joined.any((n) => `${n}.tier = ?`);
  where(isTier, tier, tier);
  const higher = tier === 'none' ? "('admin', 'global_admin')" : tier === 'admin' ? "('global_admin')" : null;
  if (higher) where(`n.tier NOT IN ${higher} AND ${joined.noOther(`m.tier IN ${higher}`)}`);
}

function whereKind({ identityKind }: ShardListQuery, joined: JoinedTerms | null, where: Where): void {
  if (identityKind === null) return;
  const kindOf = (n: string) => `coalesce((SELECT k.kind FROM identity_kind k WHERE k.account_id = ${n}.id), 'human')`;
  if (!joined) where(`${kindOf('n')} = ?`, identityKind);
  else if (identityKind === 'human')
    where(`${kindOf('n')} = 'human' AND ${joined.noOther(`${kindOf('m')} <> 'human'`)}`);
  else {
    const isKind = joined.any((n) => `${kindOf(n)} = ?`);
    where(isKind, identityKind, identityKind);
  }
}

function readKeys(tx: Tx, query: ShardListQuery): { key: string | number; id: string }[] {
  const params: SqlStorageValue[] = [query.kind === 'identity' ? 'account' : query.kind];
  const conditions = ['n.kind = ?'];
  const where: Where = (condition, ...values) => {
    conditions.push(condition);
    params.push(...values);
  };
  if (query.within !== null) where('n.source_id IN (SELECT value FROM json_each(?))', set(query.within));
  const joined = query.kind === 'identity' ? joinedTerms(tx) : null;
  if (joined) where(joined.speaks);
  whereAccount(query, joined, where);
  whereTier(query, joined, where);
  whereKind(query, joined, where);
  if (query.criticality !== null) where(`${criticalityRank('n')} = ?`, rankOf(query.criticality));
  // a credential that is switched off has no edge to its app, and names it all the same
  if (query.app !== null) {
    where(
      "(n.source_id, n.attributes->>'appId') = (SELECT a.source_id, a.native_id FROM node a WHERE a.id = ?)",
      query.app,
    );
  }
  const key = KEYS[query.by];
  const direction = query.descending ? 'DESC' : 'ASC';
  if (query.after) where(`(${key}, n.id) ${query.descending ? '<' : '>'} (?, ?)`, query.after.key, query.after.id);
  const joins = [...(query.by === 'lastLogin' ? ['CROSS JOIN activity a ON a.account_id = n.id'] : [])];
  return tx.all<{ key: string | number; id: string }>(
    `SELECT ${key} AS key, n.id AS id FROM node n INDEXED BY node_list ${joins.join(' ')}
     WHERE ${conditions.join(' AND ')}
     ORDER BY ${key} ${direction}, n.id ${direction} LIMIT ?`,
    ...params,
    query.limit,
  );
}
