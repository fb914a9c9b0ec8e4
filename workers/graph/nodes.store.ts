import type { Millis } from '../platform/clock.ts';
import { type Changed, noteNode } from './changed.ts';
import { graphTooLarge } from './graph.errors.ts';
import type { Attributes, GraphNode, NodeKind } from './model.ts';
import type { PendingFields } from './pending.store.ts';
import { canonicalJson, cleanText, nameKey } from './text.ts';
import { set, type Tx } from './tx.ts';

export interface NodeRow extends Record<string, SqlStorageValue> {
  id: string;
  kind: string;
  source_id: string;
  native_id: string;
  name: string;
  status: string | null;
  stub: number;
  as_of: number;
  patched_at: number | null;
  began_at: number;
  began_by: string;
  changed_at: number;
  changed_by: string;
  clocks: string | null;
  attributes: string;
}

/** Field → time of the event that set it. */
export type Clocks = Record<string, Millis>;

/** Attributes that move without anything having changed: no version is kept for them. */
const VOLATILE = new Set([
  'lastLogin',
  'lastUpdated',
  'lastMembershipUpdated',
  'usersCount',
  'lastUsedAt',
  'expiresAt',
  'lastConnection',
]);

/** Largest attributes of one node or edge, in characters of JSON. */
export const MAX_ATTRIBUTES = 64_000;

