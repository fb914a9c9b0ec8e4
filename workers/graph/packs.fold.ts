import { readOut, writeOut } from './packs.store.ts';
import { addNumber, endRun, noRuns, type Runs, rowsByNumber } from './runs.ts';
import type { Tx } from './tx.ts';

/** Edges that are in memory at once while they are turned round: a whole number each, and one more at the end. */
const FOLD_EDGES = 4_000_000;
/** Packs that are read at once; each is of one page. */
const PACKS_AT_ONCE = 100;
/** Nodes whose packs are read and written at once: a few megabytes of text. */
const KEYS_AT_ONCE = 500;

type Pack = [to: string, kind: string, stamp: number, ends: string];

/** Packs being turned round: of each pack the numbers of the nodes that its edges leave. */
interface Turn {
  from: Runs;
  /** Kind → node → its number; and the other way round. */
  numbers: Map<string, Map<string, number>>;
  nodes: { from: string; kind: string }[];
  /** As they stand in `pack_out`. */
  pairs: string[];
}

/** Whether packs wait to be turned round. */
export function isWaiting(tx: Tx): boolean {
  return tx.first('SELECT 1 FROM pack_waiting LIMIT 1') !== null;
}

/**
 * Turns the waiting packs round, so that edges are found from the nodes they leave. Each pack is read once, and never
 * more than `most` edges are in memory. False when nothing waits. Safe to repeat: all of it is one transaction of the
 * caller's.
 */
export function foldPacked(tx: Tx, most = FOLD_EDGES): boolean {
  if (!isWaiting(tx)) return false;
  let turn = newTurn();
  for (const pack of waitingPacks(tx)) {
    take(turn, pack);
    if (turn.from.count < most) continue;
    addOut(tx, turn);
    turn = newTurn();
  }
  addOut(tx, turn);
  tx.run('DELETE FROM pack_waiting');
  return true;
}

/** Each waiting pack. Where most packs wait they are read in the order of the table, else page by page. */
function* waitingPacks(tx: Tx): Generator<Pack> {
  const waiting = new Set(tx.raw<[number]>('SELECT stamp FROM pack_waiting ORDER BY stamp').map(([stamp]) => stamp));
  const stamps = tx.first<{ n: number }>('SELECT count(*) AS n FROM pack_stamp')?.n ?? 0;
  if (waiting.size * 2 >= stamps) {
    for (const pack of everyPack(tx)) if (waiting.has(pack[2])) yield pack;
    return;
  }
  for (const stamp of waiting) {
    yield* tx.raw<Pack>(
      `SELECT p.to_id, p.kind, p.stamp, p.ends FROM pack_waiting w CROSS JOIN json_each(w.packs) j
       CROSS JOIN pack_in p ON p.to_id = j.value->>0 AND p.kind = j.value->>1 AND p.stamp = w.stamp
       WHERE w.stamp = ?`,
      stamp,
    );
  }
}

function* everyPack(tx: Tx): Generator<Pack> {
  for (let last: Pack | undefined = ['', '', 0, '']; last; ) {
    const [to, kind, stamp] = last;
    const packs: Pack[] = tx.raw<Pack>(
      `SELECT to_id, kind, stamp, ends FROM pack_in WHERE (to_id, kind, stamp) > (?, ?, ?)
       ORDER BY to_id, kind, stamp LIMIT ?`,
      to,
      kind,
      stamp,
      PACKS_AT_ONCE,
    );
    yield* packs;
    last = packs.at(-1);
  }
}

function newTurn(): Turn {
  return { from: noRuns(), numbers: new Map(), nodes: [], pairs: [] };
}

function take(turn: Turn, [to, kind, stamp, text]: Pack): void {
  const ends = JSON.parse(text) as string[];
  const numbers = turn.numbers.get(kind) ?? new Map<string, number>();
  turn.numbers.set(kind, numbers);
  for (const from of ends) {
    let number = numbers.get(from);
    if (number === undefined) {
      number = turn.nodes.push({ from, kind }) - 1;
      numbers.set(from, number);
    }
    addNumber(turn.from, number);
  }
  endRun(turn.from);
  turn.pairs.push(JSON.stringify([to, stamp]));
}

/** Adds the turned packs to what leaves each node, in the order of the table. */
function addOut(tx: Tx, turn: Turn): void {
  const { offsets, values: packs } = rowsByNumber(turn.from, turn.nodes.length, (pack) => pack);
  const order = turn.nodes.map(({ from, kind }, node) => ({ key: `${from} ${kind}`, node }));
  order.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (let at = 0; at < order.length; at += KEYS_AT_ONCE) {
    const part = order.slice(at, at + KEYS_AT_ONCE);
    const known = readOut(
      tx,
      part.map(({ key }) => key),
    );
    const rows = part.map(({ key, node }): [string, string, string] => {
      const { from = '', kind = '' } = turn.nodes[node] ?? {};
      const added = Array.from(packs.subarray(offsets[node], offsets[node + 1]), (pack) => turn.pairs[pack] ?? '');
      const before = known.get(key)?.slice(1, -1) ?? '';
      return [from, kind, `[${before === '' ? '' : `${before},`}${added.join(',')}]`];
    });
    writeOut(tx, rows);
  }
}
