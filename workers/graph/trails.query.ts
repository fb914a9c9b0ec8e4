import { liveEdge } from './assignment.ts';
import { grouped } from './group.ts';
import type { AnyEdgeKind, EdgeKind } from './model.ts';
import { isLast } from './privileges/edge-kinds.ts';
import type { Power, Powers } from './privileges/powers.ts';
import { setsOver } from './privileges/targets.ts';
import { isOwn, isSet, MAX_PATH_EDGES, type Onward, type Trails } from './trails.ts';
import { set, type Tx } from './tx.ts';
import type { Seeds } from './walk-index.ts';

const BEFORE = `
SELECT e.from_id, e.kind, e.to_id FROM json_each(?) j
CROSS JOIN edge_in e ON e.to_id = j.value
JOIN node n ON n.id = e.from_id
WHERE ${liveEdge('e')}
ORDER BY e.to_id, e.from_id, e.kind`;

/**
 * Walks breadth first against live edges and powers, by queries: for graphs that are not in memory, those of the past
 * and those without something.
 */
export function queriedTrails(tx: Tx, powers: Powers, targets: string[], seeds: Seeds, limit: number): Trails {
  const walk = walkBack(tx, powers, targets, seeds, limit);
  const { distance, onward } = walk;
  return {
    truncated: walk.truncated,
    distanceOf: (id) => distance.get(id) ?? null,
    onward: (id) => onward.get(id) ?? [],
    reached: () => [...distance.keys()].filter((id) => !isSet(id)),
    relays: () =>
      [...onward].flatMap(([id, steps]): Seeds => {
        return !isOwn(id) && steps.some(({ to }) => isOwn(to)) ? [[id, distance.get(id) ?? 0]] : [];
      }),
  };
}

function walkBack(tx: Tx, powers: Powers, targets: string[], seeds: Seeds, limit: number) {
  const distance = new Map<string, number>();
  const onward = new Map<string, Onward[]>();
  const holders = holdersOf(powers);
  const present = readPresent(tx, [...targets, ...seeds.map(([id]) => id)]);
  let truncated = false;
  /** Notes a way; true when it is the first one to a node. */
  const reach = (from: string, far: number, step: Onward): boolean => {
    const known = distance.get(from);
    if (known !== undefined) {
      if (known === far) onward.get(from)?.push(step);
      return false;
    }
    if (!isSet(from) && visited >= limit) {
      truncated = true;
      return false;
    }
    if (!isSet(from)) visited += 1;
    distance.set(from, far);
    onward.set(from, [step]);
    return true;
  };
  const plant = (far: number, ofSets: boolean): string[] =>
    seeds.flatMap(([id, at]) => {
      const here = isSet(id) ? powers.sets.has(id) : present.has(id);
      if (at !== far || isSet(id) !== ofSets || !here || distance.has(id)) return [];
      distance.set(id, far);
      return [id];
    });
  const most = seeds.reduce((last, [, far]) => Math.max(last, far), 0);
  let frontier = targets.filter((id) => present.has(id));
  for (const id of frontier) distance.set(id, 0);
  let visited = frontier.length;
  for (let far = 0; far <= MAX_PATH_EDGES && (frontier.length > 0 || far <= most); far++) {
    frontier.push(...plant(far, false));
    const sets: string[] = [];
    for (const [key, id] of setsOver(tx, powers, frontier)) {
      if (reach(key, far, { edge: null, to: id })) sets.push(key);
    }
    sets.push(...plant(far, true));
    if (far === MAX_PATH_EDGES) break;
    const next: string[] = [];
    const step = (from: string, edge: AnyEdgeKind, to: string) => {
      if (reach(from, far + 1, { edge, to })) next.push(from);
    };
    for (const [from, edge, to] of tx.raw<[string, EdgeKind, string]>(BEFORE, set(frontier))) {
      if (far === 0 || !isLast(edge, from, powers.limited)) step(from, edge, to);
    }
    for (const key of sets) for (const { holder, kind } of holders.get(key) ?? []) step(holder, kind, key);
    frontier = next;
  }
  return { distance, onward, truncated };
}

/** Who has which power over a set, each once however many assignments give it. */
function holdersOf({ powers }: Powers): Map<string, Pick<Power, 'holder' | 'kind'>[]> {
  const once = new Map(powers.map((power) => [`${power.holder} ${power.kind} ${power.set}`, power]));
  return grouped([...once.values()].map((power) => [power.set, power] as const));
}

function readPresent(tx: Tx, ids: string[]): Set<string> {
  return new Set(
    tx.raw<[string]>('SELECT n.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value', set(ids)).map(([id]) => id),
  );
}
