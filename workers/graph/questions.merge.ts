import type { PrivilegeTier } from '../detections/types.ts';
import type { ChangeRow } from './changes.ts';
import type { ChokePoint, ChokePoints } from './choke-points.ts';
import type { ReachableBy } from './reachable-by.ts';
import { compareText } from './text.ts';
import { byName, WHAT_IF_SHOWN, type WhatIf } from './what-if.ts';
import { byScore, byShift } from './what-if-verdicts.ts';

/** Structure changes on every shard, and counts once. */
export function mergeChanges(parts: ChangeRow[][]): ChangeRow[] {
  const rows = new Map(parts.flat().map((row) => [`${row.at} ${row.key}`, row]));
  return [...rows.values()].sort((a, b) => b.at - a.at || compareText(b.key, a.key));
}

export interface ReachableCounts {
  counts: Record<PrivilegeTier, number> & { total: number };
  truncated: boolean;
}

/** Identities live on one shard each: rows go together and counts add up. */
export function mergeReachableBy(parts: ReachableBy[]) {
  const sum = (tier: keyof ReachableBy['counts']) => parts.reduce((total, part) => total + part.counts[tier], 0);
  const counts = { global_admin: sum('global_admin'), admin: sum('admin'), none: sum('none') };
  return {
    rows: parts.flatMap((part) => part.rows).sort((a, b) => compareText(a.key, b.key) || compareText(a.id, b.id)),
    counts: { total: counts.global_admin + counts.admin + counts.none, ...counts },
    truncated: parts.some((part) => part.truncated),
  };
}

/** What a structure edge cuts is the sum of what it cuts on each shard. */
export function mergeChokePoints(parts: ChokePoints[], limit: number): ChokePoints {
  const points = new Map<string, ChokePoint>();
  for (const point of parts.flatMap((part) => part.points)) {
    const key = pointKey(point);
    points.set(key, { ...point, cuts: point.cuts + (points.get(key)?.cuts ?? 0) });
  }
  return {
    points: [...points.values()]
      .sort((a, b) => b.cuts - a.cuts || compareText(pointKey(a), pointKey(b)))
      .slice(0, limit),
    identities: parts.reduce((total, part) => total + part.identities, 0),
    truncated: parts.some((part) => part.truncated),
  };
}

function pointKey({ from, edgeKind, to }: ChokePoint): string {
  return `${from.id} ${edgeKind} ${to.id}`;
}

/** Accounts live on one shard each: counts add up. A removal is known when any shard knows it. */
export function mergeWhatIf(parts: WhatIf[]): WhatIf {
  const sum = (of: (part: WhatIf) => number) => parts.reduce((total, part) => total + of(part), 0);
  const first = <T>(of: (part: WhatIf) => T[], order: (a: T, b: T) => number) =>
    parts.flatMap(of).sort(order).slice(0, WHAT_IF_SHOWN);
  return {
    known: (parts[0]?.known ?? []).map((_, place) => parts.some((part) => part.known[place])),
    tierZero: { count: sum((part) => part.tierZero.count), first: first((part) => part.tierZero.first, byName) },
    apps: {
      identities: sum((part) => part.apps.identities),
      lost: sum((part) => part.apps.lost),
      first: first((part) => part.apps.first, byName),
    },
    verdicts: {
      changed: sum((part) => part.verdicts.changed),
      resolved: sum((part) => part.verdicts.resolved),
      opened: sum((part) => part.verdicts.opened),
      first: first((part) => part.verdicts.first, byShift),
    },
    crownJewels: mergeJewels(parts.flatMap((part) => part.crownJewels)),
    scores: { changed: sum((part) => part.scores.changed), first: first((part) => part.scores.first, byScore) },
    truncated: parts.some((part) => part.truncated),
  };
}

/** The jewels that most people lose first. */
function mergeJewels(jewels: WhatIf['crownJewels']): WhatIf['crownJewels'] {
  const merged = new Map<string, WhatIf['crownJewels'][number]>();
  for (const jewel of jewels) {
    const known = merged.get(jewel.id) ?? { ...jewel, count: 0, first: [] };
    const first = [...known.first, ...jewel.first].sort(byName).slice(0, WHAT_IF_SHOWN);
    merged.set(jewel.id, { ...known, count: known.count + jewel.count, first });
  }
  return [...merged.values()].sort((a, b) => b.count - a.count || byName(a, b));
}
