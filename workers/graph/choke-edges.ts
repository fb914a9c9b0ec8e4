import { liveEdge } from './assignment.ts';
import { isLast } from './privileges/edge-kinds.ts';
import { setsOver } from './privileges/targets.ts';
import { set, type Tx } from './tx.ts';
import { powersOf } from './walk-back.ts';
import { idOf, kindOf, numberOf, stepsAt, targetOf, type WalkIndex } from './walk-index.ts';

export type Triple = [from: string, kind: string, to: string];

/** An edge of the picture that choke points are looked for in; `told`: the edge of the graph that it stands for. */
export interface ChokeEdge {
  from: string;
  kind: string;
  to: string;
  told: Triple | null;
}

const NONE: ReadonlySet<string> = new Set();

const WITHIN = `
SELECT e.from_id, e.kind, e.to_id FROM json_each(?1) j CROSS JOIN edge e ON e.from_id = j.value
WHERE ${liveEdge('e')} AND e.to_id IN (SELECT value FROM json_each(?1)) ORDER BY e.from_id, e.kind, e.to_id`;

/**
 * The edges among nodes on ways to tier zero. What a role assignment gives needs both the role and the assignment: so
 * the way leads from the holder over a pair (holder and role) and the assignment into the sets of targets, and taking
 * any of them away cuts it.
 */
export function chokeEdges(
  tx: Tx,
  nodes: ReadonlySet<string>,
  targets: ReadonlySet<string>,
  /** Sets of targets of which something on a way is on other shards. */
  beyond: ReadonlySet<string> = NONE,
): ChokeEdge[] {
  const powers = powersOf(tx);
  const stored = (tx.index ? among(tx.index, nodes) : tx.raw<Triple>(WITHIN, set(nodes))).filter(
    ([from, kind, to]) => !targets.has(from) && (targets.has(to) || !isLast(kind as 'GRANTS', from, powers.limited)),
  );
  const inside = tx.index ? contents(tx.index, nodes) : setsOver(tx, powers, [...nodes]);
  const sets = new Set([...beyond, ...inside.map(([key]) => key)]);
  const used = powers.powers.filter(
    ({ holder, set: key }) => nodes.has(holder) && !targets.has(holder) && sets.has(key),
  );
  const pairs = new Map<string, Triple>();
  const edges = new Map<string, ChokeEdge>();
  const add = (from: string, kind: string, to: string, told: Triple | null) =>
    edges.set(`${from} ${kind} ${to}`, { from, kind, to, told });
  for (const { holder, assignment, set: key } of used) {
    const role = assignment === null ? undefined : powers.roleOf.get(assignment);
    if (assignment === null || role === undefined) continue;
    const [pair, via] = [`pair ${holder} ${role}`, `via ${holder} ${assignment}`];
    pairs.set(`${holder} ${role}`, [holder, 'HOLDS_ROLE', role]);
    add(pair, 'HAS_ROLE_ASSIGNMENT', via, [holder, 'HAS_ROLE_ASSIGNMENT', assignment]);
    add(via, 'IN_SET', key, null);
  }
  for (const edge of pairs.values()) add(edge[0], 'HOLDS_ROLE', `pair ${edge[0]} ${edge[2]}`, edge);
  for (const [from, kind, to] of stored) {
    if (kind === 'HOLDS_ROLE' && pairs.has(`${from} ${to}`)) add(`pair ${from} ${to}`, 'IN_SET', to, null);
    else add(from, kind, to, [from, kind, to]);
  }
  for (const [key, id] of inside) add(key, 'IN_SET', id, null);
  return [...edges.values()];
}

/** The stored live edges among these nodes, by from, to and kind. */
function among(index: WalkIndex, ids: ReadonlySet<string>): Triple[] {
  return [...ids].flatMap((id) => {
    const node = numberOf(index, id);
    if (node < 0) return [];
    return [...stepsAt(index, node)].flatMap((step): Triple[] => {
      const to = idOf(index, targetOf(step));
      return ids.has(to) ? [[id, kindOf(step), to]] : [];
    });
  });
}

function contents(index: WalkIndex, ids: ReadonlySet<string>): [set: string, id: string][] {
  const { hubs } = index;
  if (!hubs) return [];
  return hubs.keys.flatMap((key, place) =>
    [...(hubs.steps[place] ?? [])].flatMap((step): [string, string][] => {
      const id = idOf(index, targetOf(step));
      return ids.has(id) ? [[key, id]] : [];
    }),
  );
}
