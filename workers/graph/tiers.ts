import { tierOf, tierRank } from '../detections/tier.ts';
import type { PrivilegeTier } from '../detections/types.ts';
import { grouped } from './group.ts';
import { readHoldings } from './queries/holdings.ts';
import { set, type Tx } from './tx.ts';

/**
 * The accounts that hold a role, themselves or through a group, and their tier: worked out from the roles, for a moment
 * of which no tier is stored.
 */
export function accountTiers(tx: Tx): Map<string, PrivilegeTier> {
  const types = new Map(
    tx.raw<[string, string]>("SELECT id, coalesce(attributes->>'type', native_id) FROM node WHERE kind = 'role'"),
  );
  const held = grouped(
    readHoldings(tx).flatMap(({ holder, role }): [string, { type: string }][] => {
      const type = types.get(role);
      return type === undefined || !holder.startsWith('acc_') ? [] : [[holder, { type }]];
    }),
  );
  return new Map([...held].map(([account, roles]) => [account, tierOf(roles)]));
}

/** The same of identities: the highest tier of their accounts. */
export function identityTiers(tx: Tx): Map<string, PrivilegeTier> {
  const accounts = accountTiers(tx);
  const tiers = new Map<string, PrivilegeTier>();
  for (const [identity, account] of tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT'`,
    set(accounts.keys()),
  )) {
    tiers.set(identity, highestTier([tiers.get(identity) ?? 'none', accounts.get(account) ?? 'none']));
  }
  return tiers;
}

export function highestTier(tiers: Iterable<PrivilegeTier>): PrivilegeTier {
  return [...tiers].reduce((highest, tier) => (tierRank(tier) > tierRank(highest) ? tier : highest), 'none');
}
