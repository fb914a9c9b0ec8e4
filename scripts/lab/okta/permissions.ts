import type { RoleType } from '../world/model.ts';

/** The OAuth scope family of each part of the API; the method decides between read and manage. */
const SCOPES: readonly (readonly [RegExp, string])[] = [
  [/^\/attack-protection\//, 'orgs'],
  [/^\/governance\/api\/v1\/grants/, 'governance.entitlements'],
  [/^\/governance\/api\/v1\/(labels|resource-labels)/, 'governance.labels'],
  [/^\/integrations\//, 'oauthIntegrations'],
  [/^\/privileged-access\/api\/v1\/okta-service-accounts/, 'serviceAccounts.okta'],
  [/^\/privileged-access\//, 'serviceAccounts'],
  [/^\/workload-principals\//, 'aiAgents'],
  [/^\/api\/v1\/meta\/types/, 'userTypes'],
  [/^\/api\/v1\/(meta\/schemas\/user|users\/[^/]+)\/linkedObjects/, 'linkedObjects'],
  [/^\/api\/v1\/realms/, 'realms'],
  [/^\/api\/v1\/authorizationServers/, 'authorizationServers'],
  [/^\/api\/v1\/inlineHooks/, 'inlineHooks'],
  [/^\/api\/v1\/behaviors/, 'behaviors'],
  [/^\/api\/v1\/features/, 'features'],
  [/^\/api\/v1\/agentPools/, 'agentPools'],
  [/^\/api\/v1\/domains/, 'domains'],
  [/^\/api\/v1\/threats/, 'threatInsights'],
  [/^\/api\/v1\/users\/[^/]+\/roles/, 'roles'],
  [/^\/api\/v1\/users\/[^/]+\/sessions$/, 'users'],
  [/^\/api\/v1\/users/, 'users'],
  [/^\/api\/v1\/groups\/[^/]+\/roles/, 'roles'],
  [/^\/api\/v1\/groups/, 'groups'],
  [/^\/api\/v1\/apps\/[^/]+\/grants/, 'appGrants'],
  [/^\/api\/v1\/apps/, 'apps'],
  [/^\/api\/v1\/iam/, 'roles'],
  [/^\/oauth2\/v1\/clients\/[^/]+\/roles/, 'roles'],
  [/^\/oauth2\/v1\/clients/, 'clients'],
  [/^\/api\/v1\/api-tokens/, 'apiTokens'],
  [/^\/api\/v1\/logs/, 'logs'],
  [/^\/api\/v1\/eventHooks/, 'eventHooks'],
  [/^\/api\/v1\/org/, 'orgs'],
  [/^\/api\/v1\/policies/, 'policies'],
  [/^\/api\/v1\/zones/, 'networkZones'],
  [/^\/api\/v1\/authenticators/, 'authenticators'],
  [/^\/api\/v1\/idps/, 'idps'],
  [/^\/api\/v1\/trustedOrigins/, 'trustedOrigins'],
  [/^\/api\/v1\/devices/, 'devices'],
  [/^\/api\/v1\/device-assurances/, 'deviceAssurance'],
  [/^\/api\/v1\/rate-limit-settings/, 'rateLimits'],
  [/^\/api\/v1\/principal-rate-limits/, 'principalRateLimits'],
  [/^\/api\/v1\/logStreams/, 'logStreams'],
];

/** The part of the API a path belongs to, as its scopes call it. */
export function familyOf(path: string): string {
  return SCOPES.find(([pattern]) => pattern.test(path))?.[1] ?? 'orgs';
}

/** True when the granted scopes allow the call; `manage` includes `read`. */
export function scopeAllows(granted: readonly string[], method: string, path: string): boolean {
  const family = familyOf(path);
  if (granted.includes(`okta.${family}.manage`)) return true;
  return method === 'GET' && granted.includes(`okta.${family}.read`);
}

const READS: readonly string[] = [
  'users',
  'groups',
  'apps',
  'appGrants',
  'roles',
  'clients',
  'logs',
  'orgs',
  'policies',
  'networkZones',
  'authenticators',
  'idps',
  'trustedOrigins',
  'devices',
  'logStreams',
  'userTypes',
  'linkedObjects',
  'realms',
  'authorizationServers',
  'behaviors',
  'features',
  'agentPools',
  'domains',
  'threatInsights',
  'deviceAssurance',
  'rateLimits',
  'principalRateLimits',
  'oauthIntegrations',
  'governance.labels',
];

/** What each role may read and change. What only a super admin may see is left out of the others. */
const ROLES: Readonly<Record<RoleType, { read: readonly string[]; manage: readonly string[] }>> = {
  SUPER_ADMIN: { read: ['*'], manage: ['*'] },
  ORG_ADMIN: {
    read: [...READS, 'eventHooks', 'inlineHooks', 'serviceAccounts', 'serviceAccounts.okta', 'aiAgents'],
    manage: ['users', 'groups', 'apps', 'policies', 'devices', 'networkZones', 'eventHooks', 'aiAgents'],
  },
  READ_ONLY_ADMIN: { read: READS, manage: [] },
  APP_ADMIN: { read: ['users', 'groups', 'apps', 'appGrants', 'logs', 'orgs'], manage: ['apps'] },
  USER_ADMIN: { read: ['users', 'groups', 'orgs'], manage: ['users', 'groups'] },
  HELP_DESK_ADMIN: { read: ['users', 'groups', 'orgs'], manage: ['users'] },
  GROUP_MEMBERSHIP_ADMIN: { read: ['users', 'groups'], manage: ['groups'] },
  MOBILE_ADMIN: { read: ['devices', 'users', 'groups'], manage: ['devices'] },
  REPORT_ADMIN: { read: ['logs', 'users', 'groups', 'apps'], manage: [] },
  API_ACCESS_MANAGEMENT_ADMIN: { read: ['users', 'groups', 'apps', 'clients'], manage: ['apps', 'clients'] },
  CUSTOM: { read: READS, manage: ['users', 'groups', 'apps'] },
};

/** True when one of the roles allows the call. */
export function rolesAllow(roles: readonly RoleType[], method: string, path: string): boolean {
  const family = familyOf(path);
  return roles.some((role) => {
    const list = method === 'GET' ? ROLES[role].read : ROLES[role].manage;
    return list.includes('*') || list.includes(family);
  });
}
