import { eachStepBack } from './walk-index.back.ts';
import { endsThere, grantsOnly, numberOf, type Seeds, stepsOf, targetOf, type WalkIndex } from './walk-index.ts';

/**
 * For each node, and after them each set of targets, how far the nearest target is. A set is as far as the nearest
 * node in it: it stands for an edge to each. `elsewhere`: what has no way here that is as short as one on another shard.
 */
export interface Ways {
  distance: Uint8Array;
  elsewhere: Set<number>;
}

const FAR = 255;

/** How far every node is from the nearest of these, looking only at what leads there. */
export function waysTo(index: WalkIndex, targets: string[], maxEdges: number, seeds: Seeds = []): Ways {
  const { hubs, present } = index;
  const nodes = index.ids.length;
  const sets = hubs?.keys.length ?? 0;
  const distance = new Uint8Array(nodes + sets).fill(FAR);
  const elsewhere = new Set<number>();
  let frontier: number[] = [];
  const reach = (node: number, far: number) => {
    distance[node] = far;
    frontier.push(node);
  };
  const planted = seeds.flatMap(([id, far]) => {
    const node = numberOf(index, id);
    return node >= 0 ? [{ node, far }] : [];
  });
  const plant = (round: number, ofSets: boolean) => {
    for (const { node, far } of planted) {
      if (far !== round || node >= nodes !== ofSets || distance[node] !== FAR) continue;
      reach(node, round);
      elsewhere.add(node);
    }
  };
  for (const id of targets) {
    const target = numberOf(index, id);
    if (target >= 0 && distance[target] === FAR) reach(target, 0);
  }
  const last = planted.reduce((most, { far }) => Math.max(most, far), 0);
  for (let round = 0; (frontier.length > 0 || round <= last) && round <= maxEdges; round++) {
    plant(round, false);
    for (let set = nodes; frontier.length > 0 && set < nodes + sets; set++) {
      if (distance[set] === FAR && holdsAny(stepsOf(index, set), distance, round)) reach(set, round);
    }
    plant(round, true);
    if (round === maxEdges) break;
    const from = frontier;
    frontier = [];
    const before = (step: number) => {
      const node = targetOf(step);
      if (distance[node] !== FAR || present[node] !== 1) return;
      // a step that ends where it leads counts only where that is what is looked for
      if (round === 0 || !(endsThere(step) || grantsOnly(index, step))) reach(node, round + 1);
    };
    for (const node of from) {
      if (node < nodes) eachStepBack(index, node, before);
      else for (const step of hubs?.holders.get(node) ?? []) before(step);
    }
  }
  return { distance, elsewhere };
}

/** Whether a set holds something that is so far. */
function holdsAny(steps: Uint32Array, distance: Uint8Array, wanted: number): boolean {
  for (let at = 0; at < steps.length; at++) {
    if (distance[targetOf(steps[at] ?? 0)] === wanted) return true;
  }
  return false;
}

/** The steps of a node, or of a set, that bring nearer by one edge; a step into a set and one out of it are one edge. */
export function* stepsNearer(index: WalkIndex, { distance, elsewhere }: Ways, node: number): Generator<number> {
  const far = distance[node] ?? FAR;
  const wanted = node >= index.ids.length ? far : far - 1;
  if (far === FAR || elsewhere.has(node) || wanted < 0) return;
  const steps = stepsOf(index, node);
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] ?? 0;
    if (distance[targetOf(step)] === wanted && (wanted === 0 || !endsThere(step))) yield step;
  }
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
