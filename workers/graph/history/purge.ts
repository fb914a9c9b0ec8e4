import type { Millis } from '../../platform/clock.ts';
import { readMeta, writeMeta } from '../meta.store.ts';
import { readMove } from '../move/state.ts';
import type { Tx } from '../tx.ts';
import { readKeptSince, writeKeptSince } from './kept.ts';

/** Rows of the history that one step looks at. */
export const PURGE_ROWS = 5_000;
/** Pages whose edges have all left, of which one step forgets at most so many. */
export const PURGE_STAMPS = 1_000;

/** How far the purge is: the part of the history that it is in, and the last key it looked at. */
interface Purge {
  part: number;
  after: (string | number)[] | null;
}

const PURGE = 'history_purge';

/**
 * From here on the shard remembers since `since`: earlier moments are refused at once, and what only they would show
 * goes step by step. Returns whether anything is left to do. Going back has no effect, the same again writes nothing;
 * while rows move to other shards nothing begins.
 */
export function keepSince(tx: Tx, since: Millis): boolean {
  if (readMove(tx) !== null) return false;
  if (since > readKeptSince(tx)) {
    writeKeptSince(tx, since);
    writePurge(tx, { part: 0, after: null });
  }
  return isPurging(tx);
}

/** Whether something is left to be purged, and may be: not while rows move. */
export function isPurging(tx: Tx): boolean {
  return readPurge(tx) !== null && readMove(tx) === null;
}

function readPurge(tx: Tx): Purge | null {
  const text = readMeta(tx, PURGE);
  return text === null || text === '' ? null : (JSON.parse(text) as Purge);
}

function writePurge(tx: Tx, purge: Purge | null): void {
  writeMeta(tx, PURGE, purge === null ? '' : JSON.stringify(purge));
}

/**
 * One step of the purge; false after the last. Where it is stands in the same transaction, so that a shard that dies
 * goes on from there.
 */
export function purgeStep(tx: Tx, rows = PURGE_ROWS): boolean {
  const purge = readPurge(tx);
  if (purge === null || !isPurging(tx)) return false;
  const step = PARTS[purge.part];
  const after = step?.(tx, readKeptSince(tx), purge.after, rows) ?? null;
  const part = after === null ? purge.part + 1 : purge.part;
  writePurge(tx, part < PARTS.length ? { part, after } : null);
  return part < PARTS.length;
}

/** Returns the last key that it looked at; null at the end. */
type Part = (tx: Tx, since: Millis, after: Purge['after'], rows: number) => Purge['after'];

const PARTS: readonly Part[] = [
  purgeVersions('node_history', ['id']),
  purgeVersions('edge_history', ['from_id', 'kind', 'to_id']),
  purgeSayings,
  purgeStamps,
];

/**
 * Versions that ended before `since`. The first version of what went on beyond stays, without what it says of a person:
 * it tells since when that is there. In the order of the key, so that an end goes after the versions it ended.
 */
function purgeVersions(table: 'node_history' | 'edge_history', key: string[]): Part {
  const columns = [...key, 'ended_at'];
  const all = columns.join(', ');
  const bound = (first: number) => `(${columns.map((_, place) => `?${first + place}`).join(', ')})`;
  const since = `?${2 * columns.length + 1}`;
  // ends that came before any beginning are of no life
  const others = `FROM ${table} y WHERE ${key.map((column) => `y.${column} = x.${column}`).join(' AND ')}
    AND y.began_at IS NOT NULL`;
  const within = `(${all}) > ${bound(1)} AND (${all}) <= ${bound(1 + columns.length)} AND x.ended_at < ${since}`;
  const over = `EXISTS (SELECT 1 ${others} AND y.gone = 1 AND y.ended_at >= x.ended_at AND y.ended_at < ${since})`;
  const later = `(SELECT y.gone ${others} AND y.ended_at < x.ended_at ORDER BY y.ended_at DESC LIMIT 1) = 0`;
  return (tx, before, after, rows) => {
    const from = after ?? columns.map((column) => (column === 'ended_at' ? -1 : ''));
    const last = tx
      .raw<(string | number)[]>(
        `SELECT ${all} FROM ${table} WHERE (${all}) > ${bound(1)} ORDER BY ${all} LIMIT ?${columns.length + 1}`,
        ...from,
        rows,
      )
      .at(-1);
    if (last === undefined) return null;
    const bounds = [...from, ...last, before];
    tx.run(`DELETE FROM ${table} AS x WHERE ${within} AND (x.gone = 1 OR ${over} OR ${later})`, ...bounds);
    if (table === 'node_history') tx.run(`${FORGET_PERSON} WHERE ${within} AND ${PERSONAL}`, ...bounds);
    return last;
  };
}

const FORGET_PERSON = `UPDATE node_history AS x SET name = '',
  attributes = CASE kind WHEN 'account' THEN '{}' ELSE attributes END`;
const PERSONAL = "x.kind IN ('account', 'identity') AND x.name <> ''";

/** What was said of criticality. */
function purgeSayings(tx: Tx, since: Millis, _: Purge['after'], rows: number): Purge['after'] {
  const key = 'node_id, said_by, began_at';
  tx.run(
    `DELETE FROM criticality_said WHERE (${key}) IN (
       SELECT ${key} FROM criticality_said WHERE ended_at < ?1 LIMIT ?2)`,
    since,
    rows,
  );
  return tx.first('SELECT 1 FROM criticality_said WHERE ended_at < ? LIMIT 1', since) === null ? null : [];
}

/** Pages of packed edges of which none is packed any more. The last stays: numbers are not given twice. */
function purgeStamps(tx: Tx, since: Millis): Purge['after'] {
  const gone = tx.run(
    `DELETE FROM pack_stamp WHERE stamp IN (
       SELECT stamp FROM pack_stamp WHERE at < ?1 AND stamp < (SELECT max(stamp) FROM pack_stamp)
       AND stamp NOT IN (SELECT stamp FROM pack_in) LIMIT ${PURGE_STAMPS})`,
    since,
  );
  return gone < PURGE_STAMPS ? null : [];
}
