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

/** What is in the scope, and which of it the listing did not see and nothing newer vouches for. */
export function diffScope(tx: Tx, scope: Scope, seen: string[], asOf: Millis): ScopeDiff {
  const listed = set(seen);
  if (scope.of === 'nodes') {
    const existing = count(tx, 'SELECT count(*) AS n FROM node WHERE kind = ? AND source_id = ?', [
      scope.kind,
      scope.sourceId,
    ]);
    const unseen = tx.raw<[string]>(
      `SELECT id FROM node INDEXED BY node_list
       WHERE kind = ? AND source_id = ? AND id NOT IN (SELECT value FROM json_each(?))`,
      scope.kind,
      scope.sourceId,
      listed,
    );
    const ending = tx.raw<[string]>(
      `SELECT n.id FROM json_each(?1) j CROSS JOIN node n ON n.id = j.value
       WHERE n.as_of < ?2 AND coalesce(n.patched_at, 0) < ?2 ORDER BY n.id`,
      set(unseen.map(([id]) => id)),
      asOf,
    );
    return { existing, ending: ending.map(([id]) => id) };
  }
  const { fixed, other, anchor, kind } = endsOf(scope);
  const where = `${fixed} = ? AND kind = ? AND ${ofKind(other, kind)}`;
  const existing = count(tx, `SELECT count(*) AS n FROM edge WHERE ${where}`, [anchor, scope.kind]);
  const ending = tx.raw<[string]>(
    `SELECT ${other} FROM edge WHERE ${where} AND as_of < ? AND ${other} NOT IN (SELECT value FROM json_each(?))
     ORDER BY ${other}`,
    anchor,
    scope.kind,
    asOf,
    listed,
  );
  return { existing, ending: ending.map(([id]) => id) };
}

function count(tx: Tx, query: string, params: SqlStorageValue[]): number {
  return tx.first<{ n: number }>(query, ...params)?.n ?? 0;
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
  if (scope.of === 'nodes') {
    const removed = endNodes(
      tx,
      ending.map((id) => ({ id, at: asOf, by })),
      changed,
    );
    return { removed, changed };
  }
  const edge = (id: string): EdgeKey =>
    scope.of === 'edgesTo'
      ? { from: id, kind: scope.kind, to: scope.to }
      : { from: scope.from, kind: scope.kind, to: id };
  const removed = endEdges(
    tx,
    ending.map((id) => ({ ...edge(id), at: asOf, by })),
    false,
    changed,
  );
  return { removed, changed };
}
