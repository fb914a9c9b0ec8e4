import type { PrivilegeTier } from '../detections/types.ts';
import { firstWay } from './reachable-by.ts';
import { compareText } from './text.ts';
import { identitiesIn, type NamedPiece } from './trails.ts';
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
  login: string | null;
  status: string | null;
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
  login: string | null,
  status: string | null,
  tier: PrivilegeTier,
  known: number | null,
  active: number | null,
];

const PEOPLE = `
SELECT n.id, n.name, a.attributes->>'login', a.status, coalesce(a.tier, 'none'), f.known, f.active
FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
LEFT JOIN node a ON a.id = (SELECT min(e.to_id) FROM edge e WHERE e.from_id = n.id AND e.kind = 'HAS_ACCOUNT')
LEFT JOIN factor f ON f.account_id = a.id`;

/**
 * The identities of this shard with a way to tier zero, the weakest first, up to `limit`: those who can sign in before
 * those who cannot; without a second factor, then unknown, then with one; not administrators by name before those who
 * are; the shortest way first.
 */
export function readExposed(tx: Tx, limit: number, seeds: Seeds): Exposed {
  const trails = trailsTo(tx, null, seeds);
  const identities = identitiesIn(trails);
  const ranked = tx
    .raw<Row>(PEOPLE, set(identities.slice(0, MAX_RANKED)))
    .map(([id, name, login, status, tier, known, active]) => ({
      ...{ id, name, login, status, tier },
      factors: knowledge(known, active),
      far: trails.distanceOf(id) ?? 0,
    }))
    .sort(byWeakness)
    .slice(0, limit);
  return {
    rows: ranked.map((row) => ({ ...row, way: firstWay(tx, trails, row.id, seeds) })),
    identities: identities.length,
    truncated: trails.truncated || identities.length > MAX_RANKED,
  };
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
const TIERS: PrivilegeTier[] = ['none', 'admin', 'global_admin'];
/** Okta lets nobody in who is in one of these. */
const SHUT: ReadonlySet<string | null> = new Set(['STAGED', 'SUSPENDED', 'DEPROVISIONED']);

type Ranked = Omit<ExposedRow, 'way' | 'login'>;

function byWeakness(a: Ranked, b: Ranked): number {
  return (
    Number(SHUT.has(a.status)) - Number(SHUT.has(b.status)) ||
    KNOWLEDGE.indexOf(a.factors) - KNOWLEDGE.indexOf(b.factors) ||
    TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier) ||
    a.far - b.far ||
    compareText(a.name, b.name) ||
    compareText(a.id, b.id)
  );
}
