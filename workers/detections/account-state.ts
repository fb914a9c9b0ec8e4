import type { Millis } from '../platform/clock.ts';
import { tierRank } from './tier.ts';
import type { AccountView, PrivilegeTier, RoleHolding, Verdict } from './types.ts';
import { isMissing, missing, unknown } from './verdicts.ts';

/**
 * What a detection asks of an account. Answers are three-valued where the source may not have given the data. The rule
 * throughout: what was seen is a fact, what is missing can only add to it. A fail therefore stands on seen facts that
 * nothing missing could undo; a pass needs everything that could make it a fail.
 */
export type Answer = 'yes' | 'no' | 'unknown';

/** Okta statuses in which a person can get a session, if need be after a password change or an unlock. */
const SIGN_IN_STATUSES: ReadonlySet<string> = new Set(['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY']);
/** Okta statuses in which nobody can. Any other text is a status that this version does not know. */
const CLOSED_STATUSES: ReadonlySet<string> = new Set(['STAGED', 'PROVISIONED', 'SUSPENDED', 'DEPROVISIONED']);
const FEDERATED_PROVIDERS: ReadonlySet<string> = new Set(['FEDERATION', 'SOCIAL']);

export function canSignIn(view: AccountView): boolean {
  return SIGN_IN_STATUSES.has(view.attributes.status);
}

/** Whether a session can be had; `unknown` while nothing told the status. */
export function signInAnswer(view: AccountView): Answer {
  if (canSignIn(view)) return 'yes';
  return isClosedStatus(view.attributes.status) ? 'no' : 'unknown';
}

/** Whether nobody can sign in to an account of this status. False for one that is not known. */
export function isClosedStatus(status: string | null): boolean {
  return status !== null && CLOSED_STATUSES.has(status);
}

export const STATUS_UNKNOWN = unknown('The status of the account is not known');

export function isDeprovisioned(view: AccountView): boolean {
  return view.attributes.status === 'DEPROVISIONED';
}

/** True when another identity provider signs the person in, so that Okta cannot see the second factor. */
export function isFederated(view: AccountView): boolean {
  return FEDERATED_PROVIDERS.has(view.attributes.provider ?? '');
}

/** The verdict `unknown` when the account's own profile cannot be relied on; null when it can. */
export function profileGap(view: AccountView): Verdict | null {
  if (view.attributes.stub === true) {
    return unknown('Only an event has named this account so far: its profile is not read yet');
  }
  if (isMissing(view, 'users')) return missing(view, 'users');
  return signInAnswer(view) === 'unknown' ? STATUS_UNKNOWN : null;
}

/** When somebody last used the account; for one that was never used, when it became usable. */
export function lastUse(view: AccountView): Millis | null {
  return view.attributes.lastLogin ?? view.attributes.activated ?? view.attributes.created;
}

/** Whether the account is of exactly this tier. */
export function isOfTier(view: AccountView, tier: PrivilegeTier): Answer {
  if (!isMissing(view, 'roles')) return view.tier === tier ? 'yes' : 'no';
  if (tierRank(view.tier) > tierRank(tier)) return 'no';
  return view.tier === 'global_admin' ? 'yes' : 'unknown';
}

/** Whether the account holds any admin role. */
export function isAdmin(view: AccountView): Answer {
  if (view.tier !== 'none') return 'yes';
  return isMissing(view, 'roles') ? 'unknown' : 'no';
}

/** Role names for the evidence, in a stable order, so that an unchanged account gives unchanged evidence. */
export function roleFacts(roles: readonly RoleHolding[]): string[] {
  return roles.map((role) => (role.via ? `${role.name} (through group ${role.via.name})` : role.name)).sort();
}
