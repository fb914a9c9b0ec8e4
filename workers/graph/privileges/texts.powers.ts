import type { DerivedKind } from '../model.ts';
import type { EdgeText } from './edge-kinds.ts';

/** What administrator roles give: the derived kinds. */
export const POWER_TEXTS: Record<DerivedKind, EdgeText> = {
  SUPER_ADMIN: {
    meaning: 'Holds Super Administrator: every right in the org.',
    explanation:
      'Signs in to the Admin Console and does anything: makes administrators, resets anybody, adds identity providers, turns policies off.',
    remediation:
      'Keep two to four super administrators, with phishing-resistant factors; give everybody else a role for the job.',
    oktaHound: 'Okta_SuperAdmin',
  },
  ORG_ADMIN: {
    meaning: 'Holds Organization Administrator: manages users, groups and devices that hold no admin role.',
    explanation:
      'Resets the password and the factors of the account, or changes the group or the device, and goes on as whoever that is.',
    remediation: 'Replace the role by a custom role that is limited to a resource set, or take it away.',
    oktaHound: 'Okta_OrgAdmin',
  },
  APP_ADMIN: {
    meaning:
      'Holds Application Administrator for the app. Apps that hold an admin role themselves are out of its reach.',
    explanation:
      'Assigns themselves to the app, changes its sign-on to take over accounts inside it, or its provisioning to read passwords that are pushed.',
    remediation: 'Limit the assignment to the apps that this administrator runs.',
    oktaHound: 'Okta_AppAdmin',
  },
  GROUP_ADMIN: {
    meaning:
      'Holds Group Administrator over the group, or over the account as one of its members. Administrators are out of its reach.',
    explanation:
      'Resets the password and the factors of the account and signs in as it, or adds themselves to the group and gets the apps it opens.',
    remediation: 'Limit the assignment to the groups that this administrator runs, and keep powerful apps out of them.',
    oktaHound: 'Okta_GroupAdmin',
  },
  GROUP_MEMBERSHIP_ADMIN: {
    meaning: 'Holds Group Membership Administrator over the group. Groups with an admin role are out of its reach.',
    explanation: 'Adds themselves to the group and gets every app and every policy that goes with it.',
    remediation: 'Limit the assignment to groups that open nothing of value, or let a group rule decide who is in.',
    oktaHound: 'Okta_GroupMembershipAdmin',
  },
  HELP_DESK_ADMIN: {
    meaning: 'Holds Help Desk Administrator over the account. Administrators are out of its reach.',
    explanation:
      'Resets the factors and the password of the account, completes the reset instead of its owner and signs in as them.',
    remediation:
      'Limit the assignment to the groups that this desk serves; ask for a second person before factors are reset.',
    oktaHound: 'Okta_HelpDeskAdmin',
  },
  MOBILE_ADMIN: {
    meaning: 'Holds Mobile Administrator: manages devices.',
    explanation:
      'Changes what is known and trusted of the device, so that a foreign one passes for it or it passes a policy.',
    remediation: 'Take the role away where devices are managed elsewhere.',
    oktaHound: 'Okta_MobileAdmin',
  },
  ADD_MEMBER: {
    meaning: 'A custom role may change the members of the group. Groups with an admin role are out of its reach.',
    explanation: 'Adds themselves to the group and gets every app and every policy that goes with it.',
    remediation:
      'Take okta.groups.manage and okta.groups.members.manage out of the role, or the group out of its resource set.',
    oktaHound: 'Okta_AddMember',
  },
  MANAGE_APP: {
    meaning: 'A custom role may manage the app. Apps that hold an admin role are out of its reach.',
    explanation:
      'Assigns themselves to the app, or changes its sign-on and provisioning to take over accounts inside it.',
    remediation: 'Take okta.apps.manage out of the role, or the app out of its resource set.',
    oktaHound: 'Okta_ManageApp',
  },
  RESET_PASSWORD: {
    meaning:
      'A custom role may reset the password of the account, or give it a temporary code. Administrators are out of its reach.',
    explanation:
      'Sets a password or a temporary access code and signs in as the account, where no second factor is in the way.',
    remediation:
      'Take the credential permissions out of the role, or the account out of its resource set; ask for two factors.',
    oktaHound: 'Okta_ResetPassword',
  },
  RESET_FACTORS: {
    meaning: 'A custom role may reset the factors of the account. Administrators are out of its reach.',
    explanation:
      'Resets the factors and enrols one of their own; with the password, or a reset of it, signs in as the account.',
    remediation: 'Take okta.users.credentials.resetFactors out of the role, or the account out of its resource set.',
    oktaHound: 'Okta_ResetFactors',
  },
  READ_CLIENT_SECRET: {
    meaning:
      'May read the client secret: as Application, API Access Management or Read-only Administrator, or by a custom role. Secrets of apps with an admin role are no exception.',
    explanation: 'Copies the secret and asks for tokens as the app, with the scopes and the admin roles that it has.',
    remediation:
      'Let the app sign in with a key (private_key_jwt) instead of a secret, delete the secret, and take the role from who does not need it.',
    oktaHound: 'Okta_ReadClientSecret',
  },
  CONTAINS: {
    meaning: 'The org contains the object.',
    explanation: 'Whoever holds all power over the org holds it over everything in it.',
    remediation: 'Nothing to do here: guard the ways to the org.',
    oktaHound: 'Okta_Contains',
  },
};
