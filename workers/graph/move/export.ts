import { isAccountId, isDeviceId, isIdentityId, type Placer, shardOf } from '../sharding.ts';
import { set, type Tx } from '../tx.ts';
import { lastSeq, type NextBatch } from './move-out.ts';
import { graphMoving, type MoveState, readMove, writeMove } from './state.ts';
import {
  type Columns,
  columnsOf,
  type Key,
  livesWithAccount,
  MOVED,
  type Row,
  type Value,
  type Where,
} from './tables.ts';

/** Rows, and characters, of one batch: several of them are in the memory of the run at a time. */
export const BATCH_ROWS = 4_000;
export const BATCH_CHARS = 2_000_000;
/** Entries of the log that one batch tells. */
const BATCH_LOG = 1_000;

/** Rows of one table as one shard is to have them. */
export interface TablePart {
  table: string;
  columns: string[];
  put: Value[][];
  /** Only where there is no such row: another shard may know more. */
  add: Value[][];
  drop: Key[];
  /** Nodes that are no longer here, and what was told of them before when: another shard may know better since. */
  ended: [id: string, before: number][];
}

export interface Batch {
  number: number;
  /** For every new shard, and for each of them. */
  common: TablePart[];
  parts: TablePart[][];
  next: NextBatch;
  seq: number;
}

/**
 * The next rows to copy: first each table from end to end, then what changed since. The rows are as they are now, so
 * of two batches the one with the higher number is right. `limit`: rows of it, at most. Throws `graph.moving` when the shard does not move there.
 */
export function exportBatch(tx: Tx, generation: number, limit: number): Batch {
  const state = readMove(tx);
  if (state?.generation !== generation) throw graphMoving();
  const number = state.batch + 1;
  writeMove(tx, { ...state, batch: number });
  const dealer = dealTo(state.shards);
  const next =
    state.at.table < MOVED.length ? copyRows(tx, state, dealer, limit) : copyChanges(tx, state, dealer, limit);
  return { number, common: dealer.common(), parts: dealer.parts(), next, seq: lastSeq(tx) };
}

type Dealer = ReturnType<typeof dealTo>;
type Here = Omit<Where, 'accounts'>;

/** Accounts that were joined go with the one that they are placed with. */
function placerOf(tx: Tx, shards: number): Placer {
  const places = new Map(tx.raw<[string, string]>('SELECT account_id, place_id FROM account_link'));
  return (accountId) => shardOf(places.get(accountId) ?? accountId, shards);
}

/** Collects rows by where they go. */
function dealTo(shards: number) {
  const everywhere = new Map<string, TablePart>();
  const each = Array.from({ length: shards }, () => new Map<string, TablePart>());
  const partOf = (to: number | 'all', table: string, columns: Columns): TablePart => {
    const parts = to === 'all' ? everywhere : (each[to] ?? everywhere);
    const part = parts.get(table) ?? { table, columns: columns.all, put: [], add: [], drop: [], ended: [] };
    parts.set(table, part);
    return part;
  };
  return {
    partOf,
    common: () => [...everywhere.values()],
    parts: () => each.map((parts) => [...parts.values()]),
  };
}

function copyRows(tx: Tx, { at, index, shards }: MoveState, dealer: Dealer, limit: number): NextBatch {
  let { table, after } = at;
  const here: Here = { index, shards, place: placerOf(tx, shards) };
  let rows = 0;
  for (let chars = 0; rows < limit && chars < BATCH_CHARS; ) {
    const moved = MOVED[table];
    if (!moved) break;
    const columns = columnsOf(tx, moved.name);
    const wanted = limit - rows;
    const keys = keysAfter(tx, moved, columns, after, wanted);
    const taken = keys.slice(
      0,
      fitting(
        keys.map(({ size }) => size),
        BATCH_CHARS - chars,
      ),
    );
    const last = taken.at(-1)?.key;
    const found = last ? rowsUpTo(tx, moved.name, columns, after, last) : [];
    deal(tx, dealer, table, columns, found, here);
    chars += taken.reduce((sum, { size }) => sum + size, 0);
    rows += taken.length;
    const ended = taken.length === keys.length && keys.length < wanted;
    after = ended ? null : (last ?? null);
    if (ended) table += 1;
  }
  return { at: { table, after }, log: 0, rows };
}

