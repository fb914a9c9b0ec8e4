import type { Millis } from '../platform/clock.ts';
import type { EdgeKey, EdgeWrite } from './edges.store.ts';
import { grouped } from './group.ts';
import type { EdgeKind } from './model.ts';
import { chunks, set, type Tx } from './tx.ts';

/**
 * Edges that a listing brings by the thousand and that carry nothing are kept packed: one row for the edges of one
 * kind that one page brought to one node (`pack_in`), which all began with that page; and, the other way round, one
 * row for all of them that leave one node (`pack_out`), which is made from the first when somebody first reads that
 * way (`pack_waiting` says what is left to do). An edge that changes in any way leaves the packs for a row of its own.
 * The views `edge` and `edge_in` show rows and packs as one, to be searched by `from_id` and by `to_id`.
 */
export const PACKED_KINDS: ReadonlySet<EdgeKind> = new Set<EdgeKind>(['MEMBER_OF']);

/** Characters of one JSON parameter (2 MB at most). */
const PARAMETER_LENGTH = 1_000_000;
/** Rows of one statement, which takes at most 100 parameters. */
const OUT_ROWS = 33;
const IN_ROWS = 25;
/** A node of which fewer edges are asked for is searched as text, without reading the list. */
const FEW = 8;

export interface Packed {
  at: Millis;
  by: string;
  stamp: number;
}

export function canPack(edge: EdgeWrite): boolean {
  return PACKED_KINDS.has(edge.kind) && edge.attributes === '{}' && edge.from.startsWith('acc_');
}

/** Which of these edges are packed, by their place in the list. */
export function readPacked(tx: Tx, edges: readonly EdgeKey[]): Map<number, Packed> {
  const asked = new Map<string, Map<string, number>>();
  edges.forEach((edge, place) => {
    if (!PACKED_KINDS.has(edge.kind)) return;
    const key = targetKey(edge);
    const ends = asked.get(key) ?? new Map<string, number>();
    asked.set(key, ends.set(edge.from, place));
  });
  const places = new Map<number, number>();
  if (asked.size === 0) return new Map();
  const keys = [...asked.keys()];
  const stamps = new Set<number>();
  for (const [place, stamp, ends] of tx.each<[number, number, string]>(
    `SELECT j.key, p.stamp, p.ends FROM json_each(?) j
     CROSS JOIN pack_in p ON p.to_id = j.value->>0 AND p.kind = j.value->>1`,
    set(keys.map((key) => key.split(' '))),
  )) {
    const wanted = asked.get(keys[place] ?? '');
    if (!wanted) continue;
    for (const from of wanted.size < FEW ? among(ends, wanted) : (JSON.parse(ends) as string[])) {
      const edge = wanted.get(from);
      if (edge === undefined) continue;
      places.set(edge, stamp);
      stamps.add(stamp);
    }
  }
  return withStamps(tx, places, stamps);
}

function withStamps(tx: Tx, places: Map<number, number>, stamps: Set<number>): Map<number, Packed> {
  if (places.size === 0) return new Map();
  const known = new Map(
    tx
      .raw<[number, number, string]>(
        'SELECT s.stamp, s.at, s.by FROM json_each(?) j CROSS JOIN pack_stamp s ON s.stamp = j.value',
        set(stamps),
      )
      .map(([stamp, at, by]) => [stamp, { at, by, stamp }]),
  );
  return new Map(
    [...places].flatMap(([place, stamp]) => {
      const packed = known.get(stamp);
      return packed ? [[place, packed] as const] : [];
    }),
  );
}

const targetKey = ({ to, kind }: Pick<EdgeKey, 'to' | 'kind'>) => `${to} ${kind}`;

function among(ends: string, wanted: Map<string, number>): string[] {
  return [...wanted.keys()].filter((from) => ends.includes(`"${from}"`));
}

/** Packs new edges of one page, which must not be there yet. */
export function addPacked(tx: Tx, edges: EdgeWrite[]): void {
  const [first] = edges;
  if (!first) return;
  const packs = [...grouped(edges.map((edge) => [targetKey(edge), edge.from] as const))].map(
    ([key, ends]): [string, string, string[]] => {
      const [to = '', kind = ''] = key.split(' ');
      return [to, kind, ends];
    },
  );
  addPacks(tx, packs, first.at, first.by);
}

/** Packs of one page, none of whose edges is there yet. */
export function addPacks(tx: Tx, packs: [to: string, kind: string, ends: string[]][], at: Millis, by: string): void {
  if (packs.length === 0) return;
  const stamp = (tx.first<{ last: number | null }>('SELECT max(stamp) AS last FROM pack_stamp')?.last ?? 0) + 1;
  tx.run('INSERT INTO pack_stamp (stamp, at, by) VALUES (?, ?, ?)', stamp, at, by);
  for (const part of chunks(packs, IN_ROWS)) {
    tx.run(
      `INSERT INTO pack_in (to_id, kind, stamp, ends) VALUES ${part.map(() => '(?, ?, ?, ?)').join(', ')}`,
      ...part.flatMap(([to, kind, ends]) => [to, kind, stamp, JSON.stringify(ends)]),
    );
  }
  tx.run('INSERT INTO pack_waiting (stamp, packs) VALUES (?, ?)', stamp, set(packs.map(([to, kind]) => [to, kind])));
}

