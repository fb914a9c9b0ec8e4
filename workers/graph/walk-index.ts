import { type AnyEdgeKind, DERIVED_KINDS, EDGE_KINDS } from './model.ts';
import type { Hubs } from './privileges/hubs.ts';
import type { Trails } from './trails.ts';

/**
 * The live edges of a shard in memory, for questions that walk far: nodes are numbered in the order of their ids, and
 * a step is one whole number, the number of the node it leads to with the kind of the edge in its lowest bits. So
 * steps in numeric order are in the order of target and kind, in which the queries walk too.
 */
export interface WalkIndex {
  ids: string[];
  numbers: Map<string, number>;
  /** 1: the node is here. An edge may name one that is not (yet), and is not walked. */
  present: Uint8Array<ArrayBuffer>;
  /** Ids of sources, and for each node the place of its own in them. */
  sources: string[];
  sourceOf: Uint16Array<ArrayBuffer>;
  /** 1: the node is not what an org contains. */
  outside: Uint8Array<ArrayBuffer>;
  /** Steps of node n: `steps` from `offsets[n]` to `offsets[n + 1]`, for the nodes that were here when it was built. */
  offsets: Uint32Array;
  steps: Uint32Array;
  /** The steps of nodes that changed since. */
  changed: Map<number, Uint32Array>;
  /** What role assignments give, once somebody asked. */
  hubs: Hubs | null;
  /** Ways that were asked for: by target, and by what other shards said. */
  kept: Map<string, Trails>;
}

/**
 * For each node, and after them each set of targets, how far the nearest target is. A set is as far as the nearest
 * node in it: it stands for an edge to each. `elsewhere`: what has no way here that is as short as one on another shard.
 */
export interface Ways {
  distance: Uint8Array;
  elsewhere: Set<number>;
}

/** Nodes and sets from which a way goes on on another shard, and how far that is. */
export type Seeds = [id: string, distance: number][];

/** Bytes that the index of a shard may take. Beyond it the same questions are answered by queries, slower. */
export const MAX_INDEX_BYTES = 64 * 1024 * 1024;
/** Nodes that an index is brought up to date for; beyond it, it is built anew. */
export const MAX_INDEX_CHANGES = 20_000;

/** What one node costs (its id, its place in the map, its offsets and ways), and one step. */
const NODE_BYTES = 164;
const STEP_BYTES = 4;

const KIND_BITS = 6;
const KIND_MASK = 2 ** KIND_BITS - 1;
/** Nodes that can be numbered beside the kind. */
export const MAX_INDEX_NODES = 2 ** (32 - KIND_BITS);

/** A step from a set to what is in it, and from a role that grants an org and not all in it: in memory only. */
type StepKind = AnyEdgeKind | 'IN_SET' | 'GRANTS_ONLY';

const KINDS: readonly StepKind[] = [...[...EDGE_KINDS].sort(), ...DERIVED_KINDS, 'GRANTS_ONLY', 'IN_SET'];
const KIND_CODES = new Map<string, number>(KINDS.map((kind, code) => [kind, code]));
/** Kinds that a way may end with and does not go through. */
const LAST_CODES = new Set([KIND_CODES.get('ASSIGNED_TO'), KIND_CODES.get('GRANTS_ONLY')]);
const FAR = 255;
const NONE = new Uint32Array(0);

export function indexBytes(nodes: number, steps: number): number {
  return nodes * NODE_BYTES + steps * STEP_BYTES;
}

/** Null for a kind that the model does not know. */
export function stepTo(target: number, kind: string): number | null {
  const code = KIND_CODES.get(kind);
  return code === undefined ? null : target * 2 ** KIND_BITS + code;
}

export const targetOf = (step: number) => step >>> KIND_BITS;
export const codeOf = (step: number) => step & KIND_MASK;

/** The kind of the edge that a step stands for. */
export function kindOf(step: number): AnyEdgeKind {
  const kind = KINDS[codeOf(step)];
  return kind === undefined || kind === 'GRANTS_ONLY' || kind === 'IN_SET' ? 'GRANTS' : kind;
}

export function endsThere(step: number): boolean {
  return LAST_CODES.has(codeOf(step));
}

/** The number of a node that is here, or of a set; -1 for any other. */
export function numberOf(index: WalkIndex, id: string): number {
  const number = index.numbers.get(id);
  if (number !== undefined) return index.present[number] === 1 ? number : -1;
  return index.hubs?.numbers.get(id) ?? -1;
}

