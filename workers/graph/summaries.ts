import { tierRank } from '../detections/tier.ts';
import type { PrivilegeTier } from '../detections/types.ts';
import type { GraphNode, NodeKind } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import type { NodeSummary } from './port.ts';
import { set, type Tx } from './tx.ts';
import { accountAttributes } from './views.ts';

export interface SummaryRow extends Record<string, SqlStorageValue> {
  id: string;
  kind: string;
  source_id: string;
  native_id: string;
  name: string;
  stub: number;
  tier: string | null;
  began_at: number;
  attributes: string;
  last_login: number | null;
}

/** Columns of a `SummaryRow` from node `n` and its activity `a`. */
export const SUMMARY_COLUMNS =
  'n.id, n.kind, n.source_id, n.native_id, n.name, n.stub, n.tier, n.began_at, n.attributes, a.last_login';

export function nodeOf(row: SummaryRow): GraphNode {
  const stub = row.stub === 1;
  return {
    id: row.id,
    kind: row.kind as NodeKind,
    sourceId: row.source_id,
    nativeId: row.native_id,
    name: row.name,
    attributes:
      row.kind === 'account'
        ? { ...accountAttributes(row.attributes, row.last_login, stub) }
        : { ...parseAttributes(row.attributes), ...(stub ? { stub: true } : {}) },
  };
}

export function summaryOf(row: SummaryRow): NodeSummary {
  return {
    ...nodeOf(row),
    beganAt: row.began_at,
    ...(row.tier === null ? {} : { tier: row.tier as PrivilegeTier }),
  };
}

/**
 * An identity shows its account's attributes besides its own, and the highest tier of its accounts. `others`: those
 * that were joined to it.
 */
export function identitySummary(
  identity: SummaryRow,
  account: SummaryRow,
  others: readonly { tier: string | null }[] = [],
): NodeSummary {
  const own = summaryOf(identity);
  const { attributes, tier: first } = summaryOf(account);
  const tier = others.reduce((highest, other) => higherTier(highest, other.tier), first);
  return {
    ...own,
    attributes: { ...attributes, ...own.attributes, accountId: account.id },
    ...(tier ? { tier } : {}),
  };
}

function higherTier(a: PrivilegeTier | undefined, b: string | null): PrivilegeTier | undefined {
  const tier = b === null ? undefined : (b as PrivilegeTier);
  if (a === undefined || tier === undefined) return a ?? tier;
  return tierRank(tier) > tierRank(a) ? tier : a;
}

/** The rows of nodes, by id. */
export function readSummaries(tx: Tx, ids: Iterable<string>): Map<string, SummaryRow> {
  const rows = tx.all<SummaryRow>(
    `SELECT ${SUMMARY_COLUMNS} FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
     LEFT JOIN activity a ON a.account_id = n.id`,
    set(ids),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Account → its identity. */
export function readIdentities(tx: Tx, accountIds: Iterable<string>): Map<string, SummaryRow> {
  const rows = tx.all<SummaryRow & { account_id: string }>(
    `SELECT ${SUMMARY_COLUMNS}, e.to_id AS account_id FROM json_each(?) j
     CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT'
     CROSS JOIN node n ON n.id = e.from_id
     LEFT JOIN activity a ON a.account_id = n.id`,
    set(accountIds),
  );
  return new Map(rows.map((row) => [row.account_id, row]));
}

/** The accounts of an identity, or of the account itself, in the order of their ids. */
export function accountsOf(tx: Tx, subjectId: string): string[] {
  if (subjectId.startsWith('acc_')) return [subjectId];
  return tx
    .raw<[string]>("SELECT to_id FROM edge WHERE from_id = ? AND kind = 'HAS_ACCOUNT' ORDER BY to_id", subjectId)
    .map(([id]) => id);
}
