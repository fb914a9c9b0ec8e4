import { isOwn, isSet, MAX_PATH_EDGES, type Onward, type Trails } from './trails.ts';
import {
  distanceAt,
  idOf,
  kindOf,
  nearestFirst,
  numberOf,
  type Seeds,
  stepsNearer,
  targetOf,
  type WalkIndex,
  type Ways,
  waysTo,
} from './walk-index.ts';

/** The same as `queriedTrails`, from memory. */
export function indexedTrails(index: WalkIndex, targets: string[], seeds: Seeds): Trails {
  return trailsOf(index, waysTo(index, targets, MAX_PATH_EDGES, seeds));
}

/** To the tier-zero resources, worked out once until the graph or the seeds change. */
export function zeroTrails(index: WalkIndex, targets: () => string[], seeds: Seeds): Trails {
  const key = JSON.stringify(seeds);
  const known = index.zero.get(key);
  if (known) return known;
  if (index.zero.size >= KEPT) index.zero.clear();
  const trails = indexedTrails(index, targets(), seeds);
  index.zero.set(key, trails);
  return trails;
}

/** Ways to tier zero that are kept: those of this shard alone, and with what other shards say. */
const KEPT = 4;

function trailsOf(index: WalkIndex, ways: Ways): Trails {
  let relays: Seeds | null = null;
  const onward = (id: string): Onward[] =>
    stepsNearer(index, ways, numberOf(index, id)).map((step) => ({
      edge: isSet(id) ? null : kindOf(step),
      to: idOf(index, targetOf(step)),
    }));
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
        if (far === null || ways.elsewhere.has(node) || isOwn(idOf(index, node))) continue;
        const crosses = stepsNearer(index, ways, node).some((step) => isOwn(idOf(index, targetOf(step))));
        if (crosses) found.push([idOf(index, node), far]);
      }
      return found;
    },
  };
}
