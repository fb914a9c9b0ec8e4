import { isOwn, isSet, MAX_PATH_EDGES, type Onward, type Trails } from './trails.ts';
import { idOf, kindOf, numberOf, type Seeds, targetOf, type WalkIndex } from './walk-index.ts';
import { distanceAt, nearestFirst, stepsNearer, type Ways, waysTo } from './walk-index.ways.ts';

/**
 * The same as `queriedTrails`, from memory; `to`: what the targets are called. Kept until the graph changes: one
 * question asks several times, and many ask for tier zero.
 */
export function indexedTrails(index: WalkIndex, to: string, targets: () => string[], seeds: Seeds): Trails {
  const key = JSON.stringify([to, seeds]);
  const known = index.kept.get(key);
  if (known) return known;
  for (const oldest of index.kept.keys()) {
    if (index.kept.size < KEPT) break;
    index.kept.delete(oldest);
  }
  const trails = trailsOf(index, waysTo(index, targets(), MAX_PATH_EDGES, seeds));
  index.kept.set(key, trails);
  return trails;
}

/** Answers that are kept, a byte a node each. */
const KEPT = 8;

function trailsOf(index: WalkIndex, ways: Ways): Trails {
  let relays: Seeds | null = null;
  const onward = function* (id: string): Generator<Onward> {
    for (const step of stepsNearer(index, ways, numberOf(index, id))) {
      yield { edge: isSet(id) ? null : kindOf(step), to: idOf(index, targetOf(step)) };
    }
  };
  return {
    truncated: false,
    distanceOf: (id) => distanceAt(ways, numberOf(index, id)),
    onward,
    reached: () => nearestFirst(index, ways).map((node) => index.ids[node] ?? ''),
    relays: () => {
      if (relays) return relays;
      const found: Seeds = [];
      relays = found;
      for (let node = 0; node < ways.distance.length; node++) {
        const far = distanceAt(ways, node);
        if (far === null || isOwn(idOf(index, node))) continue;
        if (crossesAt(index, ways, node)) found.push([idOf(index, node), far]);
      }
      return found;
    },
  };
}

/** Whether a step that brings nearer leads to what only this shard has. */
function crossesAt(index: WalkIndex, ways: Ways, node: number): boolean {
  for (const step of stepsNearer(index, ways, node)) if (isOwn(idOf(index, targetOf(step)))) return true;
  return false;
}
