import type { PathStep } from '../detections/types.ts';
import { liveEdge } from './assignment.ts';
import type { EdgeKind, NodeKind } from './model.ts';
import { set, type Tx } from './tx.ts';

/** Longest path that is looked for, in edges. Real ones have at most five. */
export const MAX_PATH_EDGES = 12;

/** Most nodes one search visits; beyond it there is no answer to be had at once. */
export const MAX_PATH_NODES = 200_000;

interface Visit {
  from: string | null;
  edge: EdgeKind | null;
}

const NEXT = `
SELECT e.from_id, e.kind, e.to_id FROM json_each(?) j
CROSS JOIN edge e ON e.from_id = j.value
JOIN node n ON n.id = e.to_id
WHERE ${liveEdge('e')}
ORDER BY e.to_id, e.from_id, e.kind`;

/**
 * Walks breadth first along live edges from a node. `arrived` sees each new frontier (nearest first) and may stop the
 * walk by returning an id. Cycles end by themselves: a node is visited once.
 */
function walk(tx: Tx, from: string, arrived: (frontier: string[]) => string | null) {
  const visits = new Map<string, Visit>([[from, { from: null, edge: null }]]);
  let frontier = [from];
  let found = arrived(frontier);
  for (let depth = 0; found === null && frontier.length > 0 && depth < MAX_PATH_EDGES; depth++) {
    const next: string[] = [];
    for (const [source, kind, target] of tx.raw<[string, EdgeKind, string]>(NEXT, set(frontier))) {
      if (visits.has(target) || visits.size >= MAX_PATH_NODES) continue;
      visits.set(target, { from: source, edge: kind });
      next.push(target);
    }
    frontier = next;
    found = arrived(frontier);
  }
  return { visits, found };
}

/** Shortest path from a node to `to`, or to the nearest tier-zero resource. Null when there is none. */
export function shortestPath(tx: Tx, from: string, to: string | null): PathStep[] | null {
  if (!tx.first('SELECT 1 FROM node WHERE id = ?', from)) return null;
  const { visits, found } = walk(tx, from, (frontier) =>
    to === null ? tierZeroAmong(tx, frontier) : frontier.includes(to) ? to : null,
  );
  return found === null ? null : describe(tx, visits, found);
}

function tierZeroAmong(tx: Tx, ids: string[]): string | null {
  const resources = ids.filter((id) => id.startsWith('rol_'));
  if (resources.length === 0) return null;
  const row = tx.first<{ id: string }>(
    `SELECT n.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
     WHERE n.kind = 'resource' AND n.attributes->>'tierZero' ORDER BY n.id LIMIT 1`,
    set(resources),
  );
  return row?.id ?? null;
}

function describe(tx: Tx, visits: Map<string, Visit>, last: string): PathStep[] {
  const steps: { id: string; edge: EdgeKind | null }[] = [];
  let edge: EdgeKind | null = null;
  for (let id: string | null = last; id !== null; ) {
    const visit: Visit | undefined = visits.get(id);
    steps.unshift({ id, edge });
    edge = visit?.edge ?? null;
    id = visit?.from ?? null;
  }
  const names = new Map(
    tx
      .raw<[string, NodeKind, string]>(
        'SELECT n.id, n.kind, n.name FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
        set(steps.map((step) => step.id)),
      )
      .map(([id, kind, name]) => [id, { id, kind, name }]),
  );
  return steps.flatMap((step) => {
    const node = names.get(step.id);
    return node ? [{ node, edge: step.edge }] : [];
  });
}

/** Every node of a kind that live edges lead to. */
export function reachable(tx: Tx, from: string): Map<NodeKind, Set<string>> {
  const { visits } = walk(tx, from, () => null);
  visits.delete(from);
  const byKind = new Map<NodeKind, Set<string>>();
  for (const [kind, id] of tx.raw<[NodeKind, string]>(
    `SELECT n.kind, n.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
     WHERE n.kind <> 'app' OR coalesce(n.status, 'ACTIVE') = 'ACTIVE'`,
    set(visits.keys()),
  )) {
    const ids = byKind.get(kind) ?? new Set();
    byKind.set(kind, ids.add(id));
  }
  return byKind;
}
