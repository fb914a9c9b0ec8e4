import type { PrivilegeTier } from './types.ts';

/** Okta's standard role type that can do everything in an org. */
export const GLOBAL_ADMIN_ROLE = 'SUPER_ADMIN';

const RANK: Record<PrivilegeTier, number> = { none: 0, admin: 1, global_admin: 2 };

/** The tier of somebody who holds these roles, directly or through groups. */
export function tierOf(roles: readonly { type: string }[]): PrivilegeTier {
  if (roles.length === 0) return 'none';
  return roles.some((role) => role.type === GLOBAL_ADMIN_ROLE) ? 'global_admin' : 'admin';
}

/** Orders tiers: 0 for none, 2 for global admins. */
export function tierRank(tier: PrivilegeTier): number {
  return RANK[tier];
}

/** Puts the tier into a title: `Unused {tier}Account` becomes `Unused Global Admin Account`. */
export function tierPrefix(tier: PrivilegeTier): string {
  return tier === 'global_admin' ? 'Global Admin ' : tier === 'admin' ? 'Admin ' : '';
}
