import { grouped } from './group.ts';
import { type ReachableBy, type ReachableByQuery, withWays } from './reachable-by.ts';
import { compareText, nameKey } from './text.ts';
import { identityTiers } from './tiers.ts';
import { identitiesIn } from './trails.ts';
import { set, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';

const ACCOUNTS = `
SELECT e.from_id, a.id, a.attributes->>'login', a.status FROM json_each(?) j
CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'HAS_ACCOUNT' CROSS JOIN node a ON a.id = e.to_id`;

/**
 * What `readReachableBy` answers, of a moment that is over: of then neither tiers are stored, nor what names are sorted
 * by.
 */
export function readReachableThen(tx: Tx, { to, seeds, after, limit }: ReachableByQuery): ReachableBy {
  const trails = trailsTo(tx, [to], seeds);
  const people = tx
    .raw<[string, string]>(
      'SELECT n.id, n.name FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
      set(identitiesIn(trails)),
    )
    .map(([id, name]) => ({ id, name, key: nameKey(name) }));
  const tiers = identityTiers(tx);
  const counts = { global_admin: 0, admin: 0, none: 0 };
  for (const { id } of people) counts[tiers.get(id) ?? 'none'] += 1;
  const page = people
    .filter(({ id, key }) => !after || (compareText(key, after.key) || compareText(id, after.id)) > 0)
    .sort((a, b) => compareText(a.key, b.key) || compareText(a.id, b.id))
    .slice(0, limit);
  const accounts = grouped(
    tx
      .raw<[string, string, string | null, string | null]>(ACCOUNTS, set(page.map(({ id }) => id)))
      .map(([identity, id, login, status]) => [identity, { id, login, status }] as const),
  );
  const rows = page.map((person) => {
    const [first] = (accounts.get(person.id) ?? []).sort((a, b) => compareText(a.id, b.id));
    const { login = null, status = null } = first ?? {};
    return { ...person, login, status, tier: tiers.get(person.id) ?? ('none' as const) };
  });
  return { rows: withWays(tx, rows, trails, seeds), counts, truncated: trails.truncated };
}
