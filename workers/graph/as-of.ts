import { tierOf } from '../detections/tier.ts';
import type { Millis } from '../platform/clock.ts';
import { type IdentityDetail, readIdentityDetail } from './identity-detail.ts';
import { throughLens } from './lens.ts';
import type { Tx } from './tx.ts';

/**
 * The graph as it was at a moment. What is here now was here from its beginning on; what the history keeps was here
 * from its beginning until its end, and the version that held tells the content. A moment before the first version of
 * what had begun already (an event came late, or only its name was known) has the content of that first version.
 *
 * Last sign-ins and factors have no history: they are told as far as they are from before that moment. Tiers are not
 * told at all.
 *
 * The casts give both halves of a union the same affinity: else SQLite would not search them by key but copy them first
 * (https://www.sqlite.org/optoverview.html#subquery_flattening).
 */
export function asOfLens(tx: Tx, at: Millis): Tx {
  const moment = Math.trunc(at);
  const edges = (view: string) =>
    `SELECT c.from_id, c.kind, c.to_id, c.began_at, c.began_by, c.attributes
     FROM main.${view} c WHERE ${isPresent('edge', moment)}
     UNION ALL
     SELECT h.from_id, h.kind, h.to_id, ${lifeBegan('edge')}, h.began_by, h.attributes
     FROM main.edge_history h WHERE ${tellsOf('edge', moment)}`;
  return throughLens(tx, {
    node: `SELECT c.id, c.kind, c.source_id, c.native_id, c.name, c.status, c.stub, NULL AS tier, c.began_at,
                  c.began_by, c.attributes
           FROM main.node c WHERE ${isPresent('node', moment)}
           UNION ALL
           SELECT h.id, h.kind, h.source_id, h.native_id, h.name, CAST(h.attributes->>'status' AS TEXT),
                  CAST(0 AS INTEGER), NULL, ${lifeBegan('node')}, h.began_by, h.attributes
           FROM main.node_history h WHERE ${tellsOf('node', moment)}`,
    edge: edges('edge'),
    edge_in: edges('edge_in'),
    activity: `SELECT account_id, last_login FROM main.activity WHERE last_login <= ${moment}`,
    said: `SELECT node_id, said_by, source_id, level, reason FROM main.criticality_said
           WHERE began_at <= ${moment} AND (ended_at IS NULL OR ended_at > ${moment})`,
    factor: `SELECT account_id, as_of, known, active, state FROM main.factor WHERE as_of <= ${moment}`,
  });
}

type Table = 'node' | 'edge';

const KEYS: Record<Table, string[]> = { node: ['id'], edge: ['from_id', 'kind', 'to_id'] };

export function sameKey(table: Table, a: string, b: string): string {
  return KEYS[table].map((column) => `${a}.${column} = ${b}.${column}`).join(' AND ');
}

/** The present row `c` had begun, and no kept version ends after the moment, which would tell better. */
function isPresent(table: Table, at: Millis): string {
  return `c.began_at <= ${at} AND NOT EXISTS (
    SELECT 1 FROM main.${table}_history x
    WHERE ${sameKey(table, 'x', 'c')} AND x.ended_at > ${at} AND x.began_at < x.ended_at)`;
}

/** The kept version `h` held at the moment; or it is the first one after, of what had begun and is still here. */
function tellsOf(table: Table, at: Millis): string {
  const others = `SELECT 1 FROM main.${table}_history x WHERE ${sameKey(table, 'x', 'h')} AND x.ended_at > ${at}`;
  return `h.ended_at > ${at} AND h.began_at < h.ended_at AND (
    (h.began_at <= ${at} AND NOT EXISTS (${others} AND x.began_at <= ${at} AND x.ended_at < h.ended_at))
    OR (h.began_at > ${at}
        AND EXISTS (SELECT 1 FROM main.${table} c WHERE ${sameKey(table, 'c', 'h')} AND c.began_at <= ${at})
        AND NOT EXISTS (${others} AND x.began_at < x.ended_at AND (x.began_at <= ${at} OR x.ended_at < h.ended_at))))`;
}

/** When what the version `h` is of began: the first version since it ended altogether, or what the present row says. */
function lifeBegan(table: Table): string {
  const same = sameKey(table, 'x', 'h');
  return `CAST(min(h.began_at,
    coalesce((SELECT c.began_at FROM main.${table} c WHERE ${sameKey(table, 'c', 'h')}), h.began_at),
    coalesce((SELECT min(x.began_at) FROM main.${table}_history x WHERE ${same} AND x.began_at >= coalesce(
      (SELECT max(g.ended_at) FROM main.${table}_history g
       WHERE ${sameKey(table, 'g', 'h')} AND g.gone = 1 AND g.ended_at <= h.began_at), 0)), h.began_at)) AS INTEGER)`;
}

/** An identity as it was: its tier is that of the roles it held. */
export function identityAsOf(tx: Tx, id: string, at: Millis): IdentityDetail | null {
  const detail = readIdentityDetail(asOfLens(tx, at), id);
  return detail && { ...detail, identity: { ...detail.identity, tier: tierOf(detail.roles) } };
}
