import type { EdgeText } from './edge-kinds.ts';

const ASSIGNED = {
  meaning: 'Is assigned to the app.',
  explanation: 'Opens the app with the rights that the account has inside it. It gives no power over the app itself.',
  remediation: 'Take the assignment away where the app is not used; ask for a strong factor to open it.',
  oktaHound: 'Okta_AppAssignment',
};

/** Stored edges that paths walk. */
export const CONTROL_TEXTS = {
  HAS_ACCOUNT: {
    meaning: 'The identity has the account.',
    explanation: 'Whoever is, or passes for, this person uses the account.',
    remediation: 'Guard the account with a phishing-resistant factor; deactivate it when its owner leaves.',
    oktaHound: null,
  },
  MEMBER_OF: {
    meaning: 'Is a member of the group.',
    explanation: 'Has the apps, the policies and the admin roles that the group has.',
    remediation: 'Remove the member, or what the group gives.',
    oktaHound: 'Okta_MemberOf',
  },
  ASSIGNED_TO: ASSIGNED,
  HOLDS_ROLE: {
    meaning: 'Holds the administrator role.',
    explanation: 'Signs in to the Admin Console, or calls the API, with the rights of the role.',
    remediation: 'Take the role away, or replace it by a smaller one with targets.',
    oktaHound: 'Okta_HasRole',
  },
  GRANTS: {
    meaning: 'The role gives power over this.',
    explanation: 'Uses the rights of the role over it.',
    remediation: 'Have fewer holders of the role: what a standard role means cannot be changed.',
    oktaHound: null,
  },
  API_TOKEN_FOR: {
    meaning: 'The API token acts as the account.',
    explanation: 'Calls the API with the token and has every right of the account, with no sign-in and no factor.',
    remediation: 'Revoke the token, or bind it to a network zone and to an account with a small role.',
    oktaHound: 'Okta_ApiTokenFor',
  },
  HOLDS_ENTITLEMENT: {
    meaning: 'Holds the entitlement inside the app.',
    explanation: 'Does inside the app whatever the entitlement allows.',
    remediation: 'Take the grant away in Okta Identity Governance, or let it end by itself.',
    oktaHound: null,
  },
  CONNECTS_TO: {
    meaning: 'The AI agent may connect to this.',
    explanation:
      'Gets tokens, the secret or the service account of the other end by way of the agent, with the scopes of the connection.',
    remediation: 'Take the connection away, or limit its scopes to what the agent is for.',
    oktaHound: null,
  },
  SECRET_OF: {
    meaning: 'The secret signs in the app.',
    explanation: 'Asks for tokens as the app, with its scopes and its admin roles.',
    remediation: 'Rotate the secret, or replace it by a key (private_key_jwt) and delete it.',
    oktaHound: 'Okta_SecretOf',
  },
  KEY_OF: {
    meaning: 'The key signs in the app.',
    explanation: 'With the private half, asks for tokens as the app, with its scopes and its admin roles.',
    remediation: 'Rotate the key and keep the private half in a vault or a hardware module.',
    oktaHound: 'Okta_KeyOf',
  },
  RESOURCE_SET_CONTAINS: {
    meaning: 'The resource set contains the object.',
    explanation: 'Custom roles that are limited to the set reach the object.',
    remediation: 'Take the object out of the set.',
    oktaHound: 'Okta_ResourceSetContains',
  },
  REALM_CONTAINS: {
    meaning: 'The realm contains the account.',
    explanation: 'Administrators of the realm reach the account.',
    remediation: 'Move the account to a realm with fewer administrators.',
    oktaHound: 'Okta_RealmContains',
  },
  IDENTITY_PROVIDER_FOR: {
    meaning: 'The identity provider signs the account in.',
    explanation: 'Whoever controls the provider issues a sign-in for the account.',
    remediation: 'Let administrators sign in with Okta alone; limit account linking and just-in-time provisioning.',
    oktaHound: 'Okta_IdentityProviderFor',
  },
  INBOUND_SSO: {
    meaning: 'An outside account signs in as the account.',
    explanation: 'Whoever has the outside account signs in here through single sign-on.',
    remediation: 'Ask for a factor of Okta after federation, and unlink accounts that need no federation.',
    oktaHound: 'Okta_InboundSSO',
  },
  INBOUND_ORG_SSO: {
    meaning: 'An outside organisation signs people in here.',
    explanation: 'Whoever controls the outside organisation issues sign-ins for accounts of this one.',
    remediation: 'Limit which accounts the provider may sign in, and ask for a factor of Okta.',
    oktaHound: 'Okta_InboundOrgSSO',
  },
  OUTBOUND_SSO: {
    meaning: 'The account signs in to an outside account.',
    explanation: 'Signs in to the outside system as the linked account.',
    remediation: 'Take the assignment away, or give the outside account fewer rights.',
    oktaHound: 'Okta_OutboundSSO',
  },
  OUTBOUND_ORG_SSO: {
    meaning: 'The app signs people in to an outside organisation.',
    explanation: 'Whoever controls the app issues sign-ins for any account of the outside organisation.',
    remediation: 'Treat administrators of the app as administrators of that organisation.',
    oktaHound: 'Okta_OutboundOrgSSO',
  },
  KERBEROS_SSO: {
    meaning: 'Windows sign-in (Kerberos) signs in here.',
    explanation:
      'Whoever controls the domain, or the service account of the sign-in, forges tickets for any of its accounts.',
    remediation: 'Rotate the service account, allow AES only, and ask for a second factor after desktop sign-in.',
    oktaHound: 'Okta_KerberosSSO',
  },
  PASSWORD_SYNC: {
    meaning: 'The password of the account is kept equal to the other one.',
    explanation: 'Knows or sets the password here and uses it there.',
    remediation: 'Switch password synchronisation off and sign in by federation.',
    oktaHound: 'Okta_PasswordSync',
  },
  READ_PASSWORD_UPDATES: {
    meaning: 'The app is told the password of the account when it changes.',
    explanation: 'Points provisioning at a server of their own and receives the next password in clear text.',
    remediation: 'Switch password synchronisation of the app off.',
    oktaHound: 'Okta_ReadPasswordUpdates',
  },
  GROUP_PULL: {
    meaning: 'The group comes from this app.',
    explanation: 'Changes the group at its source: its members here follow.',
    remediation: 'Give no role and no powerful app to groups that come from elsewhere.',
    oktaHound: 'Okta_GroupPull',
  },
  MEMBERSHIP_SYNC: {
    meaning: 'The members of the group are kept equal to those of the other.',
    explanation: 'Adds themselves to the one group and is in the other.',
    remediation: 'Give no role and no powerful app to groups whose members are decided elsewhere.',
    oktaHound: 'Okta_MembershipSync',
  },
  SYSTEM_CONTAINS: {
    meaning: 'The outside system contains the person or the group.',
    explanation: 'Whoever rules the system signs in as its people and decides who is in its groups.',
    remediation: 'Guard the administrators of the system like those of the org that follows it.',
    oktaHound: null,
  },
  SAME_AS: {
    meaning: 'What the one connected source knows from outside is this in the other.',
    explanation: 'Whoever controls the one end has the other: the way goes on in the other source.',
    remediation: 'End the trust between the two orgs, or take away what leads to this end or from it.',
    oktaHound: null,
  },
  AGENT_MEMBER_OF: {
    meaning: 'The agent belongs to the pool.',
    explanation: 'An agent that is taken over sees and answers the sign-ins of its whole pool.',
    remediation: 'Retire agents that are not needed and update the others.',
    oktaHound: 'Okta_AgentMemberOf',
  },
  AGENT_POOL_FOR: {
    meaning: 'The agent pool serves the directory integration.',
    explanation: 'Answers sign-ins by delegated authentication: any password is right, and passwords are read.',
    remediation: 'Treat agent hosts as tier zero; switch delegated authentication off for administrators.',
    oktaHound: 'Okta_AgentPoolFor',
  },
  HOSTS_AGENT: {
    meaning: 'The computer runs the agent.',
    explanation: 'Takes the token of the agent from the computer and speaks for the directory.',
    remediation: 'Administer the computer like a domain controller.',
    oktaHound: 'Okta_HostsAgent',
  },
} satisfies Record<string, EdgeText>;
