import type { Millis } from '../platform/clock.ts';
import { type Changed, nothingChanged } from './changed.ts';
import { type EdgeKey, endEdges } from './edges.store.ts';
import type { NodeKind, Scope } from './model.ts';
import { endNodes } from './nodes.end.ts';
import { set, type Tx } from './tx.ts';

/** Scopes smaller than this are never held: one leaver in a team of five is no mass deletion. */
export const GUARD_MIN_EXISTING = 10;

/** What a complete listing would end. */
export interface ScopeDiff {
  existing: number;
  /** Node ids, or for an edge scope the ids at the other end. */
  ending: string[];
}

/** Whether so many ends want a person's word first. */
export function isHeld(existing: number, removing: number, limitPercent: number): boolean {
  return existing >= GUARD_MIN_EXISTING && removing * 100 > limitPercent * existing;
}

/** Ids in one JSON parameter: a bound string may be at most 2 MB (Durable Object SQL limits). */
const IDS_PER_PARAMETER = 20_000;
/** An end carries more than an id. */
const ENDS_AT_ONCE = 5_000;

/**
 * What is in the scope, and which of it the listing did not see and nothing newer vouches for. The listing may be as
 * large as the org, so it is compared here and not handed to SQL.
 */
export function diffScope(tx: Tx, scope: Scope, seen: string[], asOf: Millis): ScopeDiff {
  const listed = new Set(seen);
  if (scope.of === 'nodes') {
    const existing = tx.raw<[string]>(
      'SELECT id FROM node INDEXED BY node_list WHERE kind = ? AND source_id = ?',
      scope.kind,
      scope.sourceId,
    );
    const unseen = existing.flatMap(([id]) => (listed.has(id) ? [] : [id]));
    return { existing: existing.length, ending: olderNodes(tx, unseen, asOf) };
  }
  const { fixed, other, anchor, kind } = endsOf(scope);
  const existing = tx.raw<[string, Millis]>(
    `SELECT ${other}, as_of FROM edge WHERE ${fixed} = ? AND kind = ? AND ${ofKind(other, kind)}`,
    anchor,
    scope.kind,
  );
  const ending = existing.flatMap(([id, at]) => (at < asOf && !listed.has(id) ? [id] : []));
  return { existing: existing.length, ending: ending.sort() };
}

function olderNodes(tx: Tx, ids: string[], asOf: Millis): string[] {
  const older: string[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_PARAMETER) {
    const rows = tx.raw<[string]>(
      `SELECT n.id FROM json_each(?1) j CROSS JOIN node n ON n.id = j.value
       WHERE n.as_of < ?2 AND coalesce(n.patched_at, 0) < ?2`,
      set(ids.slice(at, at + IDS_PER_PARAMETER)),
      asOf,
    );
    older.push(...rows.map(([id]) => id));
  }
  return older.sort();
}

function endsOf(scope: Exclude<Scope, { of: 'nodes' }>) {
  return scope.of === 'edgesTo'
    ? { fixed: 'to_id', other: 'from_id', anchor: scope.to, kind: scope.fromKind }
    : { fixed: 'from_id', other: 'to_id', anchor: scope.from, kind: scope.toKind };
}

const PREFIX: Record<NodeKind, string> = {
  identity: 'idn_',
  account: 'acc_',
  group: 'grp_',
  app: 'app_',
  role: 'rol_',
  resource: 'rol_',
};

/** Ids tell their kind, but for roles and resources, which share a prefix. */
function ofKind(column: string, kind: NodeKind): string {
  const prefix = PREFIX[kind];
  const range = `${column} >= '${prefix}' AND ${column} < '${prefix.slice(0, -1)}\`'`;
  if (kind !== 'role' && kind !== 'resource') return range;
  return `${range} AND EXISTS (SELECT 1 FROM node n WHERE n.id = ${column} AND n.kind = '${kind}')`;
}

/** Ends what `diffScope` found. Returns how many ended. */
export function endScope(
  tx: Tx,
  scope: Scope,
  ending: string[],
  asOf: Millis,
  by: string,
): { removed: number; changed: Changed } {
  const changed = nothingChanged();
  let removed = 0;
  for (let at = 0; at < ending.length; at += ENDS_AT_ONCE) {
    const ids = ending.slice(at, at + ENDS_AT_ONCE);
    removed +=
      scope.of === 'nodes'
        ? endNodes(tx, ends(ids, asOf, by), changed)
        : endScopeEdges(tx, scope, ids, asOf, by, changed);
  }
  return { removed, changed };
}

const ends = (ids: string[], at: Millis, by: string) => ids.map((id) => ({ id, at, by }));

function endScopeEdges(
  tx: Tx,
  scope: Exclude<Scope, { of: 'nodes' }>,
  ids: string[],
  at: Millis,
  by: string,
  changed: Changed,
): number {
  const edge = (id: string): EdgeKey =>
    scope.of === 'edgesTo'
      ? { from: id, kind: scope.kind, to: scope.to }
      : { from: scope.from, kind: scope.kind, to: id };
  return endEdges(
    tx,
    ids.map((id) => ({ ...edge(id), at, by })),
    false,
    changed,
  );
}
