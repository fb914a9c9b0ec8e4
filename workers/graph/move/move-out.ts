import { readMeta, writeMeta } from '../meta.store.ts';
import type { Tx } from '../tx.ts';
import { type MoveState, readFence, readMove, writeMove } from './state.ts';
import { columnsOf, MOVED } from './tables.ts';

/** What the run that moves a graph tells a shard that is left. Each is safe to repeat. */
export type OutStep =
  | { do: 'begin'; generation: number; shards: number; index: number }
  | { do: 'confirm'; generation: number; batch: number; next: NextBatch }
  /** Takes no changes any more. A run that began earlier than the one which closed it has no say. */
  | { do: 'close'; generation: number; attempt: number }
  | { do: 'reopen'; generation: number; attempt: number }
  | { do: 'cancel'; generation: number };

/** Where to go on once a batch has arrived. */
export interface NextBatch {
  at: MoveState['at'];
  /** Last entry of the log that the batch told. */
  log: number;
  rows: number;
}

export interface OutStatus {
  done: number;
  total: number;
  /** Whether all tables were copied once. */
  copied: boolean;
  /** Rows that changed since they were copied. */
  waiting: number;
  /** Verdict changes that the issue store has not confirmed. */
  unsettled: number;
  closed: boolean;
}

/** Takes one step and says how far the shard is. Null when it is not moving (to this generation). */
export function stepOut(tx: Tx, step: OutStep): OutStatus | null {
  if (readFence(tx) === 'moved') return null;
  if (step.do === 'begin') begin(tx, step);
  if (step.do === 'cancel') cancel(tx, step.generation);
  const state = readMove(tx);
  if (state?.generation !== step.generation) return null;
  const after = take(tx, state, step);
  if (after !== state) writeMove(tx, after);
  return statusOf(tx, after);
}

function take(tx: Tx, state: MoveState, step: OutStep): MoveState {
  if (step.do === 'confirm' && step.batch === state.batch) {
    tx.run('DELETE FROM move_log WHERE seq <= ?', step.next.log);
    return { ...state, at: step.next.at, done: state.done + step.next.rows };
  }
  if (step.do === 'close' && step.attempt >= state.attempt) return { ...state, attempt: step.attempt, closed: true };
  if (step.do === 'reopen' && step.attempt === state.attempt) return { ...state, closed: false };
  return state;
}

const EVENTS = ['insert', 'update', 'delete'] as const;

const triggerName = (table: string, on: string) => `move_${table}_${on}`;

/** From here on each row that changes is noted, so that it is copied once more. */
function begin(tx: Tx, { generation, shards, index }: Extract<OutStep, { do: 'begin' }>): void {
  const known = Math.max(readMove(tx)?.generation ?? 0, Number(readMeta(tx, CANCELLED) ?? 0));
  if (generation <= known) return;
  stopNoting(tx);
  let total = 0;
  for (const { name } of MOVED) {
    const { key } = columnsOf(tx, name);
    for (const on of EVENTS) {
      const side = on === 'delete' ? 'old' : 'new';
      const columns = key.map((column) => `${side}.${column}`).join(', ');
      tx.run(
        `CREATE TRIGGER ${triggerName(name, on)} AFTER ${on} ON ${name} BEGIN
           INSERT INTO move_log (name, row_key) VALUES ('${name}', json_array(${columns}));
         END`,
      );
    }
    total += tx.first<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)?.n ?? 0;
  }
  const at = { table: 0, after: null };
  writeMove(tx, { generation, shards, index, batch: 0, at, done: 0, total, attempt: 0, closed: false });
}

const CANCELLED = 'move_cancelled';

/** Also where it has not begun: a run that is late does not begin it any more. */
function cancel(tx: Tx, generation: number): void {
  if ((readMove(tx)?.generation ?? generation) > generation) return;
  stopNoting(tx);
  writeMove(tx, null);
  writeMeta(tx, CANCELLED, String(generation));
}

function stopNoting(tx: Tx): void {
  for (const { name } of MOVED) for (const on of EVENTS) tx.run(`DROP TRIGGER IF EXISTS ${triggerName(name, on)}`);
  tx.run('DELETE FROM move_log');
}

function statusOf(tx: Tx, state: MoveState): OutStatus {
  const count = (table: string) => tx.first<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
  return {
    done: state.done,
    total: state.total,
    copied: state.at.table >= MOVED.length,
    waiting: count('move_log'),
    unsettled: count('verdict_change'),
    closed: state.closed,
  };
}

/** The number of the last verdict change of this shard: the next ones, wherever they are made, are above it. */
export function lastSeq(tx: Tx): number {
  return Number(readMeta(tx, 'seq') ?? 0);
}
