import { liveEdge } from './assignment.ts';
import { grouped } from './group.ts';
import type { EdgeKind } from './model.ts';
import { isLast } from './privileges/edge-kinds.ts';
import type { Powers } from './privileges/powers.ts';
import { targetsIn } from './privileges/targets.ts';
import { isSet, MAX_PATH_EDGES, MAX_PATH_NODES } from './trails.ts';
import { set, type Tx } from './tx.ts';
import { powersOf } from './walk-back.ts';
import { spreadFrom } from './walk-index.spread.ts';
import { idOf } from './walk-index.ts';

/** What ways lead to: gone on from (the starts and sets of targets among them), and only ended at. */
export interface Spread {
  through: string[];
  last: string[];
  truncated: boolean;
}

const NO_POWERS: Powers = {
  powers: [],
  told: [],
  sets: new Map(),
  privileged: new Set(),
  limited: new Set(),
  roleOf: new Map(),
  unknown: [],
};

/** Everything on this shard that a walk from these leads to. `stored`: leaves what role assignments give aside. */
export function spread(tx: Tx, starts: string[], stored = false): Spread {
  const { index } = tx;
  if (!index) return spreadByQueries(tx, starts, stored ? NO_POWERS : powersOf(tx));
  const found = spreadFrom(index, starts, { edges: MAX_PATH_EDGES, nodes: MAX_PATH_NODES }, stored);
  const ids = (nodes: number[]) => nodes.map((node) => idOf(index, node));
  return { through: ids(found.through), last: ids(found.last), truncated: found.truncated };
}

const NEXT = `
SELECT e.from_id, e.kind, e.to_id FROM json_each(?) j
CROSS JOIN edge e ON e.from_id = j.value
JOIN node n ON n.id = e.to_id
WHERE ${liveEdge('e')}
ORDER BY e.to_id, e.from_id, e.kind`;

function spreadByQueries(tx: Tx, starts: string[], powers: Powers): Spread {
  const through = new Set<string>();
  const last = new Set<string>();
  const entries = grouped(powers.powers.map(({ holder, set: key }) => [holder, key] as const));
  let truncated = false;
  const enter = (id: string, into: string[]) => {
    if (through.has(id)) return;
    if (through.size >= MAX_PATH_NODES) {
      truncated = true;
      return;
    }
    through.add(id);
    const target = powers.sets.get(id);
    if (!isSet(id)) into.push(id);
    else if (target) for (const one of targetsIn(tx, powers, target, '', MAX_PATH_NODES)) enter(one, into);
  };
  let frontier: string[] = [];
  const here = tx.raw<[string]>(
    'SELECT n.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
    set(starts.filter((id) => !isSet(id))),
  );
  for (const id of [...here.map(([one]) => one), ...starts.filter(isSet)]) enter(id, frontier);
  for (let depth = 0; frontier.length > 0 && depth < MAX_PATH_EDGES; depth++) {
    const next: string[] = [];
    for (const [from, kind, to] of tx.raw<[string, EdgeKind, string]>(NEXT, set(frontier))) {
      if (isLast(kind, from, powers.limited)) last.add(to);
      else enter(to, next);
    }
    for (const id of frontier) for (const key of entries.get(id) ?? []) enter(key, next);
    frontier = next;
  }
  return { through: [...through], last: [...last].filter((id) => !through.has(id)), truncated };
}
