import { type Powers, readPowers } from './privileges/powers.ts';
import { indexedTrails } from './trails.index.ts';
import { queriedTrails } from './trails.query.ts';
import { MAX_PATH_NODES, type Trails, tierZero } from './trails.ts';
import type { Tx } from './tx.ts';
import type { Seeds } from './walk-index.ts';

const read = new WeakMap<Tx, Powers>();

/** What role assignments give in the graph that is read, worked out once for one question. */
export function powersOf(tx: Tx): Powers {
  const known = tx.index?.hubs?.powers ?? read.get(tx) ?? readPowers(tx);
  read.set(tx, known);
  return known;
}

/**
 * The ways to any of these nodes, or (null) to the tier-zero resources, over live edges and what role assignments
 * give, as long as a path may be. `seeds`: what goes on on other shards. Targets that are not here are left out.
 */
export function trailsTo(tx: Tx, to: string[] | null, seeds: Seeds = [], limit = MAX_PATH_NODES): Trails {
  if (!tx.index) return queriedTrails(tx, powersOf(tx), to ?? tierZero(tx), seeds, limit);
  return indexedTrails(tx.index, to === null ? '' : to.join(' '), () => to ?? tierZero(tx), seeds);
}