export function idOf(index: WalkIndex, number: number): string {
  return index.ids[number] ?? index.hubs?.keys[number - index.ids.length] ?? '';
}

/** The stored steps of a node. */
export function stepsAt(index: WalkIndex, node: number): Uint32Array {
  const changed = index.changed.get(node);
  if (changed) return changed;
  if (node + 1 >= index.offsets.length) return NONE;
  return index.steps.subarray(index.offsets[node] ?? 0, index.offsets[node + 1] ?? 0);
}

/** The steps of a node, with those by the powers that it has; and those of a set. */
export function stepsOf(index: WalkIndex, node: number): Uint32Array {
  const { hubs } = index;
  if (!hubs) return stepsAt(index, node);
  return hubs.merged.get(node) ?? hubs.steps[node - hubs.base] ?? stepsAt(index, node);
}

/**
 * How far every node is from the nearest of these. Each round looks at the nodes that have no way yet, so edges need
 * to be known in one direction only; a walk has few rounds.
 */
export function waysTo(index: WalkIndex, targets: string[], maxEdges: number, seeds: Seeds = []): Ways {
  const nodes = index.ids.length;
  const sets = index.hubs?.keys.length ?? 0;
  const distance = new Uint8Array(nodes + sets).fill(FAR);
  const elsewhere = new Set<number>();
  for (const id of targets) {
    const target = numberOf(index, id);
    if (target >= 0) distance[target] = 0;
  }
  const planted = seeds.flatMap(([id, far]) => {
    const node = numberOf(index, id);
    return node >= 0 ? [{ node, far }] : [];
  });
  if (planted.length === 0 && !targets.some((id) => numberOf(index, id) >= 0)) return { distance, elsewhere };
  const plant = (round: number, ofSets: boolean) => {
    for (const { node, far } of planted) {
      if (far !== round || node >= nodes !== ofSets || distance[node] !== FAR) continue;
      distance[node] = round;
      elsewhere.add(node);
    }
  };
  const last = planted.reduce((most, { far }) => Math.max(most, far), 0);
  for (let round = 0, found = true; (found || round <= last) && round <= maxEdges; round++) {
    plant(round, false);
    for (let set = nodes; set < nodes + sets; set++) {
      if (distance[set] === FAR && leadsTo(stepsOf(index, set), distance, round)) distance[set] = round;
    }
    plant(round, true);
    if (round === maxEdges) break;
    found = false;
    for (let node = 0; node < nodes; node++) {
      if (distance[node] !== FAR || index.present[node] !== 1) continue;
      if (!leadsTo(stepsOf(index, node), distance, round)) continue;
      distance[node] = round + 1;
      found = true;
    }
  }
  return { distance, elsewhere };
}

function leadsTo(steps: Uint32Array, distance: Uint8Array, wanted: number): boolean {
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] ?? 0;
    // a step that ends where it leads counts only where that is what is looked for
    if (distance[targetOf(step)] === wanted && (wanted === 0 || !endsThere(step))) return true;
  }
  return false;
}

/** The steps of a node, or of a set, that bring nearer by one edge; a step into a set and one out of it are one edge. */
export function stepsNearer(index: WalkIndex, { distance, elsewhere }: Ways, node: number): number[] {
  const far = distance[node] ?? FAR;
  const wanted = node >= index.ids.length ? far : far - 1;
  if (far === FAR || elsewhere.has(node) || wanted < 0) return [];
  return [...stepsOf(index, node)].filter(
    (step) => distance[targetOf(step)] === wanted && (wanted === 0 || !endsThere(step)),
  );
}

export function distanceAt({ distance }: Ways, node: number): number | null {
  const far = node < 0 ? FAR : (distance[node] ?? FAR);
  return far === FAR ? null : far;
}

/** Nodes with a way, the nearest first and then by number. Sets are left out. */
export function nearestFirst(index: WalkIndex, { distance }: Ways): number[] {
  const rounds: number[][] = [];
  for (let node = 0; node < index.ids.length; node++) {
    const far = distance[node] ?? FAR;
    if (far === FAR) continue;
    const round = rounds[far] ?? [];
    rounds[far] = round;
    round.push(node);
  }
  return rounds.flat();
}
