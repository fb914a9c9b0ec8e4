import { graphTooLarge } from '../graph.errors.ts';
import { grouped } from '../group.ts';
import type { EdgeKind } from '../model.ts';
import { graphMoving, readMove } from '../move/state.ts';
import { columnsOf } from '../move/tables.ts';
import { unpack } from '../packs.store.ts';
import { set, type Tx } from '../tx.ts';

/** What is stored of one account, on its way to another shard. */
export interface Parcel {
  accountId: string;
  token: string;
  tables: { table: string; columns: string[]; rows: (string | number | null)[][] }[];
}

/** Characters of one account's rows: a message takes 32 MB. */
export const MAX_PARCEL = 8_000_000;
/** A stored text may have 2 MB. */
const PART = 400_000;

const BY_ACCOUNT = [
  'activity',
  'factor',
  'signal',
  'pending_patch',
  'pending_evaluation',
  'verdict',
  'identity_kind',
  'account_link',
] as const;

const NOT_FROM_ACCOUNT = "NOT (from_id >= 'acc_' AND from_id < 'acc`')";
const OWN_EDGES = `(t.from_id = ?1 OR (t.to_id = ?1 AND ${NOT_FROM_ACCOUNT}))`;
/** The history is not searched by where edges lead to: who led to the account is found once for many accounts. */
const OWN_PAST = '(t.from_id = ?1 OR (t.to_id = ?1 AND t.from_id IN (SELECT value FROM json_each(?2))))';

/**
 * Takes all that is stored of accounts out of this shard, and keeps it as parcels until they are known to have arrived.
 * Again with the same token: the same parcel. From here on this shard sends away who still writes of them. Throws
 * `graph.moving` while the shard itself moves.
 */
export function detachAccounts(tx: Tx, items: { accountId: string; token: string }[]): Parcel[] {
  if (readMove(tx) !== null) throw graphMoving();
  unpackAll(
    tx,
    items.map(({ accountId }) => accountId),
  );
  const ledTo = grouped(
    tx.raw<[string, string]>(
      `SELECT DISTINCT to_id, from_id FROM edge_history
       WHERE to_id IN (SELECT value FROM json_each(?)) AND ${NOT_FROM_ACCOUNT}`,
      set(items.map(({ accountId }) => accountId)),
    ),
  );
  return items.map(({ accountId, token }) => {
    const kept = keptParcel(tx, accountId, token);
    if (kept) return kept;
    // it has left, and may be back since
    if (tokensOf(tx, accountId).includes(token)) return { accountId, token, tables: [] };
    const parcel: Parcel = { accountId, token, tables: takeRows(tx, accountId, ledTo.get(accountId) ?? []) };
    keep(tx, parcel);
    return parcel;
  });
}

/** Lays the rows of accounts down here, once for each token. Returns the accounts whose rows came now. */
export function attachAccounts(tx: Tx, parcels: Parcel[]): string[] {
  return parcels.flatMap(({ accountId, token, tables }) => {
    const tokens = tokensOf(tx, accountId);
    if (tokens.includes(token)) return [];
    for (const { table, columns, rows } of tables) {
      if (columnsOf(tx, table).all.join() !== columns.join()) throw new TypeError('The shards are not of one version.');
      const picked = columns.map((_, place) => `value->>${place}`).join(', ');
      for (const slice of slices(rows)) {
        tx.run(`INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) SELECT ${picked} FROM json_each(?)`, slice);
      }
    }
    place(tx, accountId, null, [...tokens, token]);
    return [accountId];
  });
}

/** What has arrived is no longer kept here. */
export function forgetParcels(tx: Tx, items: { accountId: string; token: string }[]): void {
  tx.run(
    `DELETE FROM account_parcel WHERE (account_id, token) IN (SELECT value->>0, value->>1 FROM json_each(?))`,
    set(items.map(({ accountId, token }) => [accountId, token])),
  );
}

/** Throws `graph.moving` when one of these accounts has left for another shard: whoever asks looks again where it is. */
export function refuseAway(tx: Tx, accountIds: () => Iterable<string>): void {
  if (!tx.first('SELECT 1 FROM account_place LIMIT 1')) return;
  const away = tx.first(
    `SELECT 1 FROM json_each(?) j CROSS JOIN account_place p ON p.account_id = j.value AND p.away IS NOT NULL LIMIT 1`,
    set(new Set(accountIds())),
  );
  if (away) throw graphMoving();
}

/** What is on its way belongs to what a listing closes: it waits until everything has arrived. */
export function refuseWithParcels(tx: Tx): void {
  if (tx.first('SELECT 1 FROM account_parcel LIMIT 1')) throw graphMoving();
}

