import type { World } from '../world/world.ts';

function first<T>(items: Iterable<T>, what: string): T {
  for (const item of items) return item;
  throw new Error(`the lab has no ${what}`);
}

/** Operations of Okta's description and addresses of the lab that answer them: the parts beside the directory. */
export function estateChecks(world: World): [string, string][] {
  const { estate } = world;
  const limited = [...world.userRoles].flatMap(([userId, roles]) =>
    roles.flatMap(({ id }) => {
      const targets = estate.roleTargets.get(id);
      return targets === undefined ? [] : [{ userId, id, targets }];
    }),
  );
  const groupLimited = limited.find(({ targets }) => targets.groupIds.length > 0);
  const appLimited = limited.find(({ targets }) => targets.apps.length > 0);
  const custom = [...world.userRoles].find(([, roles]) => roles.some((role) => role.custom !== undefined));
  const bound = custom?.[1].find((role) => role.custom !== undefined)?.custom;
  const consent = first(estate.consents.values(), 'consent');
  const withToken = first(world.refreshTokens, 'refresh token');
  const withKeys = [...world.clients.values()].find(({ jwks }) => jwks.keys.length > 0)?.clientId;
  const server = first(estate.authorizationServers, 'authorization server').id;
  const set = `/api/v1/iam/resource-sets/${bound?.resourceSetId}`;
  const managed = [...world.users.values()].find((user) => user.profile.managerId !== undefined)?.id;
  const scim = [...world.apps.values()].find(({ features }) => features.includes('PUSH_PASSWORD_UPDATES'))?.id;
  const policies = [
    'IDP_DISCOVERY',
    'PROFILE_ENROLLMENT',
    'POST_AUTH_SESSION',
    'ENTITY_RISK',
    'DEVICE_SIGNAL_COLLECTION',
    'SESSION_VIOLATION_DETECTION',
    'CLIENT_UPDATE',
    'IDENTITY_CLAIM_SOURCING',
  ].map((type): [string, string] => ['/api/v1/policies', `/api/v1/policies?type=${type}`]);
  return [
    ...policies,
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabDisco0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabRisks0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabSigna0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabSessi0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabProfi0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabViola0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabUpdat0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabClaim0000015d7/rules'],
    ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabAdmins000015d7/rules'],
    ['/api/v1/policies/{policyId}/mappings', '/api/v1/policies/rstLabAdmins000015d7/mappings'],
    ['/api/v1/meta/types/user', '/api/v1/meta/types/user'],
    ['/api/v1/meta/types/user/{typeId}', `/api/v1/meta/types/user/${world.userTypeId}`],
    ['/api/v1/meta/schemas/user/linkedObjects', '/api/v1/meta/schemas/user/linkedObjects'],
    [
      '/api/v1/users/{userIdOrLogin}/linkedObjects/{relationshipName}',
      `/api/v1/users/${managed}/linkedObjects/manager`,
    ],
    ['/api/v1/realms', '/api/v1/realms'],
    ['/api/v1/realms/{realmId}', `/api/v1/realms/${world.realmId}`],
    ['/api/v1/groups/{groupId}/owners', `/api/v1/groups/${first(estate.groupOwners.keys(), 'owned group')}/owners`],
    [
      '/api/v1/apps/{appId}/credentials/secrets',
      `/api/v1/apps/${first(estate.secrets.keys(), 'app with a secret')}/credentials/secrets`,
    ],
    [
      '/api/v1/apps/{appId}/credentials/keys',
      `/api/v1/apps/${first(estate.signingKeys.keys(), 'app with a certificate')}/credentials/keys`,
    ],
    [
      '/api/v1/apps/{appId}/group-push/mappings',
      `/api/v1/apps/${first(estate.groupPushes.keys(), 'app that takes groups')}/group-push/mappings?limit=1000`,
    ],
    ['/api/v1/policies/{policyId}/mappings', '/api/v1/policies/rstLabProfi0000015d7/mappings'],
    ['/api/v1/apps/{appId}/credentials/jwks', `/api/v1/apps/${withKeys}/credentials/jwks`],
    ['/api/v1/apps/{appId}/features', `/api/v1/apps/${scim}/features`],
    ['/api/v1/apps/{appId}/connections/default', `/api/v1/apps/${scim}/connections/default`],
    ['/api/v1/users/{userId}/roles', `/api/v1/users/${groupLimited?.userId}/roles?expand=targets/groups`],
    ['/api/v1/users/{userId}/roles', `/api/v1/users/${appLimited?.userId}/roles?expand=targets/catalog/apps`],
    ['/api/v1/users/{userId}/roles', `/api/v1/users/${custom?.[0]}/roles`],
    [
      '/api/v1/users/{userId}/roles/{roleAssignmentId}/targets/groups',
      `/api/v1/users/${groupLimited?.userId}/roles/${groupLimited?.id}/targets/groups`,
    ],
    [
      '/api/v1/users/{userId}/roles/{roleAssignmentId}/targets/catalog/apps',
      `/api/v1/users/${appLimited?.userId}/roles/${appLimited?.id}/targets/catalog/apps`,
    ],
    ['/api/v1/iam/resource-sets/{resourceSetIdOrLabel}', set],
    ['/api/v1/iam/resource-sets/{resourceSetIdOrLabel}/resources', `${set}/resources`],
    ['/api/v1/iam/resource-sets/{resourceSetIdOrLabel}/bindings', `${set}/bindings`],
    [
      '/api/v1/iam/resource-sets/{resourceSetIdOrLabel}/bindings/{roleIdOrLabel}/members',
      `${set}/bindings/${bound?.roleId}/members`,
    ],
    ['/api/v1/users/{userId}/grants', `/api/v1/users/${consent.userId}/grants`],
    ['/api/v1/users/{userId}/grants/{grantId}', `/api/v1/users/${consent.userId}/grants/${consent.id}`],
    ['/api/v1/users/{userId}/clients', `/api/v1/users/${consent.userId}/clients`],
    [
      '/api/v1/users/{userId}/clients/{clientId}/grants',
      `/api/v1/users/${consent.userId}/clients/${consent.clientId}/grants`,
    ],
    [
      '/api/v1/users/{userId}/clients/{clientId}/tokens',
      `/api/v1/users/${withToken.userId}/clients/${withToken.appId}/tokens`,
    ],
    ['/api/v1/idps/{idpId}/users', '/api/v1/idps/0oaLabFederation05d7/users'],
    ['/api/v1/devices', '/api/v1/devices?expand=user'],
    ['/api/v1/devices', '/api/v1/devices?expand=userSummary'],
    ['/api/v1/authenticators/{authenticatorId}/methods', '/api/v1/authenticators/autLabVerify000015d7/methods'],
    ['/api/v1/authenticators/{authenticatorId}/methods', '/api/v1/authenticators/autLabWebauthn0015d7/methods'],
    ['/api/v1/authorizationServers', '/api/v1/authorizationServers'],
    ['/api/v1/authorizationServers/{authServerId}/policies', `/api/v1/authorizationServers/${server}/policies`],
    ['/api/v1/inlineHooks', '/api/v1/inlineHooks'],
    ['/api/v1/agentPools', '/api/v1/agentPools'],
    ['/api/v1/behaviors', '/api/v1/behaviors'],
    ['/api/v1/features', '/api/v1/features'],
    ['/api/v1/domains', '/api/v1/domains'],
    ['/api/v1/device-assurances', '/api/v1/device-assurances'],
    ['/api/v1/principal-rate-limits', '/api/v1/principal-rate-limits?filter=principalType eq "SSWS_TOKEN"'],
    ['/api/v1/rate-limit-settings/admin-notifications', '/api/v1/rate-limit-settings/admin-notifications'],
    ['/api/v1/rate-limit-settings/warning-threshold', '/api/v1/rate-limit-settings/warning-threshold'],
    ['/api/v1/rate-limit-settings/per-client', '/api/v1/rate-limit-settings/per-client'],
    ['/api/v1/org/contacts', '/api/v1/org/contacts'],
    ['/api/v1/org/contacts/{contactType}', '/api/v1/org/contacts/TECHNICAL'],
    ['/api/v1/org/privacy/oktaCommunication', '/api/v1/org/privacy/oktaCommunication'],
    ['/api/v1/threats/configuration', '/api/v1/threats/configuration'],
    ['/api/v1/org/settings/clientPrivilegesSetting', '/api/v1/org/settings/clientPrivilegesSetting'],
    ['/api/v1/org/settings/autoAssignAdminAppSetting', '/api/v1/org/settings/autoAssignAdminAppSetting'],
    ['/api/v1/org/orgSettings/thirdPartyAdminSetting', '/api/v1/org/orgSettings/thirdPartyAdminSetting'],
    ['/api/v1/org/preferences', '/api/v1/org/preferences'],
    ['/api/v1/org/privacy/oktaSupport', '/api/v1/org/privacy/oktaSupport'],
    ['/attack-protection/api/v1/user-lockout-settings', '/attack-protection/api/v1/user-lockout-settings'],
    ['/attack-protection/api/v1/authenticator-settings', '/attack-protection/api/v1/authenticator-settings'],
    ['/integrations/api/v1/api-services', '/integrations/api/v1/api-services'],
    ['/privileged-access/api/v1/service-accounts', '/privileged-access/api/v1/service-accounts'],
    ['/privileged-access/api/v1/okta-service-accounts', '/privileged-access/api/v1/okta-service-accounts'],
  ];
}
