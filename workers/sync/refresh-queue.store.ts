import type { Millis } from '../platform/clock.ts';
import type { RefreshStatus } from './refresh-status.ts';
import { dueAt, keyOf, MAX_READ_AT_ONCE, MAX_WANTED, type Wanted, type WantedRow } from './wanted.ts';

/**
 * The storage of a `RefreshQueue`. No index: a queue is short as a rule, and an index would double the rows written.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS wanted (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    wanted_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    alone INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lane (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- the object's own name
    name TEXT NOT NULL,
    -- nothing is read before: Okta's limit, or trouble of the platform
    paused_until INTEGER NOT NULL DEFAULT 0,
    -- reads in a row that the platform broke
    failures INTEGER NOT NULL DEFAULT 0,
    -- when to try to begin the full sync that more was left to than the queue keeps; null: nothing was
    hand_over_at INTEGER
  );
`;

export interface LaneState {
  pausedUntil: Millis;
  failures: number;
  handOverAt: Millis | null;
}

/** How a read ended for one object. Absent: it is done. */
export interface Again {
  dueAt: Millis;
  alone: boolean;
}

export interface RefreshQueueStore {
  /** Keeps what is not wanted yet. Beyond the bound it notes that a full sync has to take over. */
  want(wanted: readonly Wanted[], now: Millis): void;
  /**
   * What is due, the longest wanted first, so that what had to wait goes before what is new. Marks it as being read.
   * One that is read alone comes alone.
   */
  take(now: Millis): WantedRow[];
  /** Forgets what was taken, except what was wanted again meanwhile and what `again` names. */
  finish(now: Millis, again?: ReadonlyMap<string, Again>): void;
  /** The read is over, however it ended. */
  release(): void;
  /** Whether something is being read. */
  busy(): boolean;
  state(): LaneState;
  change(state: Partial<LaneState>): void;
  /** The source is gone: nothing is wanted of it. */
  drop(): void;
  /** When there is something to do next; null: never. */
  nextAt(): Millis | null;
  waiting(): RefreshStatus;
}

export function migrateQueue(sql: SqlStorage): void {
  sql.exec(SCHEMA);
}

/** The name is kept at the first wake and compared at every later one: an alarm may wake the object without a name. */
export function claimQueueName(sql: SqlStorage, name: string | undefined): string {
  const kept = sql.exec<{ name: string }>('SELECT name FROM lane').toArray()[0]?.name;
  const own = kept ?? name;
  if (own === undefined || (name !== undefined && name !== own)) throw new Error('not the queue of this source');
  if (kept === undefined) sql.exec('INSERT INTO lane (one, name) VALUES (1, ?)', own);
  return own;
}

