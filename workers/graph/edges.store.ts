import type { Millis } from '../platform/clock.ts';
import { type Changed, noteEdge } from './changed.ts';
import { graphTooLarge } from './graph.errors.ts';
import type { EdgeKind, GraphEdge } from './model.ts';
import { MAX_ATTRIBUTES } from './nodes.store.ts';
import { addPacked, canPack, PACKED_KINDS, readPacked, unpack } from './packs.store.ts';
import { canonicalJson, compareText } from './text.ts';
import { set, type Tx } from './tx.ts';

export interface EdgeKey {
  from: string;
  kind: EdgeKind;
  to: string;
}

export interface EdgeWrite extends EdgeKey {
  /** Canonical JSON. */
  attributes: string;
  at: Millis;
  by: string;
}

export interface EdgeEnd extends EdgeKey {
  at: Millis;
  by: string;
}

interface Stored {
  attributes: string;
  asOf: Millis;
  beganAt: Millis;
}

export function edgeWrite(edge: GraphEdge, at: Millis, by: string): EdgeWrite {
  const attributes = isEmpty(edge.attributes) ? '{}' : canonicalJson(edge.attributes);
  if (attributes.length > MAX_ATTRIBUTES) {
    throw graphTooLarge({ detail: `Attributes of an edge exceed ${MAX_ATTRIBUTES}.` });
  }
  return { from: edge.from, kind: edge.kind, to: edge.to, attributes, at, by };
}

/** Most edges carry nothing, and there are many. */
export function isEmpty(attributes: object): boolean {
  for (const _ in attributes) return false;
  return true;
}

/** The order of the primary key: neighbours in a page are neighbours in the table. */
function byKey(a: EdgeKey, b: EdgeKey): number {
  return compareText(edgeKey(a), edgeKey(b));
}

export function edgeKey(edge: EdgeKey): string {
  return `${edge.from} ${edge.kind} ${edge.to}`;
}

const AT_KEY = 'e.from_id = j.value->>0 AND e.kind = j.value->>1 AND e.to_id = j.value->>2';

function keys(edges: readonly EdgeKey[]): string {
  return set(edges.map((edge) => [edge.from, edge.kind, edge.to]));
}

/** What is stored of these edges, by their place in the list. */
function readEdges(tx: Tx, edges: readonly EdgeKey[]): Map<number, Stored> {
  const found = new Map<number, Stored>();
  for (const [place, { at }] of readPacked(tx, edges)) found.set(place, { attributes: '{}', asOf: at, beganAt: at });
  const mayHaveRow = withRows(tx, edges);
  const places = edges.flatMap((edge, place) => (!found.has(place) && mayHaveRow(edge) ? [place] : []));
  for (const [key, attributes, asOf, beganAt] of tx.raw<[number, string, number, number]>(
    `SELECT j.key, e.attributes, e.as_of, e.began_at FROM json_each(?) j CROSS JOIN edge_row e ON ${AT_KEY}`,
    keys(places.flatMap((place) => edges[place] ?? [])),
  )) {
    const place = places[key];
    if (place !== undefined) found.set(place, { attributes, asOf, beganAt });
  }
  return found;
}

/** Most nodes that a listing brings edges to have no rows: that is asked once a node, not once an edge. */
function withRows(tx: Tx, edges: readonly EdgeKey[]): (edge: EdgeKey) => boolean {
  const targets = new Set<string>();
  for (const { to, kind } of edges) if (PACKED_KINDS.has(kind)) targets.add(`${to} ${kind}`);
  if (targets.size === 0) return () => true;
  const rows = tx.raw<[string]>(
    `SELECT j.value->>0 || ' ' || (j.value->>1) FROM json_each(?) j
     WHERE EXISTS (SELECT 1 FROM edge_row e WHERE e.to_id = j.value->>0 AND e.kind = j.value->>1)`,
    set([...targets].map((key) => key.split(' '))),
  );
  const has = new Set(rows.map(([key]) => key));
  return ({ to, kind }) => !PACKED_KINDS.has(kind) || has.has(`${to} ${kind}`);
}

/** Whether anything ever ended here. */
export function hasEnds(tx: Tx): boolean {
  return (
    tx.first(`SELECT 1 FROM edge_history WHERE gone = 1 UNION ALL
              SELECT 1 FROM node_history WHERE gone = 1 LIMIT 1`) !== null
  );
}

