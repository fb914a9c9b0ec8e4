import type { PrivilegeTier } from '../detections/types.ts';
import { criticalityRank, rankOf } from './criticality/rank.ts';
import { readLevels } from './criticality/read-levels.ts';
import { graphTooLarge } from './graph.errors.ts';
import { grouped } from './group.ts';
import { kindAmong, readKinds } from './kinds/kinds.store.ts';
import { hasCriticality, type ListRow, type ShardListQuery } from './list.ts';
import { parseAttributes, searchKey } from './nodes.store.ts';
import type { NodeSummary } from './port.ts';
import { identitySummary, readSummaries, summaryOf } from './summaries.ts';
import { compareText, nameKey } from './text.ts';
import { accountTiers, highestTier } from './tiers.ts';
import { set, type Tx } from './tx.ts';

/** Nodes of one kind that a list of a moment looks at on a shard: of then there is no index by name. */
export const MAX_LISTED_THEN = 100_000;

/** A node that was there. Of identities an account speaks, as in lists of today. */
interface Candidate {
  id: string;
  key: string;
  tier: PrivilegeTier;
  /** Whether it is what is asked for, as far as its own row tells. */
  matches: boolean;
}

interface Listed extends Candidate {
  /** Of identities: which it is, and the accounts that may be seen beside the one that speaks. */
  identity: string | null;
  others: string[];
}

type Row = [id: string, name: string, source: string, status: string | null, attributes: string | null, rank: number];

/**
 * What `listNodes` answers, of a moment that is over (`tx` reads it): by name or by criticality. Throws
 * `graph.too_large` where there were more than one question looks at. What an identity is (`is`) is that of today.
 */
export function listNodesThen(tx: Tx, query: ShardListQuery, most = MAX_LISTED_THEN): ListRow[] {
  const found = readCandidates(tx, query, most);
  const listed =
    query.kind === 'identity' ? people(tx, found) : found.map((one) => ({ ...one, identity: null, others: [] }));
  const sign = query.descending ? -1 : 1;
  const order = (a: { key: string | number; id: string }, b: { key: string | number; id: string }) =>
    sign * (compareText(String(a.key), String(b.key)) || compareText(a.id, b.id));
  const { after, tier } = query;
  const page = listed
    .filter((one) => one.matches && (tier === null || one.tier === tier) && (!after || order(one, after) > 0))
    .sort(order)
    .slice(0, query.limit);
  return withSummaries(tx, query, page);
}

function readCandidates(tx: Tx, query: ShardListQuery, most: number): Candidate[] {
  const { kind, sourceId, status, q, within, criticality, by, app } = query;
  const stored = kind === 'identity' ? 'account' : kind;
  const rows = tx.raw<Row>(
    `SELECT n.id, n.name, n.source_id, n.status, ${q === null ? 'NULL' : 'n.attributes'},
       ${hasCriticality(kind) ? criticalityRank('n') : '3'}
     FROM node n WHERE n.kind = ?1 AND (?2 IS NULL OR n.source_id IN (SELECT value FROM json_each(?2)))
       AND (?4 IS NULL OR (n.source_id, n.attributes->>'appId') =
         (SELECT a.source_id, a.native_id FROM node a WHERE a.id = ?4)) LIMIT ?3`,
    stored,
    within === null ? null : set(within),
    most + 1,
    app,
  );
  if (rows.length > most) {
    throw graphTooLarge({ detail: `A list of the past looks at ${most} objects of a kind on a shard at most.` });
  }
  const tiers = stored === 'account' ? accountTiers(tx) : null;
  return rows.map(([id, name, source, was, attributes, rank]) => {
    const key = nameKey(name);
    const searched = attributes === null ? '' : searchKey(stored, parseAttributes(attributes));
    return {
      id,
      key: by === 'criticality' ? `${rank} ${key}` : key,
      tier: tiers?.get(id) ?? 'none',
      matches:
        (sourceId === null || source === sourceId) &&
        (status === null || was === status) &&
        (q === null || key.includes(q) || searched.includes(q)) &&
        (criticality === null || rank === rankOf(criticality)),
    };
  });
}

/** The identities of accounts, each by the account that it is made of, or else its first. */
function people(tx: Tx, accounts: Candidate[]): Listed[] {
  const known = new Map(accounts.map((account) => [account.id, account]));
  const rows = tx.raw<[string, string, string | null]>(
    `SELECT i.id, e.to_id, i.attributes->>'accountId' FROM json_each(?) j
     CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT' CROSS JOIN node i ON i.id = e.from_id`,
    set(known.keys()),
  );
  const families = grouped(
    rows.flatMap(([identity, id, home]) => {
      const account = known.get(id);
      return account ? [[identity, { ...account, home: id === home }] as const] : [];
    }),
  );
  return [...families].flatMap(([identity, family]) => {
    const [speaker, ...others] = family.sort((a, b) => Number(b.home) - Number(a.home) || compareText(a.id, b.id));
    if (!speaker) return [];
    return [
      {
        ...{ id: speaker.id, key: speaker.key, identity },
        tier: highestTier(family.map(({ tier }) => tier)),
        matches: family.some(({ matches }) => matches),
        others: others.map(({ id }) => id),
      },
    ];
  });
}

function withSummaries(tx: Tx, { kind }: ShardListQuery, page: Listed[]): ListRow[] {
  const ids = page.map(({ id }) => id);
  const identities = page.flatMap(({ identity }) => identity ?? []);
  const rows = readSummaries(tx, [...ids, ...identities]);
  const kinds = readKinds(tx, kind === 'identity' ? page.flatMap(({ id, others }) => [id, ...others]) : []);
  const levels = hasCriticality(kind) ? readLevels(tx, ids) : null;
  const summarised = ({ id, tier, identity, others }: Listed): NodeSummary | null => {
    const [row, person] = [rows.get(id), identity === null ? null : rows.get(identity)];
    if (!row || person === undefined) return null;
    if (person) {
      const is = kindAmong([id, ...others].flatMap((account) => kinds.get(account) ?? []));
      return { ...identitySummary(person, row), tier, is, accounts: 1 + others.length };
    }
    const criticality = levels?.get(id)?.holds;
    return { ...summaryOf(row), ...(kind === 'account' ? { tier } : {}), ...(criticality ? { criticality } : {}) };
  };
  return page.map((one) => ({ key: one.key, id: one.id, summary: summarised(one) }));
}
