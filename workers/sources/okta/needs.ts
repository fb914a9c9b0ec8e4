import type { CoverageNeed } from '../../graph/port.ts';
import { GRANTS } from './grants.ts';

/** What each part of the coverage is to people, and the scopes that it is read with. */
const NEEDS: Record<CoverageNeed, { name: string; scopes: string[] }> = {
  users: { name: 'Users', scopes: ['okta.users.read'] },
  factors: { name: 'Authentication factors', scopes: ['okta.users.read'] },
  roles: { name: 'Groups and admin roles', scopes: ['okta.groups.read', 'okta.roles.read'] },
  apps: { name: 'Apps', scopes: ['okta.apps.read'] },
  assignments: { name: 'App assignments', scopes: ['okta.apps.read'] },
  events: { name: 'System Log', scopes: ['okta.logs.read'] },
  userTypes: { name: 'User types', scopes: ['okta.userTypes.read'] },
  groupRules: { name: 'Group rules', scopes: ['okta.groups.read'] },
  owners: { name: 'Group owners', scopes: ['okta.groups.read'] },
  groupPush: { name: 'Groups pushed to apps', scopes: ['okta.apps.read'] },
  resourceSets: { name: 'Resource sets', scopes: ['okta.roles.read'] },
  clientRoles: { name: 'Admin roles of service apps', scopes: ['okta.roles.read'] },
  apiTokens: { name: 'API tokens', scopes: ['okta.apiTokens.read'] },
  appCredentials: { name: 'Secrets, keys and certificates of apps', scopes: ['okta.apps.read'] },
  grants: { name: 'Scopes granted to apps', scopes: ['okta.appGrants.read'] },
  consents: { name: 'Consents of people', scopes: ['okta.users.read'] },
  authenticators: { name: 'Authenticators', scopes: ['okta.authenticators.read'] },
  policies: { name: 'Policies', scopes: ['okta.policies.read'] },
  behaviors: { name: 'Behavior detection rules', scopes: ['okta.behaviors.read'] },
  deviceAssurances: { name: 'Device assurance policies', scopes: ['okta.deviceAssurance.read'] },
  zones: { name: 'Network zones', scopes: ['okta.networkZones.read'] },
  trustedOrigins: { name: 'Trusted origins', scopes: ['okta.trustedOrigins.read'] },
  idps: { name: 'Identity providers', scopes: ['okta.idps.read'] },
  authorizationServers: { name: 'Authorization servers', scopes: ['okta.authorizationServers.read'] },
  devices: { name: 'Devices', scopes: ['okta.devices.read'] },
  realms: { name: 'Realms', scopes: ['okta.realms.read'] },
  logStreams: { name: 'Log streams', scopes: ['okta.logStreams.read'] },
  hooks: { name: 'Event and inline hooks', scopes: ['okta.eventHooks.read', 'okta.inlineHooks.read'] },
  agents: { name: 'Directory agents', scopes: ['okta.agentPools.read'] },
  apiServices: { name: 'API service integrations', scopes: ['okta.oauthIntegrations.read'] },
  serviceAccounts: {
    name: 'Service accounts',
    scopes: ['okta.serviceAccounts.read', 'okta.serviceAccounts.okta.read'],
  },
  aiAgents: { name: 'AI agents', scopes: ['okta.aiAgents.read'] },
  orgSettings: { name: 'Org settings', scopes: ['okta.orgs.read', 'okta.threatInsights.read'] },
  domains: { name: 'Custom domains', scopes: ['okta.domains.read'] },
  features: { name: 'Features', scopes: ['okta.features.read'] },
  linkedObjects: { name: 'Linked object definitions', scopes: ['okta.linkedObjects.read'] },
  rateLimits: { name: 'Rate limits', scopes: ['okta.rateLimits.read', 'okta.principalRateLimits.read'] },
  entitlements: { name: 'Entitlements', scopes: ['okta.governance.entitlements.read'] },
  labels: { name: 'Governance labels', scopes: ['okta.governance.labels.read'] },
};

export interface Need {
  name: string;
  /** What to grant a service app, and the least standard role that may read it. */
  grants: { scope: string; role: string }[];
}

export function needsOf(need: CoverageNeed): Need {
  const { name, scopes } = NEEDS[need];
  const role = (scope: string) => GRANTS.find((grant) => grant.scope === scope)?.role ?? 'Super Administrator';
  return { name, grants: scopes.map((scope) => ({ scope, role: role(scope) })) };
}
