import { CRITICALITY_LEVELS, type CriticalityLevel, compareLevels, settled } from '../criticality/levels.ts';
import type { Reach } from '../detections/types.ts';
import { readSaid } from './criticality/said.store.ts';
import { NODE_KINDS, type NodeKind } from './model.ts';
import { byKind, type View } from './paths.ts';
import { tierZeroDevices } from './privileges/tier-zero.ts';
import { spread } from './spread.ts';
import { compareText } from './text.ts';
import { isOwn, isSet } from './trails.ts';
import { set, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';

/** Nodes of each kind that are named. */
export const RADIUS_SHOWN = 50;

export interface RadiusKind {
  kind: NodeKind;
  count: number;
  byCriticality: Record<CriticalityLevel, number>;
  /** The most critical first, then by name. */
  first: { id: string; name: string; criticality: CriticalityLevel }[];
}

export interface BlastRadius extends Reach {
  kinds: RadiusKind[];
  truncated: boolean;
}

/** Where a walk from here leads on all shards: structure and sets of targets gone on from, and structure only ended at. */
export interface Shared {
  through: string[];
  last: string[];
}

export interface SpreadAnswer extends Shared {
  /** Whether one of the starts is on this shard. */
  here: boolean;
  truncated: boolean;
}

/** What a walk from these leads to, of what every shard has. */
export function readSpread(tx: Tx, starts: string[]): SpreadAnswer {
  const { through, last, truncated } = spread(tx, starts);
  return {
    here: through.length > 0,
    through: through.filter((id) => !isOwn(id)),
    last: last.filter((id) => !isOwn(id)),
    truncated,
  };
}

/** Whether other shards can know more of what lies behind this: it may lead to accounts. */
export function mayCross(id: string): boolean {
  return isSet(id) || !(id.startsWith('grp_') || id.startsWith('rol_'));
}

export interface RadiusQuery {
  from: string;
  shared: Shared;
  /** Whether to tell of structure, too: one shard does. */
  structure: boolean;
  /** What leads to tier zero on other shards. */
  seeds: Seeds;
  view: View;
}

const KINDS: NodeKind[] = ['account', 'group', 'role', 'app', 'resource', 'identity'];
const ALL_KINDS = [...KINDS, ...NODE_KINDS.filter((kind) => !KINDS.includes(kind))];

/**
 * What of a radius is on this shard, by kind. `tier_zero`: is or leads to it; `privileged`: is a role or leads to one;
 * unless a person or a label says something else of what is not tier zero.
 */
export function readRadius(tx: Tx, { from, shared, structure, seeds }: RadiusQuery): RadiusKind[] {
  const { through, last } = spread(tx, [from, ...shared.through]);
  const own = [...through, ...last].filter(isOwn);
  const ids = new Set([...own, ...(structure ? [...shared.through, ...shared.last] : [])].filter((id) => !isSet(id)));
  ids.delete(from);
  const found = byKind(tx, ids);
  const zero = trailsTo(tx, null, seeds);
  const roles = trailsTo(tx, [...(found.get('role') ?? []), ...shared.through.filter((id) => id.startsWith('rol_'))]);
  const devices = found.has('device') ? tierZeroDevices(tx) : new Set<string>();
  const said = readSaid(tx, ids);
  const byRule = (id: string): CriticalityLevel =>
    zero.distanceOf(id) !== null || devices.has(id)
      ? 'tier_zero'
      : roles.distanceOf(id) !== null
        ? 'privileged'
        : 'ordinary';
  const criticality = (id: string) =>
    settled({ level: byRule(id), source: 'rule', reason: '' }, said.get(id) ?? []).level;
  const names = new Map(
    tx.raw<[string, string]>('SELECT n.id, n.name FROM json_each(?) j CROSS JOIN node n ON n.id = j.value', set(ids)),
  );
  return ALL_KINDS.flatMap((kind) => {
    const nodes = [...(found.get(kind) ?? [])].map((id) => ({
      id,
      name: names.get(id) ?? id,
      criticality: criticality(id),
    }));
    if (nodes.length === 0) return [];
    const byCriticality = counted((level) => nodes.filter((node) => node.criticality === level).length);
    return [{ kind, count: nodes.length, byCriticality, first: nodes.sort(byRank).slice(0, RADIUS_SHOWN) }];
  });
}

/** People and accounts live on one shard each, and one shard tells of structure: counts add up. */
export function mergeRadius(parts: RadiusKind[][]): RadiusKind[] {
  return ALL_KINDS.flatMap((kind) => {
    const same = parts.flat().filter((part) => part.kind === kind);
    if (same.length === 0) return [];
    const sum = (of: (part: RadiusKind) => number) => same.reduce((total, part) => total + of(part), 0);
    return [
      {
        kind,
        count: sum((part) => part.count),
        byCriticality: counted((level) => sum((part) => part.byCriticality[level])),
        first: same
          .flatMap((part) => part.first)
          .sort(byRank)
          .slice(0, RADIUS_SHOWN),
      },
    ];
  });
}

function counted(of: (level: CriticalityLevel) => number): RadiusKind['byCriticality'] {
  const counts = CRITICALITY_LEVELS.map((level) => [level, of(level)] as const);
  return Object.fromEntries(counts) as Record<CriticalityLevel, number>;
}

type Ranked = RadiusKind['first'][number];

function byRank(a: Ranked, b: Ranked): number {
  return compareLevels(a.criticality, b.criticality) || compareText(a.name, b.name) || compareText(a.id, b.id);
}
