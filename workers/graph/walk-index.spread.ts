import { endsThere, numberOf, stepsAt, stepsOf, targetOf, type WalkIndex } from './walk-index.ts';

const THROUGH = 1;
const LAST = 2;

export interface IndexSpread {
  /** Nodes and sets that are reached and gone on from, the starts among them. */
  through: number[];
  /** Nodes that ways only end at. */
  last: number[];
  truncated: boolean;
}

/** Everything that steps lead to from these. `stored`: leaves what role assignments give aside. */
export function spreadFrom(
  index: WalkIndex,
  starts: Iterable<string>,
  limits: { edges: number; nodes: number },
  stored = false,
): IndexSpread {
  const nodes = index.ids.length;
  const marks = new Uint8Array(nodes + (index.hubs?.keys.length ?? 0));
  const through: number[] = [];
  const last: number[] = [];
  let truncated = false;
  let frontier: number[] = [];
  const enter = (node: number, into: number[]) => {
    if (marks[node] === THROUGH) return;
    if (through.length >= limits.nodes) {
      truncated = true;
      return;
    }
    marks[node] = THROUGH;
    through.push(node);
    into.push(node);
    // a set and what is in it are one edge away
    if (node >= nodes) for (const step of stepsOf(index, node)) enter(targetOf(step), into);
  };
  for (const id of starts) {
    const node = numberOf(index, id);
    if (node >= 0) enter(node, frontier);
  }
  for (let depth = 0; frontier.length > 0 && depth < limits.edges; depth++) {
    const next: number[] = [];
    for (const node of frontier) {
      if (node >= nodes) continue;
      for (const step of stored ? stepsAt(index, node) : stepsOf(index, node)) {
        const target = targetOf(step);
        if (target < nodes && index.present[target] !== 1) continue;
        if (!endsThere(step)) enter(target, next);
        else if (marks[target] === 0) {
          marks[target] = LAST;
          last.push(target);
        }
      }
    }
    frontier = next;
  }
  return { through, last: last.filter((node) => marks[node] === LAST), truncated };
}