/** Places of the edges that an end forbids: they, or a node at one of their ends, ended later than `at`. */
function readForbidden(tx: Tx, edges: readonly EdgeWrite[]): Set<number> {
  if (edges.length === 0 || !hasEnds(tx)) return new Set();
  const rows = tx.raw<[number]>(
    `SELECT j.key FROM json_each(?) j
     WHERE EXISTS (SELECT 1 FROM edge_history e WHERE ${AT_KEY} AND e.ended_at > j.value->>3 AND e.gone = 1)
        OR EXISTS (SELECT 1 FROM node_history n WHERE n.id = j.value->>0 AND n.ended_at > j.value->>3 AND n.gone = 1)
        OR EXISTS (SELECT 1 FROM node_history n WHERE n.id = j.value->>2 AND n.ended_at > j.value->>3 AND n.gone = 1)`,
    set(edges.map((edge) => [edge.from, edge.kind, edge.to, edge.at])),
  );
  return new Set(rows.map(([key]) => key));
}

/**
 * Writes edges, each at most once in `edges`. `page`: a listing that repeats what is known writes nothing. `event`:
 * the latest event wins, and moves the time up to which older events do not count; of two at one moment the content
 * decides, so that their order of arrival does not matter. `pack`: new edges that can be packed are.
 */
export function upsertEdges(tx: Tx, edges: EdgeWrite[], mode: 'page' | 'event', changed: Changed, pack = false): void {
  if (edges.length === 0) return;
  const stored = readEdges(tx, edges);
  const inserts: EdgeWrite[] = [];
  const updates: EdgeWrite[] = [];
  const bumps: EdgeWrite[] = [];
  const earlier: EdgeWrite[] = [];
  edges.forEach((edge, place) => {
    const known = stored.get(place);
    if (!known) {
      inserts.push(edge);
    } else if (edge.attributes !== known.attributes) {
      const newer =
        edge.at > known.asOf || (edge.at === known.asOf && (mode === 'page' || edge.attributes > known.attributes));
      if (newer) updates.push(edge);
      else if (mode === 'event' && edge.at < known.beganAt) earlier.push(edge);
    } else if (mode === 'event') {
      if (edge.at > known.asOf) bumps.push(edge);
      else if (edge.at < known.beganAt) earlier.push(edge);
    }
  });
  const fresh = allowed(tx, inserts);
  const packed = pack ? fresh.filter(canPack) : [];
  for (const edge of packed) noteEdge(changed, edge);
  addPacked(tx, packed);
  insertEdges(tx, pack ? fresh.filter((edge) => !canPack(edge)).sort(byKey) : fresh, changed);
  updateEdges(tx, updates, changed);
  if (bumps.length > 0) {
    unpack(tx, bumps);
    tx.run(
      `UPDATE edge_row AS e SET as_of = j.value->>3 FROM json_each(?) j WHERE ${AT_KEY}`,
      set(bumps.map((edge) => [edge.from, edge.kind, edge.to, edge.at])),
    );
  }
  beganEarlier(tx, allowed(tx, earlier));
}

function allowed(tx: Tx, edges: EdgeWrite[]): EdgeWrite[] {
  const forbidden = readForbidden(tx, edges);
  return forbidden.size === 0 ? edges : edges.filter((_, place) => !forbidden.has(place));
}

function insertEdges(tx: Tx, edges: EdgeWrite[], changed: Changed): void {
  if (edges.length === 0) return;
  for (const edge of edges) noteEdge(changed, edge);
  tx.run(
    `INSERT INTO edge_row (from_id, kind, to_id, as_of, began_at, began_by, attributes)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>3, value->>4, value->>5 FROM json_each(?)`,
    set(edges.map((edge) => [edge.from, edge.kind, edge.to, edge.at, edge.by, edge.attributes])),
  );
}

function updateEdges(tx: Tx, edges: EdgeWrite[], changed: Changed): void {
  if (edges.length === 0) return;
  for (const edge of edges) noteEdge(changed, edge);
  unpack(tx, edges);
  const rows = set(edges.map((edge) => [edge.from, edge.kind, edge.to, edge.at, edge.by, edge.attributes]));
  tx.run(
    `INSERT INTO edge_history (from_id, kind, to_id, ended_at, gone, began_at, began_by, ended_by, attributes)
     SELECT e.from_id, e.kind, e.to_id, j.value->>3, 0, coalesce(e.changed_at, e.began_at), e.began_by, j.value->>4,
            e.attributes
     FROM json_each(?) j CROSS JOIN edge_row e ON ${AT_KEY}
     WHERE j.value->>3 > coalesce(e.changed_at, e.began_at)
     ON CONFLICT DO NOTHING`,
    rows,
  );
  tx.run(
    `UPDATE edge_row AS e SET as_of = j.value->>3, attributes = j.value->>5,
       changed_at = max(j.value->>3, coalesce(e.changed_at, e.began_at))
     FROM json_each(?) j WHERE ${AT_KEY}`,
    rows,
  );
}

