import type { PathStep, PrivilegeTier } from '../detections/types.ts';
import type { AnyEdgeKind, NodeKind } from './model.ts';
import { identitiesIn, type NamedPiece, named, piecesFrom, type Trails } from './trails.ts';
import { set, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';

export interface ReachableByQuery {
  to: string;
  limit: number;
  /** Name key and id of the last row before this page. */
  after: { key: string; id: string } | null;
  /** What goes on on other shards. */
  seeds: Seeds;
}

/** One step on the way: over which kind of edge, to which node. */
export interface WayStep {
  edge: AnyEdgeKind;
  to: { id: string; kind: NodeKind; name: string };
}

export interface ReachableByRow {
  key: string;
  id: string;
  name: string;
  login: string | null;
  status: string | null;
  tier: PrivilegeTier;
  /** The shortest way, from the identity on, as far as it is on this shard. */
  way: NamedPiece;
}

export interface ReachableBy {
  rows: ReachableByRow[];
  counts: Record<PrivilegeTier, number>;
  truncated: boolean;
}

type Row = [id: string, key: string, name: string, account: string, login: string | null, status: string | null];

/** An identity goes by its first account, as it does in lists. */
const ACCOUNT = `(SELECT min(to_id) FROM (
  SELECT e.to_id FROM edge e WHERE e.from_id = j.value AND e.kind = 'HAS_ACCOUNT'
))`;

/**
 * The identities of this shard with a live path to a node, up to `limit` in the order of name and id, with how; and how
 * many there are in all, by tier.
 */
export function readReachableBy(tx: Tx, query: ReachableByQuery): ReachableBy {
  const trails = trailsTo(tx, [query.to], query.seeds);
  const identities = set(identitiesIn(trails));
  const counts: Record<PrivilegeTier, number> = { global_admin: 0, admin: 0, none: 0 };
  for (const [tier, n] of tx.raw<[PrivilegeTier, number]>(
    `SELECT coalesce(a.tier, 'none'), count(*) FROM json_each(?) j LEFT JOIN node a ON a.id = ${ACCOUNT} GROUP BY 1`,
    identities,
  )) {
    counts[tier] = n;
  }
  const rows = tx.raw<[...Row, PrivilegeTier]>(
    `SELECT n.id, n.name_key, n.name, a.id, a.attributes->>'login', a.status, coalesce(a.tier, 'none')
     FROM json_each(?1) j CROSS JOIN node n ON n.id = j.value LEFT JOIN node a ON a.id = ${ACCOUNT}
     WHERE ?2 IS NULL OR (n.name_key, n.id) > (?2, ?3)
     ORDER BY n.name_key, n.id LIMIT ?4`,
    identities,
    query.after?.key ?? null,
    query.after?.id ?? null,
    query.limit,
  );
  return {
    rows: rows.map(([id, key, name, , login, status, tier]) => ({
      key,
      id,
      name,
      login,
      status,
      tier,
      way: firstWay(tx, trails, id, query.seeds),
    })),
    counts,
    truncated: trails.truncated,
  };
}

export function firstWay(tx: Tx, trails: Trails, from: string, seeds: Seeds): NamedPiece {
  const [piece] = piecesFrom(trails, from, 1, seeds);
  return { steps: piece ? named(tx, piece.steps) : [], onward: piece?.onward ?? null };
}

/** A way from an identity as the steps after the one to its account. */
export function howOf(path: PathStep[]): WayStep[] {
  return path.slice(2).map(({ node }, place) => ({ edge: path[place + 1]?.edge as AnyEdgeKind, to: node }));
}

export function readRefs(tx: Tx, ids: Iterable<string>): Map<string, WayStep['to']> {
  return new Map(
    tx
      .raw<[string, NodeKind, string]>(
        'SELECT n.id, n.kind, n.name FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
        set(ids),
      )
      .map(([id, kind, name]) => [id, { id, kind, name }]),
  );
}
