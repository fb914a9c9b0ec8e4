import type { EdgeText } from './edge-kinds.ts';

const context = (meaning: string, explanation: string, remediation: string, oktaHound: string | null): EdgeText => ({
  meaning,
  explanation,
  remediation,
  oktaHound,
});

/** Stored edges that tell of something without giving power: paths do not walk them. */
export const CONTEXT_TEXTS = {
  HAS_ROLE_ASSIGNMENT: context(
    'Has the role assignment.',
    'Has what the role gives, over the targets of the assignment.',
    'Remove the assignment, or give it targets.',
    'Okta_HasRoleAssignment',
  ),
  SCOPED_TO: context(
    'The assignment is limited to this.',
    'What the role gives reaches this.',
    'Keep powerful objects out of the targets.',
    'Okta_ScopedTo',
  ),
  CREATOR_OF: context(
    'Made this.',
    'Its maker may have kept a copy of its secret.',
    'Rotate what a leaver has made.',
    'Okta_CreatorOf',
  ),
  DEVICE_OF: context(
    'The device is registered to the account.',
    'A device that is taken over has the sessions, and perhaps the factor, of the account.',
    'Let only managed devices sign administrators in.',
    'Okta_DeviceOf',
  ),
  POLICY_MAPPING: context(
    'The policy guards the app.',
    'A weaker policy lets more sign-ins through.',
    'Guard powerful apps with a policy of phishing-resistant factors.',
    'Okta_PolicyMapping',
  ),
  APPLIES_TO: context(
    'The policy is for members of the group.',
    'Who leaves or joins the group gets another policy.',
    'Make sure that the default policy is the strictest.',
    null,
  ),
  REFERS_TO: context(
    'A rule of the policy names this.',
    'Who may change it changes whom the rule lets in, without touching the policy.',
    'Watch it as closely as the policy itself.',
    null,
  ),
  RULE_ASSIGNS: context(
    'The rule puts people into the group.',
    'Who may change the attributes that the rule reads decides who is in the group.',
    'Let no rule fill a group with an admin role.',
    null,
  ),
  ENTITLEMENT_OF: context(
    'Is an entitlement of the app.',
    'Says what whoever holds it may do inside the app.',
    'Give the app without it where it is not needed.',
    null,
  ),
  OWNER_OF: context('Owns this.', 'Owners approve who gets it.', 'Name owners who know what it opens.', null),
  IDP_GROUP_ASSIGNMENT: context(
    'The identity provider puts people into the group when they sign in.',
    'Whoever controls the provider decides who is in the group.',
    'Let no provider fill a group with an admin role.',
    'Okta_IdpGroupAssignment',
  ),
  CONSENTED: context(
    'Gave the app consent.',
    'The app acts for the person within the scopes consented to.',
    'Revoke consents that are not used.',
    null,
  ),
  MANAGER_OF: context(
    'Is the manager of the account.',
    'Managers approve requests in many workflows.',
    'Ask for a second approver where access is powerful.',
    'Okta_ManagerOf',
  ),
  GROUP_PUSH: context(
    'The group is pushed to the app.',
    'A member here is a member there.',
    'Push only groups whose members are decided with care.',
    'Okta_GroupPush',
  ),
  USER_PULL: context(
    'Accounts come from the app.',
    'The source decides the profile, and may create and end the account.',
    'Limit which attributes the source may set.',
    'Okta_UserPull',
  ),
  USER_PUSH: context(
    'The account is provisioned to the app.',
    'The account inside the app follows this one.',
    'Deprovision with the account.',
    'Okta_UserPush',
  ),
  USER_SYNC: context(
    'The account and the other one are kept in step.',
    'A change of the one shows in the other.',
    'Know which side is the source.',
    'Okta_UserSync',
  ),
  SWA: context(
    'The password of an outside account is kept and filled in.',
    'Who opens the app uses the outside account, and may see its password.',
    'Replace password filling by federation.',
    'Okta_SWA',
  ),
  ORG_SWA: context(
    'The app fills in passwords of an outside organisation.',
    'Who administers the app may set the passwords that it fills in.',
    'Replace password filling by federation.',
    'Okta_OrgSWA',
  ),
} satisfies Record<string, EdgeText>;