/** An event that came late tells since when, and through what, an edge is there: better evidence than "seen by a sync". */
function beganEarlier(tx: Tx, edges: EdgeWrite[]): void {
  if (edges.length === 0) return;
  unpack(tx, edges);
  tx.run(
    `UPDATE edge_row AS e SET began_at = j.value->>3, began_by = j.value->>4 FROM json_each(?) j WHERE ${AT_KEY}`,
    set(edges.map((edge) => [edge.from, edge.kind, edge.to, edge.at, edge.by])),
  );
}

/**
 * Ends edges, each at most once in `ends`, that were not seen since. `remember`: also keep the end of an edge that is
 * not here, so that an older beginning which comes later is known to be over.
 */
export function endEdges(tx: Tx, ends: EdgeEnd[], remember: boolean, changed: Changed): number {
  if (ends.length === 0) return 0;
  const stored = readEdges(tx, ends);
  const ending: EdgeEnd[] = [];
  const unseen: EdgeEnd[] = [];
  ends.forEach((end, place) => {
    const known = stored.get(place);
    if (!known) unseen.push(end);
    else if (known.asOf < end.at) ending.push(end);
  });
  removeEdges(tx, ending, changed);
  if (remember && unseen.length > 0) {
    tx.run(
      `INSERT INTO edge_history (from_id, kind, to_id, ended_at, gone, ended_by)
       SELECT j.value->>0, j.value->>1, j.value->>2, j.value->>3, 1, j.value->>4 FROM json_each(?) j
       WHERE NOT EXISTS (
         SELECT 1 FROM edge_history e WHERE ${AT_KEY} AND e.ended_at >= j.value->>3 AND e.gone = 1
       )
       ON CONFLICT DO UPDATE SET gone = 1`,
      set(unseen.map((end) => [end.from, end.kind, end.to, end.at, end.by])),
    );
  }
  return ending.length;
}

/** Ends edges that are here, whenever they were seen. */
export function removeEdges(tx: Tx, ends: EdgeEnd[], changed: Changed): void {
  if (ends.length === 0) return;
  for (const end of ends) noteEdge(changed, end);
  unpack(tx, ends);
  tx.run(
    `INSERT INTO edge_history (from_id, kind, to_id, ended_at, gone, began_at, began_by, ended_by, attributes)
     SELECT e.from_id, e.kind, e.to_id, j.value->>3, 1, coalesce(e.changed_at, e.began_at), e.began_by, j.value->>4,
            e.attributes
     FROM json_each(?) j CROSS JOIN edge_row e ON ${AT_KEY}
     WHERE true ON CONFLICT DO UPDATE SET gone = 1`,
    set(ends.map((end) => [end.from, end.kind, end.to, end.at, end.by])),
  );
  tx.run(
    `DELETE FROM edge_row WHERE (from_id, kind, to_id) IN
       (SELECT value->>0, value->>1, value->>2 FROM json_each(?))`,
    keys(ends),
  );
}

/** The edges at either end of a node that were not seen since `at`. */
export function edgesAt(tx: Tx, nodeId: string, at: Millis): EdgeKey[] {
  return tx.all<{ from: string; kind: EdgeKind; to: string }>(
    `SELECT from_id AS "from", kind, to_id AS "to" FROM edge WHERE from_id = ?1 AND as_of < ?2
     UNION SELECT from_id, kind, to_id FROM edge_in WHERE to_id = ?1 AND as_of < ?2`,
    nodeId,
    at,
  );
}

/** The edges that tie an account to its identity, seen from either. */
export function accountTies(tx: Tx, nodeId: string, end: { at: Millis; by: string }): EdgeEnd[] {
  return tx
    .all<{ from: string; to: string }>(
      `SELECT from_id AS "from", to_id AS "to" FROM edge WHERE from_id = ?1 AND kind = 'HAS_ACCOUNT'
       UNION SELECT from_id, to_id FROM edge WHERE to_id = ?1 AND kind = 'HAS_ACCOUNT'`,
      nodeId,
    )
    .map((edge) => ({ ...edge, kind: 'HAS_ACCOUNT', ...end }));
}