/** Gives packed edges rows of their own, where they can change. Does nothing for those that are not packed. */
export function unpack(tx: Tx, edges: readonly EdgeKey[]): void {
  const found = [...readPacked(tx, edges)].flatMap(([place, packed]) => {
    const edge = edges[place];
    return edge ? [{ from: edge.from, kind: edge.kind, to: edge.to, ...packed }] : [];
  });
  if (found.length === 0) return;
  takeIn(tx, found);
  takeOut(tx, found);
  tx.run(
    `INSERT INTO edge_row (from_id, kind, to_id, as_of, began_at, began_by, attributes)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>3, value->>4, '{}' FROM json_each(?)`,
    set(found.map(({ from, kind, to, at, by }) => [from, kind, to, at, by])),
  );
}

type Found = EdgeKey & Packed;

function takeIn(tx: Tx, found: Found[]): void {
  const gone = grouped(found.map(({ from, kind, to, stamp }) => [`${to} ${kind} ${stamp}`, from] as const));
  const packs = tx.raw<[string, string, number, string]>(
    `SELECT p.to_id, p.kind, p.stamp, p.ends FROM json_each(?) j
     CROSS JOIN pack_in p ON p.to_id = j.value->>0 AND p.kind = j.value->>1 AND p.stamp = j.value->>2`,
    set([...gone.keys()].map((key) => key.split(' '))),
  );
  const left = packs.map(([to, kind, stamp, ends]) => {
    const leaving = new Set(gone.get(`${to} ${kind} ${stamp}`));
    return [to, kind, stamp, (JSON.parse(ends) as string[]).filter((from) => !leaving.has(from))] as const;
  });
  const at = 'to_id = j.value->>0 AND kind = j.value->>1 AND stamp = j.value->>2';
  for (const part of slices(left.filter(([, , , ends]) => ends.length > 0).map((row) => JSON.stringify(row)))) {
    tx.run(`UPDATE pack_in SET ends = j.value->>3 FROM json_each(?) j WHERE ${at}`, part);
  }
  const empty = left.filter(([, , , ends]) => ends.length === 0);
  if (empty.length > 0) {
    tx.run(
      `DELETE FROM pack_in WHERE (to_id, kind, stamp) IN
         (SELECT value->>0, value->>1, value->>2 FROM json_each(?))`,
      set(empty),
    );
  }
}

function takeOut(tx: Tx, found: Found[]): void {
  const gone = grouped(found.map(({ from, kind, to }) => [`${from} ${kind}`, to] as const));
  const packs = readOut(tx, [...gone.keys()]);
  const left = [...packs].map(([key, ends]): [string, string, string] => {
    const leaving = new Set(gone.get(key));
    const [from = '', kind = ''] = key.split(' ');
    return [from, kind, JSON.stringify((JSON.parse(ends) as [string, number][]).filter(([to]) => !leaving.has(to)))];
  });
  writeOut(tx, left);
}

/** Edges leaving nodes, `from kind` → JSON of `[to, stamp]` pairs. */
export function readOut(tx: Tx, keys: string[]): Map<string, string> {
  return new Map(
    tx
      .raw<[string, string, string]>(
        `SELECT p.from_id, p.kind, p.ends FROM json_each(?) j
         CROSS JOIN pack_out p ON p.from_id = j.value->>0 AND p.kind = j.value->>1`,
        set(keys.map((key) => key.split(' '))),
      )
      .map(([from, kind, ends]) => [`${from} ${kind}`, ends]),
  );
}

/** Rows of `pack_out`, bound as they are: their lists are long, and as JSON within JSON they would be read twice. */
export function writeOut(tx: Tx, rows: [from: string, kind: string, ends: string][]): void {
  for (const part of chunks(rows, OUT_ROWS)) {
    tx.run(
      `INSERT INTO pack_out (from_id, kind, ends) VALUES ${part.map(() => '(?, ?, ?)').join(', ')}
       ON CONFLICT DO UPDATE SET ends = excluded.ends`,
      ...part.flat(),
    );
  }
}

/** JSON arrays of these rows, none longer than a parameter may be. */
function* slices(rows: string[]): Generator<string> {
  let part: string[] = [];
  let length = 0;
  for (const row of rows) {
    if (part.length > 0 && length + row.length > PARAMETER_LENGTH) {
      yield `[${part.join(',')}]`;
      part = [];
      length = 0;
    }
    part.push(row);
    length += row.length + 1;
  }
  if (part.length > 0) yield `[${part.join(',')}]`;
}
