import { builtSteps, codeOf, holdsStep, NO_STEPS, stepAs, targetOf, type WalkIndex } from './walk-index.ts';

/**
 * The steps of an index by where they lead to: a step back is the number of the node that it comes from with the kind
 * of the edge in its lowest bits. So a walk back looks only at what leads there.
 */
export interface Back {
  /** Steps back from node n: `steps` from `offsets[n]` to `offsets[n + 1]`, as they were when the index was built. */
  offsets: Uint32Array;
  steps: Uint32Array;
  /** By node, the steps back that came since. Those that went are told by `WalkIndex.changed`. */
  added: Map<number, Set<number>>;
}

/** Turns steps round, those of node n being `steps` from `offsets[n]` to `offsets[n + 1]`. */
export function turnedRound(offsets: Uint32Array, steps: Uint32Array): Back {
  const nodes = offsets.length - 1;
  const back = new Uint32Array(nodes + 1);
  for (let at = 0; at < steps.length; at++) {
    const place = targetOf(steps[at] ?? 0) + 1;
    back[place] = (back[place] ?? 0) + 1;
  }
  for (let node = 0; node < nodes; node++) back[node + 1] = (back[node + 1] ?? 0) + (back[node] ?? 0);
  const turned = new Uint32Array(steps.length);
  const free = back.slice();
  for (let node = 0; node < nodes; node++) {
    for (let at = offsets[node] ?? 0; at < (offsets[node + 1] ?? 0); at++) {
      const step = steps[at] ?? 0;
      const place = free[targetOf(step)] ?? 0;
      turned[place] = stepAs(node, codeOf(step));
      free[targetOf(step)] = place + 1;
    }
  }
  return { offsets: back, steps: turned, added: new Map() };
}

/** Replaces the steps of a node, given in numeric order, in both directions. */
export function changeSteps(index: WalkIndex, node: number, steps: Uint32Array): void {
  const { added } = index.back;
  const built = builtSteps(index, node);
  for (const step of index.changed.get(node) ?? NO_STEPS) {
    if (!holdsStep(built, step)) added.get(targetOf(step))?.delete(stepAs(node, codeOf(step)));
  }
  for (const step of steps) {
    if (holdsStep(built, step)) continue;
    const target = targetOf(step);
    const known = added.get(target) ?? new Set();
    added.set(target, known.add(stepAs(node, codeOf(step))));
  }
  index.changed.set(node, steps);
}

/** Calls with each step back from a node that is there now. */
export function eachStepBack(index: WalkIndex, node: number, call: (step: number) => void): void {
  const { changed, back } = index;
  const [start, end] = [back.offsets[node] ?? 0, back.offsets[node + 1] ?? 0];
  for (let at = start; at < end; at++) {
    const step = back.steps[at] ?? 0;
    const now = changed.size === 0 ? undefined : changed.get(targetOf(step));
    if (!now || holdsStep(now, stepAs(node, codeOf(step)))) call(step);
  }
  for (const step of back.added.get(node) ?? NO_STEPS) call(step);
}