/** How many of these fit, one at the least. */
function fitting(sizes: number[], room: number): number {
  let left = room;
  const beyond = sizes.findIndex((size) => {
    left -= size;
    return left < 0;
  });
  return beyond < 0 ? sizes.length : Math.max(1, beyond);
}

const tuple = (names: string[]) => `(${names.join(', ')})`;
const marks = (names: string[]) => `(${names.map(() => '?').join(', ')})`;

function keysAfter(tx: Tx, moved: { name: string; size: string }, { key }: Columns, after: Key | null, limit: number) {
  const where = after === null ? '' : `WHERE ${tuple(key)} > ${marks(key)}`;
  return tx
    .raw<(string | number)[]>(
      `SELECT ${key.join(', ')}, ${moved.size} FROM ${moved.name} ${where} ORDER BY ${key.join(', ')} LIMIT ?`,
      ...(after ?? []),
      limit,
    )
    .map((row) => ({ key: row.slice(0, key.length), size: Number(row.at(-1)) }));
}

function rowsUpTo(tx: Tx, name: string, { key }: Columns, after: Key | null, last: Key): Row[] {
  const from = after === null ? '' : `${tuple(key)} > ${marks(key)} AND`;
  return tx.all<Record<string, Value>>(
    `SELECT * FROM ${name} WHERE ${from} ${tuple(key)} <= ${marks(key)} ORDER BY ${key.join(', ')}`,
    ...(after ?? []),
    ...last,
  );
}

function deal(tx: Tx, dealer: Dealer, table: number, columns: Columns, rows: Row[], here: Here) {
  const moved = MOVED[table];
  if (!moved) return;
  const where: Where = { ...here, accounts: accountsOf(tx, moved.name, rows) };
  for (const row of rows) {
    if (moved.name === 'pack_in') {
      dealEnds(dealer, columns, row, where);
      continue;
    }
    const to = moved.place(row, where, false);
    if (to === 'nowhere') continue;
    const part = dealer.partOf(to, moved.name, columns);
    const values = columns.all.map((column) => row[column] ?? null);
    const id = String(row.id ?? '');
    // an end of what nobody here ever saw: where it is known, more is known of it
    if (to === 'all' && livesWithAccount(id)) part.add.push(values);
    else part.put.push(values);
    // it may have been with another account when it was copied
    if (moved.name === 'node' && isDeviceId(id))
      dealer.partOf('all', 'node', columns).ended.push([id, Number(row.as_of)]);
  }
}

/** Each shard gets the ends that live on it. */
function dealEnds(dealer: Dealer, columns: Columns, row: Row, { shards, place }: Here): void {
  const ends = Array.from({ length: shards }, (): string[] => []);
  for (const from of JSON.parse(String(row.ends)) as string[]) ends[place(from)]?.push(from);
  ends.forEach((own, to) => {
    const part = dealer.partOf(to, 'pack_in', columns);
    if (own.length === 0) part.drop.push(columns.key.map((column) => keyValue(row[column])));
    else part.put.push(columns.all.map((column) => (column === 'ends' ? JSON.stringify(own) : (row[column] ?? null))));
  });
}

const keyValue = (value: Value | undefined) => value ?? '';

/** The accounts by which identities are placed, as far as anything here names them. */
function accountsOf(tx: Tx, table: string, rows: Row[]): Map<string, string> {
  if (table !== 'node' && table !== 'node_history') return new Map();
  const ids = new Set(rows.map(({ id }) => String(id)).filter(isIdentityId));
  if (ids.size === 0) return new Map();
  const found = tx.raw<[string, string | null]>(
    `SELECT j.value, coalesce(
       (SELECT n.attributes->>'accountId' FROM node n WHERE n.id = j.value),
       (SELECT e.to_id FROM edge_row e WHERE e.from_id = j.value AND e.kind = 'HAS_ACCOUNT' LIMIT 1),
       (SELECT h.to_id FROM edge_history h WHERE h.from_id = j.value AND h.kind = 'HAS_ACCOUNT' LIMIT 1),
       (SELECT h.attributes->>'accountId' FROM node_history h WHERE h.id = j.value AND h.attributes IS NOT NULL LIMIT 1))
     FROM json_each(?) j`,
    set(ids),
  );
  return new Map(found.flatMap(([id, account]) => (account !== null && isAccountId(account) ? [[id, account]] : [])));
}

