import type { PathStep } from '../detections/types.ts';
import { namesOf } from './choke-across.ts';
import type { AnyEdgeKind } from './model.ts';
import type { NearAnswer } from './near-paths.ts';
import type { View } from './paths.ts';
import { type Joined, seedsFor } from './portals.ts';
import type { ShardApi } from './shard-api.ts';
import { compareText } from './text.ts';
import { isSet, MAX_PATH_EDGES } from './trails.ts';

/** Edges more than the shortest path that may be asked for. */
export const MAX_SLACK = 3;
/** Steps that paths are looked for among, on all shards. */
const MAX_STEPS = 40_000;
/** Steps that are tried to find the paths. */
const MAX_TRIED = 200_000;

export interface NearPaths {
  /** The shortest first. */
  paths: PathStep[][];
  /** There are more, or more than one question looks at. */
  truncated: boolean;
}

export interface NearQuestion {
  from: string;
  /** Null: tier zero. */
  to: string | null;
  /** Edges of the shortest path. */
  shortest: number;
  slack: number;
  limit: number;
  view: View;
  joined: Joined;
}

interface Step {
  kind: AnyEdgeKind;
  to: string;
  far: number;
}

/**
 * The paths from a node that are up to `slack` edges longer than the shortest: each visits no node twice and ends at the
 * first target it comes to. What may lie on one is asked of all shards, layer by layer; then they are put together.
 */
export async function pathsWithin(shards: ShardApi[], question: NearQuestion): Promise<NearPaths> {
  const { from, shortest, slack, limit } = question;
  const most = Math.min(shortest + slack, MAX_PATH_EDGES);
  const { steps, truncated } = await readPicture(shards, question, most);
  const walk = walker(steps, limit + 1);
  for (let length = shortest; length <= most; length++) walk.ofLength(from, length);
  const refs = await namesOf(
    shards,
    [...new Set(walk.found.flatMap((path) => path.map(({ id }) => id)))],
    question.view.asOf,
  );
  const paths = walk.found.slice(0, limit).map((path) =>
    path.flatMap(({ id, edge }): PathStep[] => {
      const node = refs.get(id);
      return node ? [{ node, edge }] : [];
    }),
  );
  return { paths, truncated: truncated || walk.found.length > limit || walk.tired() };
}

/** By node, the steps that may lie on such a path. */
async function readPicture(shards: ShardApi[], question: NearQuestion, most: number) {
  const { from, to, view, joined } = question;
  const steps = new Map<string, Map<string, Step>>();
  const entries = new Map<string, { from: string; kind: AnyEdgeKind }[]>();
  const contents = new Map<string, Map<string, number>>();
  const seen = new Set([from]);
  let [count, truncated] = [0, false];
  const add = (start: string, step: Step) => {
    const known = steps.get(start) ?? new Map<string, Step>();
    const key = `${step.to} ${step.kind}`;
    if (known.has(key)) return;
    count += 1;
    steps.set(start, known.set(key, step));
  };
  const ask = (nodes: string[], sets: string[], budget: number): Promise<NearAnswer[]> =>
    Promise.all(
      shards.map((shard, index) => shard.near({ to, nodes, sets, budget, seeds: seedsFor(joined, index), view })),
    );
  let frontier = [from];
  for (let depth = 0; depth < most && frontier.length > 0; depth++) {
    if (count > MAX_STEPS) return { steps, truncated: true };
    const budget = most - depth - 1;
    const next = new Map<string, number>();
    const told = await ask(frontier, [], budget);
    const sets = new Set<string>();
    for (const [start, kind, end, far] of told.flatMap((part) => part.steps)) {
      if (!isSet(end)) {
        add(start, { kind, to: end, far });
        next.set(end, far);
        continue;
      }
      entries.set(end, [...(entries.get(end) ?? []), { from: start, kind }]);
      if (!contents.has(end)) sets.add(end);
    }
    const inside = sets.size > 0 ? await ask([], [...sets], budget) : [];
    for (const key of sets) contents.set(key, new Map());
    for (const [key, id, far] of inside.flatMap((part) => part.contents)) {
      contents.get(key)?.set(id, far);
      next.set(id, far);
    }
    truncated ||= [...told, ...inside].some((part) => part.truncated);
    frontier = [...next].filter(([id, far]) => far > 0 && !seen.has(id)).map(([id]) => id);
    for (const id of frontier) seen.add(id);
  }
  for (const [key, holders] of entries) {
    for (const { from: start, kind } of holders) {
      for (const [id, far] of contents.get(key) ?? []) {
        if (count > MAX_STEPS) return { steps, truncated: true };
        add(start, { kind, to: id, far });
      }
    }
  }
  return { steps, truncated };
}

type Found = { id: string; edge: AnyEdgeKind | null }[];

/** Finds paths of exactly one length after the other, until there are `limit`. */
function walker(steps: Map<string, Map<string, Step>>, limit: number) {
  const found: Found[] = [];
  const sorted = new Map<string, Step[]>();
  const stepsAt = (id: string): Step[] => {
    const known = sorted.get(id);
    if (known) return known;
    const made = [...(steps.get(id)?.values() ?? [])].sort(
      (a, b) => a.far - b.far || compareText(a.to, b.to) || compareText(a.kind, b.kind),
    );
    sorted.set(id, made);
    return made;
  };
  const on = new Set<string>();
  let tried = 0;
  const visit = (id: string, left: number, before: Found): void => {
    on.add(id);
    for (const { kind, to, far } of stepsAt(id)) {
      if (found.length >= limit || tried > MAX_TRIED || far > left - 1) break;
      tried += 1;
      // a path ends at the first target it comes to, and nowhere else
      if (on.has(to) || (far === 0) !== (left === 1)) continue;
      const path = [...before, { id, edge: kind }];
      if (left === 1) found.push([...path, { id: to, edge: null }]);
      else visit(to, left - 1, path);
    }
    on.delete(id);
  };
  return {
    found,
    tired: () => tried > MAX_TRIED,
    ofLength: (from: string, length: number) => {
      if (length === 0 && found.length < limit) found.push([{ id: from, edge: null }]);
      else visit(from, length, []);
    },
  };
}