export function openQueueStore(storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>): RefreshQueueStore {
  const { sql } = storage;
  /** What is read just now, and whether it was wanted again since. A crash forgets it, and it is all read again. */
  let reading: Map<string, { row: WantedRow; again: boolean }> = new Map();

  const one = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]): T =>
    sql.exec<T>(query, ...bindings).one();
  const earliest = (after: Millis) =>
    one<{ at: number | null }>('SELECT MIN(due_at) AS at FROM wanted WHERE due_at > ?', after).at;

  const insert = (rows: readonly Wanted[], now: Millis) => {
    const open = earliest(now);
    const values = rows.map((row) => [row.kind, row.id, dueAt(row, now, open)]);
    sql.exec(
      `INSERT OR REPLACE INTO wanted (kind, id, wanted_at, due_at, attempts, alone)
       SELECT value->>0, value->>1, ?1, value->>2, 0, 0 FROM json_each(?2)`,
      now,
      JSON.stringify(values),
    );
  };

  const change: RefreshQueueStore['change'] = (state) => {
    const { pausedUntil, failures, handOverAt } = { ...store.state(), ...state };
    sql.exec('UPDATE lane SET paused_until = ?, failures = ?, hand_over_at = ?', pausedUntil, failures, handOverAt);
  };

  const store: RefreshQueueStore = {
    want(wanted, now) {
      for (const each of wanted) {
        const taken = reading.get(keyOf(each));
        if (taken) taken.again = true;
      }
      const known = new Set(
        sql
          .exec<{ key: string }>(
            `SELECT w.kind || ' ' || w.id AS key FROM json_each(?) asked
             JOIN wanted w ON w.kind = asked.value->>0 AND w.id = asked.value->>1`,
            JSON.stringify(wanted.map(({ kind, id }) => [kind, id])),
          )
          .toArray()
          .map(({ key }) => key),
      );
      const fresh = wanted.filter((each) => !known.has(keyOf(each)));
      if (fresh.length === 0) return;
      const free = MAX_WANTED - one<{ n: number }>('SELECT COUNT(*) AS n FROM wanted').n;
      storage.transactionSync(() => {
        insert(fresh.slice(0, Math.max(0, free)), now);
        if (fresh.length > free && store.state().handOverAt === null) change({ handOverAt: now });
      });
    },

    take(now) {
      const due = sql
        .exec<{ kind: string; id: string; wantedAt: number; attempts: number; alone: number }>(
          `SELECT kind, id, wanted_at AS wantedAt, attempts, alone FROM wanted WHERE due_at <= ?
           ORDER BY wanted_at, kind, id LIMIT ${MAX_READ_AT_ONCE}`,
          now,
        )
        .toArray()
        .map((row) => ({ ...row, alone: row.alone === 1 }) as WantedRow);
      const [head] = due;
      // a part of the inventory is as much work as many objects
      const single = head?.alone || head?.kind === 'inventory';
      const rows = single ? due.slice(0, 1) : due.filter((row) => !row.alone);
      reading = new Map(rows.map((row) => [keyOf(row), { row, again: false }]));
      return rows;
    },

    finish(now, again = new Map()) {
      const taken = [...reading.values()];
      const later = taken.flatMap(({ row }) => {
        const back = again.get(keyOf(row));
        return back ? [[row.kind, row.id, back.dueAt, back.alone || row.alone ? 1 : 0]] : [];
      });
      const ended = taken.filter(({ row }) => !again.has(keyOf(row)));
      storage.transactionSync(() => {
        sql.exec(
          'DELETE FROM wanted WHERE (kind, id) IN (SELECT value->>0, value->>1 FROM json_each(?))',
          JSON.stringify(ended.filter((each) => !each.again).map(({ row }) => [row.kind, row.id])),
        );
        insert(
          ended.filter((each) => each.again).map(({ row }) => row),
          now,
        );
        sql.exec(
          `UPDATE wanted SET attempts = attempts + 1, due_at = asked.value->>2, alone = asked.value->>3
           FROM json_each(?) asked WHERE wanted.kind = asked.value->>0 AND wanted.id = asked.value->>1`,
          JSON.stringify(later),
        );
      });
      reading = new Map();
    },

    release() {
      reading = new Map();
    },

    busy: () => reading.size > 0,

    state() {
      return one<{ pausedUntil: number; failures: number; handOverAt: number | null }>(
        'SELECT paused_until AS pausedUntil, failures, hand_over_at AS handOverAt FROM lane',
      );
    },

    change,

    drop() {
      storage.transactionSync(() => {
        sql.exec('DELETE FROM wanted');
        change({ pausedUntil: 0, failures: 0, handOverAt: null });
      });
      reading = new Map();
    },

    nextAt() {
      const { pausedUntil, handOverAt } = store.state();
      const due = earliest(-1);
      const times = [...(due === null ? [] : [due]), ...(handOverAt === null ? [] : [handOverAt])];
      return times.length === 0 ? null : Math.max(pausedUntil, Math.min(...times));
    },

    waiting() {
      return one<{ waiting: number; since: number | null }>(
        'SELECT COUNT(*) AS waiting, MIN(wanted_at) AS since FROM wanted',
      );
    },
  };
  return store;
}
