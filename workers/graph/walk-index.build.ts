import { liveEdge } from './assignment.ts';
import { set, type Tx } from './tx.ts';
import {
  indexBytes,
  MAX_INDEX_BYTES,
  MAX_INDEX_CHANGES,
  MAX_INDEX_NODES,
  stepTo,
  type WalkIndex,
} from './walk-index.ts';

/** Pairs of node and step, in arrays that grow. */
interface Pairs {
  from: Uint32Array;
  step: Uint32Array;
  count: number;
}

/** What an org does not contain: people, what is outside, and itself. */
const OUTSIDE = `(n.kind IN ('identity', 'external') OR (n.kind = 'resource' AND coalesce(n.attributes->>'tierZero', 0)))`;

function place(index: WalkIndex, node: number, source: string, outside: number): void {
  let at = index.sources.indexOf(source);
  if (at < 0) at = index.sources.push(source) - 1;
  index.sourceOf[node] = at;
  index.outside[node] = outside;
}

/** Reads the live edges of a shard into memory. Null when they would take more than `maxBytes`. */
export function buildIndex(tx: Tx, maxBytes = MAX_INDEX_BYTES): WalkIndex | null {
  const rows = tx.raw<[string, string, number]>(`SELECT n.id, n.source_id, ${OUTSIDE} FROM node n ORDER BY n.id`);
  const ids = rows.map(([id]) => id);
  if (ids.length >= MAX_INDEX_NODES || indexBytes(ids.length, 0) > maxBytes) return null;
  const index: WalkIndex = {
    ids,
    numbers: new Map(ids.map((id, number) => [id, number])),
    present: new Uint8Array(ids.length).fill(1),
    sources: [],
    sourceOf: new Uint16Array(ids.length),
    outside: new Uint8Array(ids.length),
    offsets: new Uint32Array(0),
    steps: new Uint32Array(0),
    changed: new Map(),
    hubs: null,
    kept: new Map(),
  };
  rows.forEach(([, source, outside], node) => {
    place(index, node, source, outside);
  });
  const pairs: Pairs = { from: new Uint32Array(1_024), step: new Uint32Array(1_024), count: 0 };
  for (const [from, kind, to] of tx.each<[string, string, string]>(
    `SELECT e.from_id, e.kind, e.to_id FROM edge_row e WHERE ${liveEdge('e')}`,
  )) {
    addPair(index, pairs, from, kind, to);
    if (indexBytes(ids.length, pairs.count) > maxBytes) return null;
  }
  for (const [kind, to, ends] of tx.each<[string, string, string]>(
    `SELECT e.kind, e.to_id, e.ends FROM (SELECT kind, to_id, ends, '{}' AS attributes FROM pack_in) e
     WHERE ${liveEdge('e')}`,
  )) {
    for (const from of JSON.parse(ends) as string[]) addPair(index, pairs, from, kind, to);
    if (indexBytes(ids.length, pairs.count) > maxBytes) return null;
  }
  arrange(index, pairs);
  return index;
}

function addPair(index: WalkIndex, pairs: Pairs, from: string, kind: string, to: string): void {
  const step = stepTo(numberFor(index, to), kind);
  if (step === null) return;
  if (pairs.count === pairs.from.length) {
    pairs.from = grown(pairs.from);
    pairs.step = grown(pairs.step);
  }
  pairs.from[pairs.count] = numberFor(index, from);
  pairs.step[pairs.count] = step;
  pairs.count += 1;
}

function widened<T extends Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(larger: T, array: T): T {
  larger.set(array);
  return larger;
}

function grown(array: Uint32Array): Uint32Array {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** The number of a node; one that only edges name gets one too, without being present. */
function numberFor(index: WalkIndex, id: string): number {
  const known = index.numbers.get(id);
  if (known !== undefined) return known;
  const number = index.ids.length;
  index.ids.push(id);
  index.numbers.set(id, number);
  if (number >= index.present.length) {
    const size = Math.max(64, index.present.length * 2);
    index.present = widened(new Uint8Array(size), index.present);
    index.outside = widened(new Uint8Array(size), index.outside);
    index.sourceOf = widened(new Uint16Array(size), index.sourceOf);
  }
  return number;
}

/** Puts the steps of each node side by side, in order. */
function arrange(index: WalkIndex, pairs: Pairs): void {
  const count = index.ids.length;
  const offsets = new Uint32Array(count + 1);
  for (let at = 0; at < pairs.count; at++) {
    const place = (pairs.from[at] ?? 0) + 1;
    offsets[place] = (offsets[place] ?? 0) + 1;
  }
  for (let node = 0; node < count; node++) offsets[node + 1] = (offsets[node + 1] ?? 0) + (offsets[node] ?? 0);
  const steps = new Uint32Array(pairs.count);
  const free = offsets.slice();
  for (let at = 0; at < pairs.count; at++) {
    const from = pairs.from[at] ?? 0;
    const place = free[from] ?? 0;
    steps[place] = pairs.step[at] ?? 0;
    free[from] = place + 1;
  }
  for (let node = 0; node < count; node++) {
    const [start, end] = [offsets[node] ?? 0, offsets[node + 1] ?? 0];
    if (end - start > 1) steps.subarray(start, end).sort();
  }
  index.offsets = offsets;
  index.steps = steps;
}

/**
 * Brings an index up to date for nodes that came or went, or whose edges did. False when so much changed that it is
 * better built anew.
 */
export function updateIndex(tx: Tx, index: WalkIndex, touched: ReadonlySet<string>): boolean {
  if (touched.size === 0) return true;
  if (index.changed.size + touched.size > MAX_INDEX_CHANGES) return false;
  index.kept.clear();
  index.hubs = null;
  const here = new Map(
    tx
      .raw<[string, string, number]>(
        `SELECT n.id, n.source_id, ${OUTSIDE} FROM json_each(?) j CROSS JOIN node n ON n.id = j.value`,
        set(touched),
      )
      .map(([id, source, outside]) => [id, { source, outside }]),
  );
  const steps = new Map<string, number[]>([...touched].map((id) => [id, []]));
  for (const [from, kind, to] of tx.raw<[string, string, string]>(
    `SELECT e.from_id, e.kind, e.to_id FROM json_each(?) j CROSS JOIN edge e ON e.from_id = j.value
     WHERE ${liveEdge('e')}`,
    set(touched),
  )) {
    const step = stepTo(numberFor(index, to), kind);
    if (step !== null) steps.get(from)?.push(step);
  }
  for (const [id, list] of steps) {
    const number = numberFor(index, id);
    const node = here.get(id);
    index.present[number] = node ? 1 : 0;
    if (node) place(index, number, node.source, node.outside);
    index.changed.set(number, Uint32Array.from(list).sort());
  }
  return index.ids.length < MAX_INDEX_NODES;
}
