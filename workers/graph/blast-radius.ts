import type { Reach } from '../detections/types.ts';
import { liveEdge } from './assignment.ts';
import type { NodeKind } from './model.ts';
import { reachable } from './paths.ts';
import { reachOf } from './reach.ts';
import { compareText } from './text.ts';
import { set, type Tx } from './tx.ts';
import { tierZero } from './walk-back.ts';

/** Nodes of each kind that are named. */
export const RADIUS_SHOWN = 50;

/** `tier_zero`: is or leads to it. `privileged`: is a role or leads to one. */
export const CRITICALITIES = ['tier_zero', 'privileged', 'ordinary'] as const;
export type Criticality = (typeof CRITICALITIES)[number];

export interface RadiusKind {
  kind: NodeKind;
  count: number;
  byCriticality: Record<Criticality, number>;
  /** The most critical first, then by name. */
  first: { id: string; name: string; criticality: Criticality }[];
}

export interface BlastRadius extends Reach {
  kinds: RadiusKind[];
}

const KINDS: NodeKind[] = ['account', 'group', 'role', 'app', 'resource', 'identity'];

/** What live edges lead to from a node, by kind. Null when there is no such node. */
export function readBlastRadius(tx: Tx, from: string): BlastRadius | null {
  const reach = reachOf(tx, from);
  if (!reach) return null;
  const found = reachable(tx, from);
  const all = [...found.values()].flatMap((ids) => [...ids]);
  const leadsTo = backwardsIn(tx, all);
  const zero = leadsTo(tierZero(tx));
  const roles = leadsTo([...(found.get('role') ?? [])]);
  const criticality = (id: string): Criticality =>
    zero.has(id) ? 'tier_zero' : roles.has(id) ? 'privileged' : 'ordinary';
  const names = new Map(
    tx.raw<[string, string]>('SELECT n.id, n.name FROM json_each(?) j CROSS JOIN node n ON n.id = j.value', set(all)),
  );
  return {
    ...reach,
    kinds: KINDS.flatMap((kind) => {
      const nodes = [...(found.get(kind) ?? [])].map((id) => ({
        id,
        name: names.get(id) ?? id,
        criticality: criticality(id),
      }));
      if (nodes.length === 0) return [];
      const byCriticality = { tier_zero: 0, privileged: 0, ordinary: 0 };
      for (const node of nodes) byCriticality[node.criticality] += 1;
      return [{ kind, count: nodes.length, byCriticality, first: nodes.sort(byRank).slice(0, RADIUS_SHOWN) }];
    }),
  };
}

type Ranked = RadiusKind['first'][number];

function byRank(a: Ranked, b: Ranked): number {
  const rank = CRITICALITIES.indexOf(a.criticality) - CRITICALITIES.indexOf(b.criticality);
  return rank || compareText(a.name, b.name) || compareText(a.id, b.id);
}

/** Looks up which of these nodes lead to a target, over live edges among them (what is reached is closed that way). */
function backwardsIn(tx: Tx, ids: string[]): (targets: string[]) => Set<string> {
  const before = new Map<string, string[]>();
  for (const [from, to] of tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j CROSS JOIN edge e ON e.from_id = j.value WHERE ${liveEdge('e')}`,
    set(ids),
  )) {
    const list = before.get(to);
    if (list) list.push(from);
    else before.set(to, [from]);
  }
  return (targets) => {
    const seen = new Set(targets);
    for (const id of seen) for (const from of before.get(id) ?? []) seen.add(from);
    return seen;
  };
}
