import { isClosedStatus } from '../detections/account-state.ts';
import { tierRank } from '../detections/tier.ts';
import type { PrivilegeTier } from '../detections/types.ts';
import { grouped } from './group.ts';
import type { NamedPiece } from './named.ts';
import { withWays } from './reachable-by.ts';
import { compareText } from './text.ts';
import { accountTiers, highestTier } from './tiers.ts';
import { identitiesIn, type Trails } from './trails.ts';
import { set, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';

/** Identities of one shard that are ranked, those nearest to tier zero first. */
export const MAX_RANKED = 20_000;

/** What is known of an account's second factors. */
export type FactorKnowledge = 'none' | 'unknown' | 'some';

export interface ExposedRow {
  id: string;
  name: string;
  /** Login, status and factors are those of the weakest account that leads there. */
  login: string | null;
  status: string | null;
  /** The highest of the person's accounts. */
  tier: PrivilegeTier;
  factors: FactorKnowledge;
  /** Edges of the shortest way. */
  far: number;
  /** The shortest way, from the identity on, as far as it is on this shard. */
  way: NamedPiece;
}

export interface Exposed {
  rows: ExposedRow[];
  /** Identities with a way to tier zero. */
  identities: number;
  truncated: boolean;
}

type Row = [
  id: string,
  name: string,
  account: string,
  login: string | null,
  status: string | null,
  tier: PrivilegeTier,
  known: number | null,
  active: number | null,
];

const PEOPLE = `
SELECT n.id, n.name, a.id, a.attributes->>'login', a.status, coalesce(a.tier, 'none'), f.known, f.active
FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
CROSS JOIN edge e ON e.from_id = n.id AND e.kind = 'HAS_ACCOUNT' CROSS JOIN node a ON a.id = e.to_id
LEFT JOIN factor f ON f.account_id = a.id ORDER BY n.id, a.id`;

/** An account of an identity with a way to tier zero. */
interface Entrance {
  id: string;
  name: string;
  account: string;
  login: string | null;
  status: string | null;
  tier: PrivilegeTier;
  factors: FactorKnowledge;
}

/**
 * The identities of this shard with a way to tier zero, the weakest first, up to `limit`: those who can sign in before
 * those who cannot; without a second factor, then unknown, then with one; not administrators by name before those who
 * are; the shortest way first. `past`: no tiers are stored of that moment.
 */
export function readExposed(tx: Tx, limit: number, seeds: Seeds, past = false): Exposed {
  const trails = trailsTo(tx, null, seeds);
  const identities = identitiesIn(trails);
  const tiers = past ? accountTiers(tx) : null;
  const entrances = tx
    .raw<Row>(PEOPLE, set(identities.slice(0, MAX_RANKED)))
    .map(([id, name, account, login, status, tier, known, active]): [string, Entrance] => [
      id,
      {
        ...{ id, name, account, login, status, factors: knowledge(known, active) },
        tier: tiers ? (tiers.get(account) ?? 'none') : tier,
      },
    ]);
  const ranked = [...grouped(entrances)]
    .flatMap(([id, accounts]) => {
      const weakest = weakestOf(accounts, trails);
      const far = trails.distanceOf(id) ?? 0;
      return weakest ? [{ ...weakest, tier: highestTier(accounts.map(({ tier }) => tier)), far }] : [];
    })
    .sort(byWeakness)
    .slice(0, limit)
    .map(({ account: _, ...row }) => row);
  return {
    rows: withWays(tx, ranked, trails, seeds),
    identities: identities.length,
    truncated: trails.truncated || identities.length > MAX_RANKED,
  };
}

/** Of the accounts that lead to tier zero: of those that can be signed in to, the one with the weakest factors. */
function weakestOf(accounts: Entrance[], trails: Trails): Entrance | undefined {
  return accounts
    .filter(({ account }) => trails.distanceOf(account) !== null)
    .sort((a, b) => byEntrance(a, b) || compareText(a.account, b.account))[0];
}

function byEntrance(a: Pick<Entrance, 'status' | 'factors'>, b: Pick<Entrance, 'status' | 'factors'>): number {
  return (
    Number(isClosedStatus(a.status)) - Number(isClosedStatus(b.status)) ||
    KNOWLEDGE.indexOf(a.factors) - KNOWLEDGE.indexOf(b.factors)
  );
}

/** Identities live on one shard each: rows go together and counts add up. */
export function mergeExposed(parts: Exposed[], limit: number): Exposed {
  return {
    rows: parts
      .flatMap((part) => part.rows)
      .sort(byWeakness)
      .slice(0, limit),
    identities: parts.reduce((sum, part) => sum + part.identities, 0),
    truncated: parts.some((part) => part.truncated),
  };
}

function knowledge(known: number | null, active: number | null): FactorKnowledge {
  if (known !== 1) return 'unknown';
  return (active ?? 0) > 0 ? 'some' : 'none';
}

const KNOWLEDGE: FactorKnowledge[] = ['none', 'unknown', 'some'];

type Ranked = Omit<ExposedRow, 'way' | 'login'>;

function byWeakness(a: Ranked, b: Ranked): number {
  return (
    byEntrance(a, b) ||
    tierRank(a.tier) - tierRank(b.tier) ||
    a.far - b.far ||
    compareText(a.name, b.name) ||
    compareText(a.id, b.id)
  );
}
