import { liveEdge } from './assignment.ts';
import { addNumber, endRun, noRuns, type Runs, rowsByNumber } from './runs.ts';
import { set, type Tx } from './tx.ts';
import { changeSteps, turnedRound } from './walk-index.back.ts';
import {
  indexBytes,
  MAX_INDEX_BYTES,
  MAX_INDEX_CHANGES,
  MAX_INDEX_NODES,
  stepTo,
  type WalkIndex,
} from './walk-index.ts';

/** The nodes that steps leave, in the order they are read: edges of one step, as packs hold them, are one row. */
interface Pairs {
  from: Runs;
  steps: number[];
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
  const index: WalkIndex = {
    ids: [],
    numbers: new Map(),
    present: new Uint8Array(0),
    sources: [],
    sourceOf: new Uint16Array(0),
    outside: new Uint8Array(0),
    offsets: new Uint32Array(0),
    steps: new Uint32Array(0),
    back: turnedRound(new Uint32Array(1), new Uint32Array(0)),
    changed: new Map(),
    hubs: null,
    kept: new Map(),
    admins: null,
  };
  const fits = (steps: number) => index.ids.length < MAX_INDEX_NODES && indexBytes(index.ids.length, steps) <= maxBytes;
  for (const [id, source, outside] of tx.each<[string, string, number]>(
    `SELECT n.id, n.source_id, ${OUTSIDE} FROM node n ORDER BY n.id`,
  )) {
    const node = numberFor(index, id);
    index.present[node] = 1;
    place(index, node, source, outside);
    if (!fits(0)) return null;
  }
  const pairs: Pairs = { from: noRuns(), steps: [] };
  for (const [from, kind, to] of tx.each<[string, string, string]>(
    `SELECT e.from_id, e.kind, e.to_id FROM edge_row e WHERE ${liveEdge('e')}`,
  )) {
    addPairs(index, pairs, [from], kind, to);
    if (!fits(pairs.from.count)) return null;
  }
  for (const [kind, to, ends] of tx.each<[string, string, string]>(
    `SELECT e.kind, e.to_id, e.ends FROM (SELECT kind, to_id, ends, '{}' AS attributes FROM pack_in) e
     WHERE ${liveEdge('e')}`,
  )) {
    addPairs(index, pairs, JSON.parse(ends) as string[], kind, to);
    if (!fits(pairs.from.count)) return null;
  }
  arrange(index, pairs);
  return index;
}

function addPairs(index: WalkIndex, pairs: Pairs, froms: string[], kind: string, to: string): void {
  const step = stepTo(numberFor(index, to), kind);
  if (step === null) return;
  for (const from of froms) addNumber(pairs.from, numberFor(index, from));
  endRun(pairs.from);
  pairs.steps.push(step);
}

function widened<T extends Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(larger: T, array: T): T {
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
  const { offsets, values: steps } = rowsByNumber(pairs.from, count, (row) => pairs.steps[row] ?? 0);
  for (let node = 0; node < count; node++) {
    const [start, end] = [offsets[node] ?? 0, offsets[node + 1] ?? 0];
    if (end - start > 1) steps.subarray(start, end).sort();
  }
  index.offsets = offsets;
  index.steps = steps;
  index.back = turnedRound(offsets, steps);
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
    changeSteps(index, number, Uint32Array.from(list).sort());
  }
  return index.ids.length < MAX_INDEX_NODES;
}