/** What changed since it was copied, by its key: as it is now, or that it is gone. */
function copyChanges(tx: Tx, { at, index, shards }: MoveState, dealer: Dealer, limit: number): NextBatch {
  const here: Here = { index, shards, place: placerOf(tx, shards) };
  let entries = tx.raw<[number, string, string]>(
    'SELECT seq, name, row_key FROM move_log ORDER BY seq LIMIT ?',
    Math.min(BATCH_LOG, limit),
  );
  let found = entries.length > 0 ? lookUp(tx, entries) : [];
  while (entries.length > 1 && found.reduce((sum, { chars }) => sum + chars, 0) > BATCH_CHARS) {
    entries = entries.slice(0, Math.ceil(entries.length / 2));
    found = lookUp(tx, entries);
  }
  for (const { table, columns, keys } of found) {
    const rows = rowsAt(tx, MOVED[table]?.name ?? '', columns, keys);
    deal(tx, dealer, table, columns, rows, here);
    const present = new Set(rows.map((row) => JSON.stringify(columns.key.map((column) => row[column]))));
    const gone = keys.filter((key) => !present.has(key));
    dealDrops(tx, dealer, table, columns, gone, { ...here, accounts: new Map() });
  }
  return { at, log: entries.at(-1)?.[0] ?? 0, rows: 0 };
}

const atKey = ({ key }: Columns) => key.map((column, place) => `t.${column} = j.value->>${place}`).join(' AND ');
const list = (keys: string[]) => `[${keys.join(',')}]`;

/** One way of writing a key, whoever wrote it. */
const normal = (key: string) => JSON.stringify(JSON.parse(key));

function lookUp(tx: Tx, entries: [number, string, string][]) {
  return MOVED.flatMap(({ name, size }, table) => {
    const keys = [...new Set(entries.filter((entry) => entry[1] === name).map((entry) => normal(entry[2])))];
    if (keys.length === 0) return [];
    const columns = columnsOf(tx, name);
    const row = tx.first<{ chars: number }>(
      `SELECT coalesce(sum(${size}), 0) AS chars FROM json_each(?) j CROSS JOIN ${name} t ON ${atKey(columns)}`,
      list(keys),
    );
    return [{ table, columns, keys, chars: row?.chars ?? 0 }];
  });
}

function rowsAt(tx: Tx, name: string, columns: Columns, keys: string[]): Row[] {
  return tx.all<Record<string, Value>>(
    `SELECT t.* FROM json_each(?) j CROSS JOIN ${name} t ON ${atKey(columns)}`,
    list(keys),
  );
}

function dealDrops(tx: Tx, dealer: Dealer, table: number, columns: Columns, gone: string[], where: Where): void {
  const moved = MOVED[table];
  if (!moved) return;
  const ends = moved.name === 'node' ? deviceEnds(tx, gone) : new Map<string, number>();
  for (const text of gone) {
    const key = JSON.parse(text) as Key;
    const row: Row = Object.fromEntries(columns.key.map((column, place) => [column, key[place] ?? null]));
    const to = moved.place(row, where, true);
    const end = ends.get(String(row.id ?? ''));
    if (end !== undefined) dealer.partOf('all', 'node', columns).ended.push([String(row.id), end]);
    else if (to !== 'nowhere') dealer.partOf(to, moved.name, columns).drop.push(key);
  }
}

/** A device that ended here may be on another shard since, with another account. */
function deviceEnds(tx: Tx, keys: string[]): Map<string, number> {
  return new Map(
    tx.raw<[string, number]>(
      `SELECT h.id, max(h.ended_at) FROM json_each(?) j CROSS JOIN node_history h ON h.id = j.value->>0 AND h.gone = 1
       WHERE h.id >= 'dev_' AND h.id < 'dev\`' GROUP BY h.id`,
      list(keys),
    ),
  );
}
