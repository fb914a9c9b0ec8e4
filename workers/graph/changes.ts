import type { Millis } from '../platform/clock.ts';
import { sameKey } from './as-of.ts';
import type { EdgeKind, NodeKind, Provenance } from './model.ts';
import { parseProvenance } from './page.ts';
import { compareText } from './text.ts';
import { set, type Tx } from './tx.ts';

/** `changed`: the object or edge stayed, with other content. */
export const CHANGE_WORDS = ['began', 'changed', 'ended'] as const;
export type ChangeWord = (typeof CHANGE_WORDS)[number];

/** Which changes, as a shard takes it; the latest first. */
export interface ChangesQuery {
  limit: number;
  since: Millis;
  /** Exclusive. */
  until: Millis;
  /** A node and the edges at either end of it. */
  node: string | null;
  kind: NodeKind | EdgeKind | null;
  /** The last row before this page. */
  after: { at: Millis; key: string } | null;
}

export interface ChangeRow {
  at: Millis;
  /** Orders changes of one moment, and is the same on every shard. */
  key: string;
  change: ChangeWord;
  kind: NodeKind | EdgeKind;
  by: Provenance;
  /** The node that changed, or null when it was an edge. */
  node: NodeRef | null;
  /** The edge that changed, or null when it was a node. */
  edge: { from: NodeRef; to: NodeRef } | null;
}

/** Kind and name are null for what no row tells any more. */
interface NodeRef {
  id: string;
  kind: NodeKind | null;
  name: string | null;
}

type Raw = [at: number, word: ChangeWord, id: string, kind: string, to: string | null, by: string];

/**
 * What began, changed and ended in `[since, until)`, up to `limit` rows. Derived from the rows that `asOfLens` reads,
 * so that replaying the changes gives the graph of any moment. Walks the tables once: there is no index by time,
 * because every written row would cost one more.
 */
export function readChanges(tx: Tx, query: ChangesQuery): ChangeRow[] {
  const { kind, limit } = query;
  const rows = [
    ...(kind === null || !isEdgeKind(kind) ? rowsOf(tx, query, nodeParts(query)) : []),
    ...(kind === null || isEdgeKind(kind) ? rowsOf(tx, query, edgeParts(query)) : []),
  ]
    .sort((a, b) => b[0] - a[0] || compareText(keyOf(b), keyOf(a)))
    .slice(0, limit);
  const refs = readRefs(
    tx,
    rows.flatMap(([, , id, , to]) => (to === null ? [id] : [id, to])),
  );
  return rows.map((row) => {
    const [at, change, id, own, to, by] = row;
    return {
      at,
      key: keyOf(row),
      change,
      kind: own as NodeKind | EdgeKind,
      by: parseProvenance(by),
      node: to === null ? refs(id) : null,
      edge: to === null ? null : { from: refs(id), to: refs(to) },
    };
  });
}

/** In two queries: a Durable Object takes five terms in a compound one. */
function rowsOf(tx: Tx, { since, until, kind, node, after, limit }: ChangesQuery, parts: string[]): Raw[] {
  return tx.raw<Raw>(
    `SELECT at, word, id, kind, to_id, by FROM (${parts.join(' UNION ALL ')})
     WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR (at, ${KEY}) < (?3, ?4)) AND (?5 IS NULL OR kind = ?5)
     ORDER BY at DESC, ${KEY} DESC LIMIT ?6`,
    since,
    until,
    after?.at ?? null,
    after?.key ?? null,
    kind,
    limit,
    ...(node === null ? [] : [node]),
  );
}

function keyOf([, word, id, kind, to]: Raw): string {
  return `${id} ${kind} ${to ?? ''} ${word}`;
}

const KEY = "id || ' ' || kind || ' ' || coalesce(to_id, '') || ' ' || word";

function isEdgeKind(kind: string): boolean {
  return kind === kind.toUpperCase();
}

function nodeParts({ node }: ChangesQuery): string[] {
  const only = (alias: string) => (node === null ? '' : `AND ${alias}.id = ?7`);
  return parts('node', (alias) => `${alias}.id AS id, ${alias}.kind AS kind, NULL AS to_id`, only);
}

/** Of one node, edges are searched at either end. */
function edgeParts({ node }: ChangesQuery): string[] {
  const columns = (alias: string) => `${alias}.from_id AS id, ${alias}.kind AS kind, ${alias}.to_id AS to_id`;
  if (node === null) return parts('edge', columns, () => '');
  const [leaving = '', ...kept] = parts('edge', columns, (alias) =>
    alias === 'c' ? 'AND c.from_id = ?7' : 'AND (h.from_id = ?7 OR h.to_id = ?7)',
  );
  const [coming = ''] = parts('edge', columns, () => 'AND c.to_id = ?7 AND c.from_id <> ?7', 'edge_in');
  return [leaving, coming, ...kept];
}

/**
 * Present rows were there from their beginning on, kept versions from beginning to end. Where one stands in for
 * another at a moment there was a change; else a beginning or an end.
 */
function parts(
  table: 'node' | 'edge',
  columns: (alias: string) => string,
  only: (alias: string) => string,
  present: string = table,
): string[] {
  const kept = `main.${table}_history`;
  const version = 'x.began_at < x.ended_at';
  const stays = `EXISTS (SELECT 1 FROM main.${table} c WHERE ${sameKey(table, 'c', 'h')} AND c.began_at <= h.ended_at)
    OR EXISTS (SELECT 1 FROM ${kept} x WHERE ${sameKey(table, 'x', 'h')} AND x.began_at <= h.ended_at
               AND x.ended_at > h.ended_at)`;
  return [
    `SELECT c.began_at AS at, 'began' AS word, ${columns('c')}, c.began_by AS by FROM main.${present} c
     WHERE NOT EXISTS (SELECT 1 FROM ${kept} x WHERE ${sameKey(table, 'x', 'c')} AND ${version}
       AND x.began_at < c.began_at AND x.ended_at >= c.began_at) ${only('c')}`,
    `SELECT h.began_at, 'began', ${columns('h')}, h.began_by FROM ${kept} h
     WHERE h.began_at < h.ended_at AND NOT EXISTS (
       SELECT 1 FROM main.${table} c WHERE ${sameKey(table, 'c', 'h')} AND c.began_at <= h.began_at
     ) AND NOT EXISTS (
       SELECT 1 FROM ${kept} x WHERE ${sameKey(table, 'x', 'h')} AND ${version}
       AND ((x.began_at < h.began_at AND x.ended_at >= h.began_at)
            OR (x.began_at = h.began_at AND x.ended_at < h.ended_at))
     ) ${only('h')}`,
    `SELECT h.ended_at, CASE WHEN ${stays} THEN 'changed' ELSE 'ended' END, ${columns('h')}, h.ended_by FROM ${kept} h
     WHERE h.began_at < h.ended_at ${only('h')}`,
  ];
}

/** The names that nodes have, or had last. */
function readRefs(tx: Tx, ids: string[]): (id: string) => NodeRef {
  const refs = new Map(
    tx
      .raw<[string, NodeKind, string]>(
        `SELECT j.value, coalesce(n.kind, h.kind), coalesce(n.name, h.name) FROM json_each(?) j
         LEFT JOIN node n ON n.id = j.value
         LEFT JOIN node_history h ON h.id = j.value AND h.kind IS NOT NULL
         ORDER BY h.ended_at`,
        set(new Set(ids)),
      )
      .map(([id, kind, name]) => [id, { id, kind, name }]),
  );
  return (id) => refs.get(id) ?? { id, kind: null, name: null };
}
