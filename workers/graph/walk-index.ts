import type { PrivilegeTier } from '../detections/types.ts';
import { type AnyEdgeKind, DERIVED_KINDS, EDGE_KINDS } from './model.ts';
import { USE_KINDS } from './privileges/edge-kinds.ts';
import type { Hubs } from './privileges/hubs.ts';
import type { Trails } from './trails.ts';
import type { Back } from './walk-index.back.ts';

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
  /** The same steps by the nodes they lead to. */
  back: Back;
  /** The steps of nodes that changed since. */
  changed: Map<number, Uint32Array>;
  /** What role assignments give, once somebody asked. */
  hubs: Hubs | null;
  /** Ways that were asked for: by target, and by what other shards said. */
  kept: Map<string, Trails>;
  /** The identities that are administrators, once somebody asked. */
  admins: Map<string, PrivilegeTier> | null;
}

/** Nodes and sets from which a way goes on on another shard, and how far that is. */
export type Seeds = [id: string, distance: number][];

/** Bytes that the index of a shard may take. Beyond it the same questions are answered by queries, slower. */
export const MAX_INDEX_BYTES = 64 * 1024 * 1024;
/** Nodes that an index is brought up to date for; beyond it, it is built anew. */
export const MAX_INDEX_CHANGES = 20_000;

/** What one node costs (its id, its place in the map, its offsets and ways), and one step, which is kept both ways. */
const NODE_BYTES = 168;
const STEP_BYTES = 8;

const KIND_BITS = 6;
const KIND_MASK = 2 ** KIND_BITS - 1;
/** Nodes that can be numbered beside the kind. */
export const MAX_INDEX_NODES = 2 ** (32 - KIND_BITS);

/** A step from a set to what is in it, and from a role that grants an org and not all in it: in memory only. */
type StepKind = AnyEdgeKind | 'IN_SET' | 'GRANTS_ONLY';

const KINDS: readonly StepKind[] = [...[...EDGE_KINDS].sort(), ...DERIVED_KINDS, 'GRANTS_ONLY', 'IN_SET'];
const KIND_CODES = new Map<string, number>(KINDS.map((kind, code) => [kind, code]));
const GRANTS = KIND_CODES.get('GRANTS');
/** Kinds that a way may end with and does not go through. */
const LAST_CODES = new Set([...USE_KINDS, 'GRANTS_ONLY'].map((kind) => KIND_CODES.get(kind)));
export const NO_STEPS = new Uint32Array(0);

export function indexBytes(nodes: number, steps: number): number {
  return nodes * NODE_BYTES + steps * STEP_BYTES;
}

/** Null for a kind that the model does not know. */
export function stepTo(target: number, kind: string): number | null {
  const code = KIND_CODES.get(kind);
  return code === undefined ? null : stepAs(target, code);
}

/** The step with this node and the code of a kind. */
export const stepAs = (node: number, code: number) => node * 2 ** KIND_BITS + code;

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

/** Whether a step back comes from a role that grants the org and not all in it: a way ends with it. */
export function grantsOnly({ hubs }: WalkIndex, step: number): boolean {
  return codeOf(step) === GRANTS && hubs !== null && hubs.limited.has(targetOf(step));
}

/** Whether steps in numeric order hold this one. */
export function holdsStep(steps: Uint32Array, step: number): boolean {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return steps[low] === step;
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
  return index.changed.get(node) ?? builtSteps(index, node);
}

/** The steps that a node had when the index was built. */
export function builtSteps(index: WalkIndex, node: number): Uint32Array {
  if (node + 1 >= index.offsets.length) return NO_STEPS;
  return index.steps.subarray(index.offsets[node] ?? 0, index.offsets[node + 1] ?? 0);
}

/** The steps of a node, with those by the powers that it has; and those of a set. */
export function stepsOf(index: WalkIndex, node: number): Uint32Array {
  const { hubs } = index;
  if (!hubs) return stepsAt(index, node);
  return hubs.merged.get(node) ?? hubs.steps[node - hubs.base] ?? stepsAt(index, node);
}