export function readNodes(tx: Tx, ids: Iterable<string>): Map<string, NodeRow> {
  const rows = tx.all<NodeRow>(
    `SELECT n.id, n.kind, n.source_id, n.native_id, n.name, n.status, n.stub, n.as_of, n.patched_at, n.began_at,
            n.began_by, n.changed_at, n.changed_by, n.clocks, n.attributes
     FROM json_each(?) j CROSS JOIN node n ON n.id = j.value`,
    set(ids),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** When each of these nodes ended last; nodes that never ended are absent. */
export function readNodeEnds(tx: Tx, ids: Iterable<string>): Map<string, Millis> {
  return new Map(
    tx.raw<[string, number]>(
      `SELECT h.id, max(h.ended_at) FROM json_each(?) j CROSS JOIN node_history h ON h.id = j.value AND h.gone = 1
       GROUP BY h.id`,
      set(ids),
    ),
  );
}

export function parseAttributes(text: string): Attributes {
  return JSON.parse(text) as Attributes;
}

/** The attributes as they are stored: an account's last sign-in and its being a stub have columns of their own. */
export function storedAttributes(kind: NodeKind, attributes: Attributes): string {
  const { lastLogin, stub: _, ...rest } = attributes;
  const text = canonicalJson(kind === 'account' || lastLogin === undefined ? rest : { ...rest, lastLogin });
  if (text.length > MAX_ATTRIBUTES) throw graphTooLarge({ detail: `Attributes of a node exceed ${MAX_ATTRIBUTES}.` });
  return text;
}

export function withoutVolatile(text: string): string {
  return canonicalJson(Object.fromEntries(Object.entries(parseAttributes(text)).filter(([key]) => !VOLATILE.has(key))));
}

/** A node as it will be written. */
export interface NodeState {
  node: GraphNode;
  attributes: string;
  clocks: Clocks;
  stub: boolean;
  asOf: Millis;
  beganAt: Millis;
  beganBy: string;
  changedAt: Millis;
  changedBy: string;
}

export function searchKey(kind: string, attributes: Attributes): string {
  if (kind !== 'account') return '';
  const { login, email } = attributes;
  const parts = [login, email === login ? null : email].filter((part): part is string => typeof part === 'string');
  return nameKey(parts.join(' '));
}

function columns(state: NodeState): unknown[] {
  const { node } = state;
  const attributes = parseAttributes(state.attributes);
  const clocks = Object.values(state.clocks);
  return [
    node.id,
    node.kind,
    cleanText(node.sourceId),
    cleanText(node.nativeId),
    cleanText(node.name),
    nameKey(node.name),
    searchKey(node.kind, attributes),
    typeof attributes.status === 'string' ? cleanText(attributes.status) : null,
    state.stub ? 1 : 0,
    state.asOf,
    clocks.length > 0 ? Math.max(...clocks) : null,
    state.beganAt,
    state.beganBy,
    state.changedAt,
    state.changedBy,
    clocks.length > 0 ? canonicalJson(state.clocks) : null,
    state.attributes,
  ];
}

const COLUMNS = `id, kind, source_id, native_id, name, name_key, search_key, status, stub, as_of, patched_at, began_at,
  began_by, changed_at, changed_by, clocks, attributes`;

export function insertNodes(tx: Tx, states: NodeState[], changed: Changed): void {
  if (states.length === 0) return;
  for (const { node } of states) noteNode(changed, node.id, node.kind);
  const picked = Array.from({ length: 17 }, (_, i) => `value->>${i}`).join(', ');
  tx.run(
    `INSERT INTO node (${COLUMNS}, tier)
     SELECT ${picked}, CASE WHEN value->>1 = 'account' THEN 'none' END FROM json_each(?)`,
    set(states.map(columns)),
  );
}

/** Writes new versions of nodes that are there. Index columns are set only where one of them differs. */
export function updateNodes(tx: Tx, updates: { row: NodeRow; state: NodeState }[], changed: Changed): void {
  if (updates.length === 0) return;
  const narrow: unknown[][] = [];
  const wide: unknown[][] = [];
  for (const { row, state } of updates) {
    if (matters(row, state)) noteNode(changed, row.id, state.node.kind);
    const values = columns(state);
    const listed = values[4] === row.name && values[7] === row.status && searchKeyOf(row) === values[6];
    (listed ? narrow : wide).push(values);
  }
  const content = `native_id = j.value->>3, stub = j.value->>8, as_of = j.value->>9, patched_at = j.value->>10,
    began_at = j.value->>11, began_by = j.value->>12, changed_at = j.value->>13, changed_by = j.value->>14,
    clocks = j.value->>15, attributes = j.value->>16`;
  if (narrow.length > 0) {
    tx.run(`UPDATE node SET ${content} FROM json_each(?) j WHERE node.id = j.value->>0`, set(narrow));
  }
  if (wide.length > 0) {
    tx.run(
      `UPDATE node SET ${content}, name = j.value->>4, name_key = j.value->>5, search_key = j.value->>6,
         status = j.value->>7
       FROM json_each(?) j WHERE node.id = j.value->>0`,
      set(wide),
    );
  }
  recordVersions(tx, updates);
}

/**
 * Whether a new version can move a verdict. Of a group that is its name alone: its other attributes change with every
 * membership, and looking at all members each time would be a look at everybody.
 */
function matters(row: NodeRow, state: NodeState): boolean {
  if (state.node.kind === 'account' || cleanText(state.node.name) !== row.name) return true;
  if (state.node.kind === 'group') return false;
  return row.stub === 1 || withoutVolatile(state.attributes) !== withoutVolatile(row.attributes);
}

function searchKeyOf(row: NodeRow): string {
  return searchKey(row.kind, parseAttributes(row.attributes));
}

/** Keeps what was, where more than volatile attributes changed. A stub was nothing worth keeping. */
function recordVersions(tx: Tx, updates: { row: NodeRow; state: NodeState }[]): void {
  const versions = updates.filter(({ row, state }) => row.stub === 0 && state.changedAt > row.changed_at);
  if (versions.length === 0) return;
  tx.run(
    `INSERT INTO node_history (id, ended_at, gone, began_at, began_by, ended_by, kind, source_id, native_id, name,
                               attributes)
     SELECT value->>0, value->>1, 0, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8,
            value->>9
     FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`,
    set(
      versions.map(({ row, state }) => [
        row.id,
        state.changedAt,
        row.changed_at,
        row.changed_by,
        state.changedBy,
        row.kind,
        row.source_id,
        row.native_id,
        row.name,
        row.attributes,
      ]),
    ),
  );
}

/** The fields that events laid over a node, and when. */
export function overlayOf(row: NodeRow): PendingFields {
  if (row.clocks === null) return {};
  const attributes = parseAttributes(row.attributes);
  return Object.fromEntries(
    Object.entries(JSON.parse(row.clocks) as Clocks).map(([field, at]) => [field, [at, attributes[field]]]),
  );
}
