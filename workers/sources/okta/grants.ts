/** One thing that Postern reads in Okta, and what it takes: both the scope and the role. */
export interface Capability {
  name: string;
  /** OAuth scope; an API token has its owner's rights instead. */
  scope: string;
  /** The least standard administrator role that may read it; a custom role with the same rights does as well. */
  role: string;
  /** What is read to try it; absent where it takes a user's id. */
  path?: string;
  /** Without it Postern still does its work, with less to show. */
  required: boolean;
  /** An org always has some: none means that the credential sees nothing. */
  neverEmpty?: true;
}

/*
 * Who may read what: https://help.okta.com/oie/en-us/content/topics/security/administrators-admin-comparison.htm. Of
 * what that page does not name, only a super administrator is known to be answered.
 */
const READER = 'Read-only Administrator';
const SUPER = 'Super Administrator';

export const USERS: Capability & { path: string } = {
  name: 'Users',
  scope: 'okta.users.read',
  role: READER,
  path: '/api/v1/users?limit=1',
  required: true,
  neverEmpty: true,
};

export const FACTORS: Capability = {
  name: 'Authentication factors',
  scope: 'okta.users.read',
  role: READER,
  required: true,
};

/** All but users and their factors, which are tried in a way of their own. */
export const CAPABILITIES: readonly (Capability & { path: string })[] = [
  {
    name: 'Groups',
    scope: 'okta.groups.read',
    role: READER,
    path: '/api/v1/groups?limit=1',
    required: true,
    neverEmpty: true,
  },
  { name: 'Applications', scope: 'okta.apps.read', role: READER, path: '/api/v1/apps?limit=1', required: true },
  {
    name: 'Admin roles',
    scope: 'okta.roles.read',
    role: `${SUPER}, or a custom role with the permission to view roles, resources and admin assignments`,
    path: '/api/v1/iam/assignees/users?limit=1',
    required: true,
  },
  { name: 'System Log', scope: 'okta.logs.read', role: READER, path: '/api/v1/logs?limit=1', required: true },
  {
    name: 'API tokens',
    scope: 'okta.apiTokens.read',
    role: SUPER,
    path: '/api/v1/api-tokens',
    required: false,
  },
  {
    name: 'Event hooks',
    scope: 'okta.eventHooks.read',
    role: SUPER,
    path: '/api/v1/eventHooks',
    required: false,
  },
];

const extra = (name: string, scope: string, role = READER): Capability => ({ name, scope, role, required: false });

/** The rest of the org. Each stands alone: what is not granted is unknown, and shown so in the coverage. */
export const INVENTORY_GRANTS: readonly Capability[] = [
  extra('Policies', 'okta.policies.read'),
  extra('Behavior detection rules', 'okta.behaviors.read'),
  extra('Device assurance policies', 'okta.deviceAssurance.read'),
  extra('Network zones', 'okta.networkZones.read'),
  extra('Authenticators', 'okta.authenticators.read'),
  extra('Devices', 'okta.devices.read'),
  extra('Identity providers', 'okta.idps.read'),
  extra('Trusted origins', 'okta.trustedOrigins.read'),
  extra('Authorization servers', 'okta.authorizationServers.read'),
  extra('OAuth grants of apps', 'okta.appGrants.read', SUPER),
  extra('Org settings', 'okta.orgs.read'),
  extra('ThreatInsight', 'okta.threatInsights.read'),
  extra('Custom domains', 'okta.domains.read'),
  extra('Features', 'okta.features.read'),
  extra('Linked object definitions', 'okta.linkedObjects.read'),
  extra('Rate limit settings', 'okta.rateLimits.read'),
  extra('Rate limits of API tokens and apps', 'okta.principalRateLimits.read'),
  extra('User types', 'okta.userTypes.read'),
  extra('Realms', 'okta.realms.read'),
  extra('Log streams', 'okta.logStreams.read', SUPER),
  extra('Inline hooks', 'okta.inlineHooks.read', SUPER),
  extra('Directory agents', 'okta.agentPools.read'),
  extra('API service integrations', 'okta.oauthIntegrations.read', SUPER),
  extra('Service accounts of apps', 'okta.serviceAccounts.read', SUPER),
  extra('Service accounts of the org', 'okta.serviceAccounts.okta.read', SUPER),
  extra('AI agents', 'okta.aiAgents.read', SUPER),
  extra('Entitlements', 'okta.governance.entitlements.read', SUPER),
  extra('Governance labels', 'okta.governance.labels.read', SUPER),
];

/** What to grant a service app, for people. */
export const GRANTS = [USERS, FACTORS, ...CAPABILITIES, ...INVENTORY_GRANTS].map(({ name, scope, role, required }) => ({
  name,
  scope,
  role,
  required,
}));
