import type { PathStep, PrivilegeTier } from '../detections/types.ts';
import type { AnyEdgeKind, NodeKind } from './model.ts';
import { type NamedPiece, named } from './named.ts';
import { highestTier } from './tiers.ts';
import { identitiesIn, piecesFrom, type Trails } from './trails.ts';
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

type Row = [id: string, key: string, name: string, login: string | null, status: string | null];

/**
 * SQL: the account that an identity goes by, as it does in lists: its first. (With `min` SQLite would read the whole of
 * the view.)
 */
function firstAccount(identity: string): string {
  return `(SELECT e.to_id FROM edge e WHERE e.from_id = ${identity} AND e.kind = 'HAS_ACCOUNT' ORDER BY e.to_id LIMIT 1)`;
}

const ADMINS = `
SELECT h.from_id, a.tier FROM node a CROSS JOIN edge_in h ON h.to_id = a.id AND h.kind = 'HAS_ACCOUNT'
WHERE a.kind = 'account' AND a.tier IN ('global_admin', 'admin')`;

/** Identities that are sorted to find the first by name; of more than that, names are gone through until enough are found. */
const MAX_SORTED = 1_000;

const AMONG = `
SELECT n.id FROM json_each(?4) j CROSS JOIN node n ON n.id = j.value WHERE (n.name_key, n.id) > (?1, ?2)
ORDER BY n.name_key, n.id LIMIT ?3`;

const BY_NAME = `
SELECT n.id FROM node n WHERE n.kind = 'identity' AND (n.name_key, n.id) > (?1, ?2) ORDER BY n.name_key, n.id`;

const PEOPLE = `
SELECT n.id, n.name_key, n.name, a.attributes->>'login', a.status
FROM json_each(?) j CROSS JOIN node n ON n.id = j.value LEFT JOIN node a ON a.id = ${firstAccount('j.value')}
ORDER BY n.name_key, n.id`;

/**
 * The identities of this shard with a live path to a node, up to `limit` in the order of name and id, with how; and how
 * many there are in all, by tier.
 */
export function readReachableBy(tx: Tx, query: ReachableByQuery, maxSorted = MAX_SORTED): ReachableBy {
  const trails = trailsTo(tx, [query.to], query.seeds);
  const identities = identitiesIn(trails);
  const admins = adminsOf(tx);
  const rows = tx
    .raw<Row>(
      PEOPLE,
      set(identities.length > maxSorted ? namesUntil(tx, trails, query) : sorted(tx, identities, query)),
    )
    .map(([id, key, name, login, status]) => ({
      key,
      id,
      name,
      login,
      status,
      tier: admins.get(id) ?? ('none' as const),
    }));
  return {
    rows: withWays(tx, rows, trails, query.seeds),
    counts: countByTier(admins, trails, identities.length),
    truncated: trails.truncated,
  };
}

/** The first by name, of few. */
function sorted(tx: Tx, identities: string[], { after, limit }: ReachableByQuery): string[] {
  return tx.raw<[string]>(AMONG, after?.key ?? '', after?.id ?? '', limit, set(identities)).map(([id]) => id);
}

/** The first by name, of many: whoever is by name is looked at until they are found. */
function namesUntil(tx: Tx, trails: Trails, { after, limit }: ReachableByQuery): string[] {
  const found: string[] = [];
  for (const [id] of tx.each<[string]>(BY_NAME, after?.key ?? '', after?.id ?? '')) {
    if (found.length === limit) break;
    if (trails.distanceOf(id) !== null) found.push(id);
  }
  return found;
}

function countByTier(admins: Map<string, PrivilegeTier>, trails: Trails, identities: number): ReachableBy['counts'] {
  const counts = { global_admin: 0, admin: 0, none: identities };
  for (const [id, tier] of admins) {
    if (trails.distanceOf(id) === null) continue;
    counts[tier] += 1;
    counts.none -= 1;
  }
  return counts;
}

/** The identities that are administrators by any of their accounts; few, and the same for every question. */
function adminsOf(tx: Tx): Map<string, PrivilegeTier> {
  const kept = tx.index?.admins;
  if (kept) return kept;
  const admins = new Map<string, PrivilegeTier>();
  for (const [identity, tier] of tx.raw<[string, PrivilegeTier]>(ADMINS)) {
    admins.set(identity, highestTier([admins.get(identity) ?? 'none', tier]));
  }
  if (tx.index) tx.index.admins = admins;
  return admins;
}

/** Rows of people with the shortest way of each, as far as it is on this shard. */
export function withWays<T extends { id: string }>(
  tx: Tx,
  rows: T[],
  trails: Trails,
  seeds: Seeds,
): (T & { way: NamedPiece })[] {
  const ways = named(
    tx,
    rows.map(({ id }) => piecesFrom(trails, id, 1, seeds)[0] ?? { steps: [], onward: null }),
  );
  return rows.map((row, place) => ({ ...row, way: ways[place] ?? { steps: [], onward: null } }));
}

/** A way from an identity as the steps after the one to its account. */
export function howOf(path: PathStep[]): WayStep[] {
  return path.slice(2).map(({ node }, place) => ({ edge: path[place + 1]?.edge as AnyEdgeKind, to: node }));
}
