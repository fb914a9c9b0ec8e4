import { liveEdge } from './assignment.ts';
import type { AnyEdgeKind, EdgeKind } from './model.ts';
import type { View } from './paths.ts';
import { isLast } from './privileges/edge-kinds.ts';
import { setsOver } from './privileges/targets.ts';
import type { Trails } from './trails.ts';
import { set, type Tx } from './tx.ts';
import { powersOf, trailsTo } from './walk-back.ts';
import { endsThere, idOf, kindOf, numberOf, type Seeds, stepsOf, targetOf, type WalkIndex } from './walk-index.ts';

/** Steps that one question tells of on a shard. */
export const MAX_NEAR_STEPS = 20_000;

export interface NearQuery {
  /** Null: tier zero. */
  to: string | null;
  /** Nodes to go on from, and sets of targets to look into. */
  nodes: string[];
  sets: string[];
  /** Edges that may still follow after the step that is asked for. */
  budget: number;
  /** What goes on on other shards. */
  seeds: Seeds;
  view: View;
}

/** A step onwards, into a node or a set of targets, and how far the target is from there. */
export type NearStep = [from: string, kind: AnyEdgeKind, to: string, far: number];

export interface NearAnswer {
  steps: NearStep[];
  /** What is in a set, and how far the target is from it. */
  contents: [set: string, id: string, far: number][];
  truncated: boolean;
}

const NEXT = `
SELECT e.from_id, e.kind, e.to_id FROM json_each(?) j CROSS JOIN edge e ON e.from_id = j.value WHERE ${liveEdge('e')}`;

/** Every step on this shard from which the target is at most so far, on a shortest way or not. */
export function readNear(tx: Tx, { to, nodes, sets, budget, seeds }: NearQuery): NearAnswer {
  const trails = trailsTo(tx, to === null ? null : [to], seeds);
  const near = (id: string): number | null => {
    const far = trails.distanceOf(id);
    return far !== null && far <= budget ? far : null;
  };
  const { steps, contents } = tx.index
    ? { steps: indexedSteps(tx.index, nodes, near), contents: indexedContents(tx.index, sets, near) }
    : { steps: queriedSteps(tx, nodes, near), contents: queriedContents(tx, sets, trails, budget) };
  return {
    steps: steps.slice(0, MAX_NEAR_STEPS),
    contents: contents.slice(0, MAX_NEAR_STEPS),
    truncated: trails.truncated || Math.max(steps.length, contents.length) > MAX_NEAR_STEPS,
  };
}

type Near = (id: string) => number | null;

function indexedSteps(index: WalkIndex, nodes: string[], near: Near): NearStep[] {
  return nodes.flatMap((from) => {
    const node = numberOf(index, from);
    if (node < 0) return [];
    return [...stepsOf(index, node)].flatMap((step): NearStep[] => {
      const to = idOf(index, targetOf(step));
      const far = near(to);
      // what only ends where it leads counts only where that is what is looked for
      return far === null || (far > 0 && endsThere(step)) ? [] : [[from, kindOf(step), to, far]];
    });
  });
}

function indexedContents(index: WalkIndex, sets: string[], near: Near): NearAnswer['contents'] {
  return sets.flatMap((key) => {
    const node = numberOf(index, key);
    if (node < 0) return [];
    return [...stepsOf(index, node)].flatMap((step): NearAnswer['contents'] => {
      const id = idOf(index, targetOf(step));
      const far = near(id);
      return far === null ? [] : [[key, id, far]];
    });
  });
}

function queriedSteps(tx: Tx, nodes: string[], near: Near): NearStep[] {
  const { limited, powers } = powersOf(tx);
  const stored = tx.raw<[string, EdgeKind, string]>(NEXT, set(nodes)).flatMap(([from, kind, to]): NearStep[] => {
    const far = near(to);
    return far === null || (far > 0 && isLast(kind, from, limited)) ? [] : [[from, kind, to, far]];
  });
  const starts = new Set(nodes);
  const given = powers.flatMap(({ holder, kind, set: key }): NearStep[] => {
    const far = starts.has(holder) ? near(key) : null;
    return far === null ? [] : [[holder, kind, key, far]];
  });
  return [...stored, ...given];
}

function queriedContents(tx: Tx, sets: string[], trails: Trails, budget: number): NearAnswer['contents'] {
  if (sets.length === 0) return [];
  const wanted = new Set(sets);
  const reached = trails.reached().filter((id) => (trails.distanceOf(id) ?? budget + 1) <= budget);
  return setsOver(tx, powersOf(tx), reached).flatMap(([key, id]): NearAnswer['contents'] =>
    wanted.has(key) ? [[key, id, trails.distanceOf(id) ?? 0]] : [],
  );
}
