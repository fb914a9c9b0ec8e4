import type { Millis } from '../platform/clock.ts';
import { type Changed, nothingChanged } from './changed.ts';
import { type EdgeKey, endEdges } from './edges.store.ts';
import { refuseWithParcels } from './links/parcels.ts';
import { NODE_PREFIX, type NodeKind } from './model.ts';
import { endNodes } from './nodes.end.ts';
import { set, type Tx } from './tx.ts';
import type { Scope } from './writes.ts';

/** Scopes smaller than this are never held: one leaver in a team of five is no mass deletion. */
export const GUARD_MIN_EXISTING = 10;

/** What a complete listing would end. */
export interface ScopeDiff {
  existing: number;
  /** Node ids, or for an edge scope the ids at the other end. */
  ending: string[];
}

/** What a listing saw of a scope. */
export interface DiffScopeInput {
  scope: Scope;
  seen: string[];
  asOf: Millis;
}

export interface EndScopeInput {
  scope: Scope;
  /** As `diffScope` told. */
  ending: string[];
  asOf: Millis;
  by: string;
}

export interface EndedScope {
  removed: number;
  rowsWritten: number;
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
export function diffScope(tx: Tx, { scope, seen, asOf }: DiffScopeInput): ScopeDiff {
  refuseWithParcels(tx);
  const listed = new Set(seen);
  if (scope.of === 'edgesAt') return diffEdgesAt(tx, scope, listed, asOf);
  if (scope.of === 'loose') return diffLoose(tx, scope, asOf);
  if (scope.of === 'orphans') return diffOrphans(tx, scope, asOf);
  if (scope.of === 'nodes') {
    const { having } = scope;
    const existing = tx.raw<[string]>(
      `SELECT id FROM node INDEXED BY node_list WHERE kind = ?1 AND source_id = ?2
       ${having ? 'AND attributes->>?3 = ?4' : ''}`,
      scope.kind,
      scope.sourceId,
      ...(having ? [having.name, having.value] : []),
    );
    const unseen = existing.flatMap(([id]) => (listed.has(id) ? [] : [id]));
    return { existing: existing.length, ending: olderNodes(tx, unseen, asOf) };
  }
  const { fixed, other, anchor, kind } = endsOf(scope);
  const existing = tx.raw<[string, Millis]>(
    `SELECT ${other}, as_of FROM ${scope.of === 'edgesTo' ? 'edge_in' : 'edge'} WHERE ${fixed} = ? AND kind = ? AND ${ofKind(other, kind)}`,
    anchor,
    scope.kind,
  );
  const ending = existing.flatMap(([id, at]) => (at < asOf && !listed.has(id) ? [id] : []));
  return { existing: existing.length, ending: ending.sort() };
}

/** Those that are loose here; whoever asks knows that edges may lie on other shards. */
function diffLoose(tx: Tx, { kind, sourceId, without }: Extract<Scope, { of: 'loose' }>, asOf: Millis): ScopeDiff {
  // that another source has the same thing holds nothing here
  const of = without === undefined ? "AND e.kind <> 'SAME_AS'" : `AND e.kind = '${without}'`;
  const rows = tx.raw<[string, number]>(
    `SELECT n.id, n.as_of < ?3 AND NOT EXISTS (SELECT 1 FROM edge e WHERE e.from_id = n.id ${of})
       AND NOT EXISTS (SELECT 1 FROM edge_in e WHERE e.to_id = n.id ${of})
     FROM node n INDEXED BY node_list WHERE n.kind = ?1 AND n.source_id = ?2 ORDER BY n.id`,
    kind,
    sourceId,
    asOf,
  );
  return { existing: rows.length, ending: rows.flatMap(([id, loose]) => (loose === 1 ? [id] : [])) };
}

function diffOrphans(tx: Tx, { kind, sourceId, by }: Extract<Scope, { of: 'orphans' }>, asOf: Millis): ScopeDiff {
  const rows = tx.raw<[string, number]>(
    `SELECT n.id, n.as_of < ?3 AND n.attributes->>?4 NOT IN (
       SELECT o.native_id FROM node o INDEXED BY node_list
       WHERE o.kind = ?5 AND o.source_id = ?2 AND o.status IS NOT 'INACTIVE')
     FROM node n INDEXED BY node_list
     WHERE n.kind = ?1 AND n.source_id = ?2 AND n.attributes->>?4 IS NOT NULL ORDER BY n.id`,
    kind,
    sourceId,
    asOf,
    by.name,
    by.kind,
  );
  return { existing: rows.length, ending: rows.flatMap(([id, orphan]) => (orphan === 1 ? [id] : [])) };
}

/** Ids have no spaces: a pair is told as one text. */
function diffEdgesAt(
  tx: Tx,
  scope: Extract<Scope, { of: 'edgesAt' }>,
  listed: ReadonlySet<string>,
  asOf: Millis,
): ScopeDiff {
  const [table, fixed] = scope.end === 'from' ? ['edge', 'from_id'] : ['edge_in', 'to_id'];
  const { having } = scope;
  let existing = 0;
  const ending: string[] = [];
  for (let at = 0; at < scope.at.length; at += IDS_PER_PARAMETER) {
    const rows = tx.raw<[string, string, Millis]>(
      `SELECT e.from_id, e.to_id, e.as_of FROM json_each(?1) j CROSS JOIN ${table} e
       ON e.${fixed} = j.value AND e.kind = ?2 ${having ? 'AND e.attributes->>?3 IS ?4' : ''}`,
      set(scope.at.slice(at, at + IDS_PER_PARAMETER)),
      scope.kind,
      ...(having ? [having.name, having.value] : []),
    );
    existing += rows.length;
    for (const [from, to, since] of rows) {
      if (since < asOf && !listed.has(`${from} ${to}`)) ending.push(`${from} ${to}`);
    }
  }
  return { existing, ending: ending.sort() };
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

type OfNodes = Extract<Scope, { of: 'nodes' | 'loose' | 'orphans' }>;
type OneEnded = Exclude<Scope, OfNodes | { of: 'edgesAt' }>;

function endsOf(scope: OneEnded) {
  return scope.of === 'edgesTo'
    ? { fixed: 'to_id', other: 'from_id', anchor: scope.to, kind: scope.fromKind }
    : { fixed: 'from_id', other: 'to_id', anchor: scope.from, kind: scope.toKind };
}

/** Ids tell their kind, but for roles and resources, which share a prefix. */
function ofKind(column: string, kind: NodeKind): string {
  const prefix = `${NODE_PREFIX[kind]}_`;
  const range = `${column} >= '${prefix}' AND ${column} < '${prefix.slice(0, -1)}\`'`;
  if (kind !== 'role' && kind !== 'resource') return range;
  return `${range} AND EXISTS (SELECT 1 FROM node n WHERE n.id = ${column} AND n.kind = '${kind}')`;
}

export function isOfNodes(scope: Scope): scope is OfNodes {
  return scope.of === 'nodes' || scope.of === 'loose' || scope.of === 'orphans';
}

/** Ends what `diffScope` found, scope by scope. */
export function endScopes(tx: Tx, inputs: EndScopeInput[]): { ended: EndedScope[]; changed: Changed } {
  const changed = nothingChanged();
  const ended = inputs.map((input) => {
    const before = tx.rowsWritten;
    return { removed: endScope(tx, input, changed), rowsWritten: tx.rowsWritten - before };
  });
  return { ended, changed };
}

/** Returns how many ended. */
function endScope(tx: Tx, { scope, ending, asOf, by }: EndScopeInput, changed: Changed): number {
  let removed = 0;
  for (let at = 0; at < ending.length; at += ENDS_AT_ONCE) {
    const ids = ending.slice(at, at + ENDS_AT_ONCE);
    removed += isOfNodes(scope)
      ? endNodes(tx, ends(ids, asOf, by), changed)
      : endScopeEdges(tx, scope, ids, asOf, by, changed);
  }
  return removed;
}

const ends = (ids: string[], at: Millis, by: string) => ids.map((id) => ({ id, at, by }));

function endScopeEdges(
  tx: Tx,
  scope: Exclude<Scope, OfNodes>,
  ids: string[],
  at: Millis,
  by: string,
  changed: Changed,
): number {
  const edge = (id: string): EdgeKey => {
    if (scope.of === 'edgesTo') return { from: id, kind: scope.kind, to: scope.to };
    if (scope.of === 'edgesFrom') return { from: scope.from, kind: scope.kind, to: id };
    const [from = '', to = ''] = id.split(' ');
    return { from, kind: scope.kind, to };
  };
  return endEdges(
    tx,
    ids.map((id) => ({ ...edge(id), at, by })),
    false,
    changed,
  );
}