/** Packs are shared by many accounts: what leaves is taken out of them. */
function unpackAll(tx: Tx, accountIds: string[]): void {
  const edges = tx.raw<[string, EdgeKind, string]>(
    `SELECT DISTINCT p.from_id, p.kind, j2.value->>0 FROM json_each(?) j
     CROSS JOIN pack_out p ON p.from_id = j.value CROSS JOIN json_each(p.ends) j2`,
    set(accountIds),
  );
  unpack(
    tx,
    edges.map(([from, kind, to]) => ({ from, kind, to })),
  );
}

function keptParcel(tx: Tx, accountId: string, token: string): Parcel | null {
  const parts = tx.raw<[string]>(
    'SELECT body FROM account_parcel WHERE account_id = ? AND token = ? ORDER BY part',
    accountId,
    token,
  );
  if (parts.length === 0) return null;
  return { accountId, token, tables: JSON.parse(parts.map(([body]) => body).join('')) as Parcel['tables'] };
}

function keep(tx: Tx, { accountId, token, tables }: Parcel): void {
  const text = JSON.stringify(tables);
  if (text.length > MAX_PARCEL) throw graphTooLarge({ detail: `An account's rows exceed ${MAX_PARCEL} characters.` });
  for (let part = 0; part * PART < text.length; part++) {
    tx.run(
      'INSERT OR REPLACE INTO account_parcel (account_id, token, part, body) VALUES (?, ?, ?, ?)',
      accountId,
      token,
      part,
      text.slice(part * PART, (part + 1) * PART),
    );
  }
  place(tx, accountId, token, [...tokensOf(tx, accountId), token]);
}

/** Comings and goings that are remembered of one account: a call later than so many others is none. */
const TOKENS = 20;

function tokensOf(tx: Tx, accountId: string): string[] {
  const known = tx.first<{ tokens: string }>('SELECT tokens FROM account_place WHERE account_id = ?', accountId);
  return known ? (JSON.parse(known.tokens) as string[]) : [];
}

function place(tx: Tx, accountId: string, away: string | null, tokens: string[]): void {
  tx.run(
    'INSERT OR REPLACE INTO account_place (account_id, away, tokens) VALUES (?, ?, ?)',
    accountId,
    away,
    JSON.stringify(tokens.slice(-TOKENS)),
  );
}

/** The account, the identity that is made of it, its devices, and everything that is placed with them. */
function takeRows(tx: Tx, accountId: string, ledTo: string[]): Parcel['tables'] {
  const past = set(ledTo);
  const nodes = tx.raw<[string]>(
    `SELECT from_id FROM edge_row WHERE to_id = ?1 AND kind = 'DEVICE_OF' UNION
     SELECT value FROM json_each(?2) WHERE value >= 'dev_' AND value < 'dev\`' UNION
     SELECT n.id FROM edge_row e CROSS JOIN node n ON n.id = e.from_id
       WHERE e.to_id = ?1 AND e.kind = 'HAS_ACCOUNT' AND n.attributes->>'accountId' = ?1 UNION
     SELECT h.id FROM json_each(?2) j CROSS JOIN node_history h ON h.id = j.value
       WHERE h.id >= 'idn_' AND h.id < 'idn\`' AND h.attributes->>'accountId' = ?1`,
    accountId,
    past,
  );
  const ids = set([accountId, ...nodes.map(([id]) => id)]);
  const at = 't.id IN (SELECT value FROM json_each(?1))';
  return [
    taken(tx, 'node', at, ids),
    taken(tx, 'node_history', at, ids),
    taken(tx, 'edge_row', OWN_EDGES, accountId),
    taken(tx, 'edge_history', OWN_PAST, accountId, past),
    ...BY_ACCOUNT.map((table) => taken(tx, table, 't.account_id = ?1', accountId)),
  ].filter(({ rows }) => rows.length > 0);
}

function taken(tx: Tx, table: string, where: string, ...params: string[]): Parcel['tables'][number] {
  const columns = columnsOf(tx, table).all;
  const rows = tx.raw<(string | number | null)[]>(
    `SELECT ${columns.map((column) => `t.${column}`).join(', ')} FROM ${table} t WHERE ${where}`,
    ...params,
  );
  if (rows.length > 0) tx.run(`DELETE FROM ${table} AS t WHERE ${where}`, ...params);
  return { table, columns, rows };
}

function* slices(rows: unknown[][]): Generator<string> {
  let texts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (length + text.length > PART && texts.length > 0) {
      yield `[${texts.join(',')}]`;
      texts = [];
      length = 0;
    }
    texts.push(text);
    length += text.length;
  }
  if (texts.length > 0) yield `[${texts.join(',')}]`;
}
