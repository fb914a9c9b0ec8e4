export const ACTIONS = [
  'revoke_sessions',
  'suspend',
  'unsuspend',
  'reset_factors',
  'remove_from_group',
  'unassign_app',
  'remove_role',
  'revoke_api_token',
  'revoke_grant',
] as const;
export type Action = (typeof ACTIONS)[number];

interface ActionInfo {
  /** What people read of it. */
  title: string;
  /** OAuth scope that a service app needs to write it (Okta's OpenAPI description). */
  scope: string;
  /** OAuth scopes that its dry run reads with. */
  reads: readonly string[];
  /**
   * Standard administrator roles that may do it (Okta, "Administrator permission table"). A custom role may be able to
   * as well: that is for Okta to say.
   */
  roles: readonly string[];
  /** Those of the roles that cannot do it to somebody who is an administrator. */
  notOnAdmins: readonly string[];
}

const USERS = ['okta.users.read', 'okta.roles.read'] as const;
const LESSER = ['USER_ADMIN', 'HELP_DESK_ADMIN', 'GROUP_MEMBERSHIP_ADMIN'] as const;
const ORG = ['SUPER_ADMIN', 'ORG_ADMIN'] as const;

export const ACTION_INFO: Record<Action, ActionInfo> = {
  revoke_sessions: {
    title: 'End all sessions',
    scope: 'okta.users.manage',
    reads: USERS,
    roles: [...ORG, 'USER_ADMIN', 'HELP_DESK_ADMIN'],
    notOnAdmins: LESSER,
  },
  suspend: {
    title: 'Suspend',
    scope: 'okta.users.manage',
    reads: USERS,
    roles: [...ORG, 'USER_ADMIN'],
    notOnAdmins: LESSER,
  },
  unsuspend: {
    title: 'Lift the suspension',
    scope: 'okta.users.manage',
    reads: USERS,
    roles: [...ORG, 'USER_ADMIN'],
    notOnAdmins: LESSER,
  },
  reset_factors: {
    title: 'Reset all factors',
    scope: 'okta.users.manage',
    reads: USERS,
    roles: [...ORG, 'USER_ADMIN', 'HELP_DESK_ADMIN'],
    notOnAdmins: LESSER,
  },
  remove_from_group: {
    title: 'Remove from the group',
    scope: 'okta.groups.manage',
    reads: [...USERS, 'okta.groups.read'],
    roles: [...ORG, 'USER_ADMIN', 'GROUP_MEMBERSHIP_ADMIN'],
    notOnAdmins: LESSER,
  },
  unassign_app: {
    title: 'Take the app away',
    scope: 'okta.apps.manage',
    reads: [...USERS, 'okta.apps.read'],
    roles: [...ORG, 'APP_ADMIN'],
    notOnAdmins: [],
  },
  remove_role: {
    title: 'Take the admin role away',
    scope: 'okta.roles.manage',
    reads: USERS,
    roles: ['SUPER_ADMIN'],
    notOnAdmins: [],
  },
  revoke_api_token: {
    title: 'Revoke the API token',
    scope: 'okta.apiTokens.manage',
    reads: [...USERS, 'okta.apiTokens.read'],
    roles: ['SUPER_ADMIN'],
    notOnAdmins: [],
  },
  revoke_grant: {
    title: 'Revoke the grant',
    scope: 'okta.appGrants.manage',
    reads: [...USERS, 'okta.apps.read', 'okta.appGrants.read'],
    roles: ['SUPER_ADMIN'],
    notOnAdmins: [],
  },
};

/** A consent that a person gave is revoked at the person, which takes another right than a grant of the app itself. */
export const CONSENT_SCOPE = 'okta.users.manage';
