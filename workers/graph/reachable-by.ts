import type { PrivilegeTier } from '../detections/types.ts';
import type { EdgeKind, NodeKind } from './model.ts';
import { set, type Tx } from './tx.ts';
import { identitiesIn, type Onward, walkBack } from './walk-back.ts';

export interface ReachableByQuery {
  to: string;
  limit: number;
  /** Name key and id of the last row before this page. */
  after: { key: string; id: string } | null;
}

/** One step on the way: over which kind of edge, to which node. */
export interface WayStep {
  edge: EdgeKind;
  to: { id: string; kind: NodeKind; name: string };
}

export interface ReachableByRow {
  key: string;
  id: string;
  name: string;
  login: string | null;
  status: string | null;
  tier: PrivilegeTier;
  /** The shortest way, from the account on. */
  how: WayStep[];
}

export interface ReachableBy {
  rows: ReachableByRow[];
  counts: Record<PrivilegeTier, number>;
  truncated: boolean;
}

type Row = [id: string, key: string, name: string, account: string, login: string | null, status: string | null];

/** An identity goes by its first account, as it does in lists. */
const ACCOUNT = `(SELECT min(e.to_id) FROM edge e WHERE e.from_id = j.value AND e.kind = 'HAS_ACCOUNT')`;

/**
 * The identities of this shard with a live path to a node, up to `limit` in the order of name and id, with how; and how
 * many there are in all, by tier.
 */
export function readReachableBy(tx: Tx, query: ReachableByQuery): ReachableBy {
  const { onward, truncated } = walkBack(tx, [query.to]);
  const identities = set(identitiesIn(onward));
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
  const ways = rows.map(([id]) => wayFrom(onward, id));
  const refs = readRefs(tx, new Set(ways.flat().map((step) => step.to)));
  return {
    rows: rows.map(([id, key, name, , login, status, tier], place) => ({
      key,
      id,
      name,
      login,
      status,
      tier,
      how: (ways[place] ?? []).flatMap(({ edge, to }) => {
        const ref = refs.get(to);
        return ref ? [{ edge, to: ref }] : [];
      }),
    })),
    counts,
    truncated,
  };
}

/** The steps after the one from the identity to its account. */
function wayFrom(onward: Map<string, Onward | null>, identity: string): Onward[] {
  const steps: Onward[] = [];
  for (let step = onward.get(identity); step; step = onward.get(step.to)) steps.push(step);
  return steps.slice(1);
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
