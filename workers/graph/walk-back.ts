import { liveEdge } from './assignment.ts';
import type { EdgeKind } from './model.ts';
import { MAX_PATH_EDGES, MAX_PATH_NODES } from './paths.ts';
import { set, type Tx } from './tx.ts';

export interface Onward {
  edge: EdgeKind;
  to: string;
}

export interface WalkBack {
  /** Every node that leads to a target → its next step on a shortest path; the targets themselves → null. */
  onward: Map<string, Onward | null>;
  /** More nodes lead there than one search visits. */
  truncated: boolean;
}

const BEFORE = `
SELECT e.from_id, e.kind, e.to_id FROM json_each(?) j
CROSS JOIN edge e ON e.to_id = j.value
JOIN node n ON n.id = e.from_id
WHERE ${liveEdge('e')}
ORDER BY e.to_id, e.from_id, e.kind`;

/**
 * Walks breadth first against live edges: who leads to these nodes, within as many steps as `shortestPath` looks at.
 * Targets that are not here are left out.
 */
export function walkBack(tx: Tx, targets: string[], limit = MAX_PATH_NODES): WalkBack {
  const here = tx.raw<[string]>('SELECT n.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value', set(targets));
  const onward = new Map<string, Onward | null>(here.map(([id]) => [id, null]));
  let frontier = [...onward.keys()];
  let truncated = false;
  for (let depth = 0; frontier.length > 0 && depth < MAX_PATH_EDGES; depth++) {
    const before: string[] = [];
    for (const [from, edge, to] of tx.raw<[string, EdgeKind, string]>(BEFORE, set(frontier))) {
      if (onward.has(from)) continue;
      if (onward.size >= limit) {
        truncated = true;
        break;
      }
      onward.set(from, { edge, to });
      before.push(from);
    }
    frontier = before;
  }
  return { onward, truncated };
}

/** The tier-zero resources. */
export function tierZero(tx: Tx): string[] {
  return tx
    .raw<[string]>("SELECT id FROM node WHERE kind = 'resource' AND attributes->>'tierZero' ORDER BY id")
    .map(([id]) => id);
}

export function identitiesIn(onward: WalkBack['onward']): string[] {
  return [...onward.keys()].filter((id) => id.startsWith('idn_'));
}
