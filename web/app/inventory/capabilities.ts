/** What Postern reads of an Okta org, in words, and what to grant for it. */
export interface Capability {
  name: string;
  /** What a service app has to be granted. */
  scope: string;
  /** The least standard role whose API tokens may read it. */
  role: string;
}

const READER = 'Read-only Administrator';
const SUPER = 'Super Administrator';

const reader = (name: string, scope: string): Capability => ({ name, scope, role: READER });
const superAdmin = (name: string, scope: string): Capability => ({ name, scope, role: SUPER });

/** By the name that coverage has for it (https://developer.okta.com/docs/api/oauth2/). */
export const CAPABILITIES: Record<string, Capability> = {
  users: reader('Users', 'okta.users.read'),
  factors: reader('Second factors', 'okta.users.read'),
  userTypes: reader('User types', 'okta.userTypes.read'),
  groupRules: reader('Group rules', 'okta.groups.read'),
  owners: reader('Group owners', 'okta.groups.read'),
  apps: reader('Apps', 'okta.apps.read'),
  assignments: reader('App assignments', 'okta.apps.read'),
  appCredentials: reader('Secrets, keys and certificates of apps', 'okta.apps.read'),
  grants: reader('Scopes granted to apps', 'okta.appGrants.read'),
  consents: reader('Consents of people', 'okta.users.read'),
  roles: superAdmin('Admin roles', 'okta.roles.read'),
  resourceSets: superAdmin('Resource sets', 'okta.roles.read'),
  apiTokens: superAdmin('API tokens', 'okta.apiTokens.read'),
  authenticators: reader('Authenticators', 'okta.authenticators.read'),
  policies: reader('Policies', 'okta.policies.read'),
  zones: reader('Network zones', 'okta.networkZones.read'),
  trustedOrigins: reader('Trusted origins', 'okta.trustedOrigins.read'),
  idps: reader('Identity providers', 'okta.idps.read'),
  authorizationServers: reader('Authorization servers', 'okta.authorizationServers.read'),
  devices: reader('Devices', 'okta.devices.read'),
  realms: reader('Realms', 'okta.realms.read'),
  logStreams: superAdmin('Log streams', 'okta.logStreams.read'),
  hooks: superAdmin('Event and inline hooks', 'okta.eventHooks.read, okta.inlineHooks.read'),
  agents: reader('Directory agents', 'okta.agentPools.read'),
  apiServices: superAdmin('API service integrations', 'okta.oauthIntegrations.read'),
  serviceAccounts: superAdmin('Service accounts', 'okta.serviceAccounts.read'),
  aiAgents: superAdmin('AI agents', 'okta.aiAgents.read'),
  orgSettings: superAdmin('Org settings', 'okta.orgs.read'),
  labels: superAdmin('Governance labels', 'okta.governance.labels.read'),
  events: reader('System Log', 'okta.logs.read'),
};
