import { readMeta, writeMeta } from '../meta.store.ts';
import { isDeviceId } from '../sharding.ts';
import { set, type Tx } from '../tx.ts';
import type { TablePart } from './export.ts';
import { columnsOf, type Key, type Value } from './tables.ts';

/** Characters of one JSON parameter: a string may have 2 MB, and a character up to four bytes. */
const PARAMETER_LENGTH = 450_000;

/** What a new shard is given: the part of a batch that is its own. */
export interface Delivery {
  /** Place of the old shard it comes from. */
  source: number;
  batch: number;
  seq: number;
  parts: TablePart[];
}

/**
 * Takes over rows as they are. Batches of one shard count in the order in which they were made: one that comes late,
 * or again, is left aside. Returns whether it was taken.
 */
export function importBatch(tx: Tx, { source, batch, seq, parts }: Delivery): boolean {
  const last = tx.first<{ batch: number }>('SELECT batch FROM move_seen WHERE source = ?', source)?.batch ?? 0;
  if (batch <= last) return false;
  tx.run('INSERT OR REPLACE INTO move_seen (source, batch) VALUES (?, ?)', source, batch);
  const stamps = parts.some(({ table }) => table.startsWith('pack_')) ? stampsOf(tx, source) : null;
  for (const part of parts) {
    const own = withoutOlder(tx, stamps ? restamped(part, stamps) : part);
    const { all, key } = columnsOf(tx, own.table);
    if (own.columns.join() !== all.join()) throw new TypeError('The shards are not of one version.');
    const picked = all.map((_, place) => `value->>${place}`).join(', ');
    for (const [rows, verb] of [[own.put, 'REPLACE'] as const, [own.add, 'IGNORE'] as const]) {
      for (const slice of slices(rows)) {
        tx.run(`INSERT OR ${verb} INTO ${own.table} (${all.join(', ')}) SELECT ${picked} FROM json_each(?)`, slice);
      }
    }
    const keys = key.map((_, place) => `value->>${place}`).join(', ');
    for (const slice of slices(own.drop)) {
      tx.run(`DELETE FROM ${own.table} WHERE (${key.join(', ')}) IN (SELECT ${keys} FROM json_each(?))`, slice);
    }
  }
  for (const slice of slices(parts.flatMap(({ ended }) => ended))) {
    tx.run(
      `DELETE FROM node WHERE id IN (
         SELECT n.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value->>0 AND n.as_of < j.value->>1)`,
      slice,
    );
  }
  if (seq > Number(readMeta(tx, 'seq') ?? 0)) writeMeta(tx, 'seq', String(seq));
  return true;
}

/** Devices go from account to account, and so from shard to shard: the latest that was told of one counts. */
function withoutOlder(tx: Tx, part: TablePart): TablePart {
  const [id, asOf] = [part.columns.indexOf('id'), part.columns.indexOf('as_of')];
  const devices = part.table === 'node' ? part.put.filter((row) => isDeviceId(String(row[id]))) : [];
  if (devices.length === 0) return part;
  const known = new Map(
    tx.raw<[string, number]>(
      'SELECT n.id, n.as_of FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
      set(devices.map((row) => row[id])),
    ),
  );
  return {
    ...part,
    put: part.put.filter(
      (row) => Number(row[asOf]) >= (known.get(String(row[id])) ?? -1) || !isDeviceId(String(row[id])),
    ),
  };
}

/** The pages of each old shard are numbered by themselves; here each gets the next free number. */
function stampsOf(tx: Tx, source: number): (stamp: number) => number {
  const known = new Map(tx.raw<[number, number]>('SELECT stamp, local FROM move_stamp WHERE source = ?', source));
  let last = tx.first<{ last: number | null }>('SELECT max(local) AS last FROM move_stamp')?.last ?? 0;
  return (stamp) => {
    const local = known.get(stamp);
    if (local !== undefined) return local;
    last += 1;
    known.set(stamp, last);
    tx.run('INSERT INTO move_stamp (source, stamp, local) VALUES (?, ?, ?)', source, stamp, last);
    return last;
  };
}

function restamped(part: TablePart, local: (stamp: number) => number): TablePart {
  if (!part.table.startsWith('pack_')) return part;
  const [stamp, ends] = [part.columns.indexOf('stamp'), part.columns.indexOf('ends')];
  const row = (values: Value[]) =>
    values.map((value, place) => {
      if (place === stamp) return local(Number(value));
      if (place !== ends || part.table !== 'pack_out') return value;
      return JSON.stringify((JSON.parse(String(value)) as [string, number][]).map(([to, at]) => [to, local(at)]));
    });
  // the stamp is the last part of a key that has one
  const key = (values: Key) =>
    stamp < 0 ? values : values.map((value, place) => (place === values.length - 1 ? local(Number(value)) : value));
  return { ...part, put: part.put.map(row), drop: part.drop.map(key) };
}

/** JSON arrays of these rows, none longer than a parameter may be unless a single row is. */
function* slices(rows: readonly unknown[]): Generator<string> {
  let part: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (part.length > 0 && length + text.length > PARAMETER_LENGTH) {
      yield `[${part.join(',')}]`;
      part = [];
      length = 0;
    }
    part.push(text);
    length += text.length + 1;
  }
  if (part.length > 0) yield `[${part.join(',')}]`;
}
