import { type FakeOrg, smallOrg } from './fake-okta.ts';

const AT = '2026-05-01T10:00:00.000Z';
const href = (path: string) => ({ href: `https://acme.okta.com${path}` });

/** An org with one of everything, around the people of `smallOrg`. */
export function wholeOrg(n = 12): FakeOrg {
  const org = smallOrg(n);
  const [first, second, third, fourth] = org.users;
  if (first) first.roles.push({ type: 'CUSTOM', role: 'cr0One', 'resource-set': 'iamOne' } as never);
  if (second) second.body = { realmId: 'guoRealm', profile: profile('00u1', { managerId: '00u0' }) };
  if (third) third.roles = [{ type: 'HELP_DESK_ADMIN' }];
  if (fourth) {
    fourth.body = { credentials: { provider: { type: 'ACTIVE_DIRECTORY', name: 'CORP-AD' } } };
  }
  org.groups.push({ id: '00gAd', name: 'Domain Users', type: 'APP_GROUP', members: ['00u3'], roles: [] });
  const ad = org.groups.at(-1);
  if (ad) ad.body = { source: { id: '0oaAd' } };
  org.apps.push(
    // the label, the domain and what users say of it are three texts: people name the first, and agents the last
    app('0oaAd', 'Head office directory', {
      name: 'active_directory',
      signOnMode: 'AUTO_LOGIN',
      settings: { app: { namingContext: 'corp.acme.test', filterGroupsByOU: true } },
      users: [{ id: '00u3', status: 'PROVISIONED', scope: 'USER', syncState: 'SYNCHRONIZED' }],
    }),
    app('0oaService', 'Robot', {
      name: 'oidc_client',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { client_id: '0oaService', token_endpoint_auth_method: 'client_secret_basic' } },
      settings: { oauthClient: { grant_types: ['client_credentials'], application_type: 'service' } },
      _links: {
        accessPolicy: href('/api/v1/policies/rstAccess'),
        profileEnrollment: href('/api/v1/policies/rstEnroll'),
      },
    }),
    app('0oaScim', 'Hub', {
      name: 'github_enterprise_cloud',
      features: ['PUSH_NEW_USERS', 'PUSH_PASSWORD_UPDATES', 'GROUP_PUSH'],
      settings: { app: { githubOrg: 'acme' }, emOptInStatus: 'ENABLED' },
      users: [{ id: '00u4', status: 'PROVISIONED', scope: 'GROUP', syncState: 'SYNCHRONIZED' }],
    }),
  );
  org.more = { ...LISTINGS };
  return org;
}

function profile(id: string, more: Record<string, unknown>) {
  return { login: `${id}@acme.test`, email: `${id}@acme.test`, firstName: 'A', lastName: id, ...more };
}

function app(id: string, label: string, { users = [], ...body }: Record<string, unknown> & { users?: unknown }) {
  return { id, label, users: users as { id: string; status: string }[], groups: [], body };
}

/** A row of a policy's mappings. */
export function mappedTo(appId: string) {
  return { id: `map${appId}`, _links: { application: href(`/api/v1/apps/${appId}`) } };
}

/** The answer to who was given which entitlements of an app. */
export function grantsOf(appId: string): string {
  return `/governance/api/v1/grants?filter=target.externalId eq "${appId}" AND target.type eq "APPLICATION"`;
}

export function granted(id: string, userId: string, values: string[]) {
  return {
    ...{ id, grantType: 'CUSTOM', status: 'ACTIVE', action: 'ALLOW' },
    targetPrincipal: { externalId: userId, type: 'OKTA_USER' },
    entitlements: [{ id: 'espRole', name: 'Role', values: values.map((value) => ({ id: value, name: value })) }],
  };
}

/** The answer to what carries a value of a label. */
export function labelled(valueId: string, type: string): string {
  return `/governance/api/v1/resource-labels?filter=labelValueId eq "${valueId}" AND resourceType eq "${type}"`;
}

const LISTINGS: Record<string, unknown> = {
  '/api/v1/meta/types/user': [{ id: 'otyUser', name: 'user', displayName: 'User', default: true }],
  '/api/v1/groups/rules': [
    {
      id: '0prRule',
      name: 'Halves',
      status: 'ACTIVE',
      conditions: { expression: { value: 'true' }, people: { users: { exclude: ['00u9', '00u2'] } } },
      actions: { assignUserToGroups: { groupIds: ['00gHalf', '00gAdmins'] } },
    },
  ],
  '/api/v1/groups/00gHalf/owners': [{ id: '00u2', type: 'USER' }],
  '/api/v1/groups/00gAdmins/owners': [{ id: '00gHalf', type: 'GROUP' }],
  '/api/v1/groups/00gEmpty/owners': [],
  '/api/v1/groups/00gAd/owners': [],
  '/api/v1/iam/roles': { roles: [{ id: 'cr0One', label: 'Resetter', description: 'Resets' }], _links: {} },
  '/api/v1/iam/roles/cr0One/permissions': {
    permissions: [{ label: 'okta.users.read' }, { label: 'okta.groups.manage' }],
  },
  '/api/v1/iam/resource-sets': { 'resource-sets': [{ id: 'iamOne', label: 'IT' }], _links: {} },
  '/api/v1/iam/resource-sets/iamOne/resources': {
    resources: [
      { id: 'ire1', orn: 'orn:okta:directory:00oOrg:groups:00gHalf' },
      { id: 'ire2', orn: 'orn:okta:idp:00oOrg:apps:saml:0oaMail' },
      { id: 'ire3', orn: 'orn:okta:directory:00oOrg:users' },
      { id: 'ire4', orn: 'orn:okta:directory:00oOrg:groups:00gEmpty:contained_resources' },
    ],
  },
  '/oauth2/v1/clients/0oaService/roles': [
    {
      id: 'JBCUYUC7IRCVGS27IFCE2SKO',
      type: 'APP_ADMIN',
      label: 'App admin',
      status: 'ACTIVE',
      assignmentType: 'CLIENT',
    },
  ],
  '/api/v1/users/00u2/roles/raHELP_DESK_ADMIN00u2/targets/groups': [{ id: '00gHalf' }],
  '/oauth2/v1/clients/0oaService/roles/JBCUYUC7IRCVGS27IFCE2SKO/targets/catalog/apps': [{ name: 'saml' }],
  '/api/v1/api-tokens': [
    {
      id: '00TToken',
      name: 'CI',
      userId: '00u0',
      tokenWindow: 'P30D',
      network: { connection: 'ZONE', include: ['nzoB', 'nzoA'], exclude: [] },
      created: AT,
      lastUpdated: AT,
      expiresAt: '2026-06-30T10:00:00.000Z',
    },
  ],
  '/api/v1/apps/0oaService/credentials/secrets': [
    { id: 'ocsOne', status: 'ACTIVE', client_secret: 'shh', created: AT },
  ],
  '/api/v1/apps/0oaMail/credentials/keys': [{ kid: 'kMail', expiresAt: '2030-01-01T00:00:00.000Z', created: AT }],
  '/api/v1/apps/0oaBare/credentials/keys': [],
  '/api/v1/apps/0oaScim/credentials/keys': [],
  '/api/v1/apps/0oaService/grants': [
    { id: 'oag2', status: 'ACTIVE', scopeId: 'okta.users.manage', source: 'ADMIN', created: AT },
    { id: 'oag1', status: 'ACTIVE', scopeId: 'okta.apps.read', source: 'ADMIN', created: AT },
    { id: 'oag0', status: 'REVOKED', scopeId: 'okta.logs.read', source: 'ADMIN', created: AT },
  ],
  '/api/v1/users/00u0/grants': [
    { id: 'oag8', status: 'ACTIVE', scopeId: 'openid', clientId: '0oaService', source: 'END_USER' },
    { id: 'oag9', status: 'ACTIVE', scopeId: 'email', clientId: '0oaService', source: 'END_USER' },
  ],
  '/api/v1/users/00u2/grants': [],
  '/api/v1/apps/0oaScim/group-push/mappings': [{ id: 'gPm1', sourceGroupId: '00gHalf', status: 'ACTIVE' }],
  '/api/v1/authenticators': [{ id: 'autPush', key: 'okta_verify', type: 'app', status: 'ACTIVE', name: 'Okta Verify' }],
  '/api/v1/authenticators/autPush/methods': [
    { type: 'totp', status: 'ACTIVE' },
    { type: 'push', status: 'INACTIVE' },
  ],
  '/api/v1/policies?type=PASSWORD': [
    {
      id: '00pPassword',
      type: 'PASSWORD',
      name: 'Default',
      status: 'ACTIVE',
      priority: 1,
      system: true,
      conditions: { people: { groups: { include: ['00gEveryone'] } } },
      settings: { password: { age: { maxAgeDays: 0 } } },
      _embedded: {
        rules: [
          { id: '0pr2', priority: 2 },
          { id: '0pr1', priority: 1, name: 'First' },
        ],
      },
    },
  ],
  '/api/v1/policies?type=OKTA_SIGN_ON': [
    {
      ...{ id: '00pSignOn', type: 'OKTA_SIGN_ON', name: 'Default', status: 'ACTIVE' },
      _embedded: {
        rules: [
          {
            id: '0pr3',
            conditions: {
              network: { connection: 'ZONE', include: ['nzoA', 'ALL_ZONES'], exclude: [] },
              risk: { behaviors: ['bhvCity'] },
            },
          },
        ],
      },
    },
  ],
  '/api/v1/policies?type=ACCESS_POLICY': [
    {
      ...{ id: 'rstAccess', type: 'ACCESS_POLICY', name: 'Two', status: 'ACTIVE' },
      _embedded: { rules: [{ id: 'rul1', conditions: { device: { assurance: { include: ['daeMac'] } } } }] },
    },
  ],
  // the one app names the policy itself, the other one does not
  '/api/v1/policies/rstAccess/mappings': [mappedTo('0oaService'), mappedTo('0oaMail')],
  '/api/v1/policies/rstEnroll/mappings': [mappedTo('0oaService')],
  '/api/v1/behaviors': [
    {
      ...{ id: 'bhvCity', name: 'New City', type: 'ANOMALOUS_LOCATION', status: 'ACTIVE' },
      settings: { granularity: 'CITY', maxEventsUsedForEvaluation: 20 },
      created: '2025-08-25 07:55:06.0',
    },
  ],
  '/api/v1/device-assurances': [
    {
      ...{ id: 'daeMac', name: 'Macs', platform: 'MACOS', createdDate: AT, lastUpdate: AT },
      osVersion: { minimum: '14.1.0' },
      diskEncryptionType: { include: ['ALL_INTERNAL_VOLUMES'] },
      secureHardwarePresent: true,
    },
  ],
  '/api/v1/domains': {
    domains: [
      {
        ...{ id: 'OcDOne', domain: 'id.acme.test', certificateSourceType: 'MANUAL', validationStatus: 'VERIFIED' },
        publicCertificate: { subject: 'CN=id.acme.test', fingerprint: '73:68', expiration: '2026-08-01T00:00:00.000Z' },
      },
      { id: 'OcDTwo', domain: 'new.acme.test', certificateSourceType: 'OKTA_MANAGED', validationStatus: 'NOT_STARTED' },
    ],
  },
  '/api/v1/policies?type=PROFILE_ENROLLMENT': [
    { id: 'rstEnroll', type: 'PROFILE_ENROLLMENT', name: 'Default', status: 'ACTIVE' },
  ],
  '/api/v1/zones': [
    { id: 'nzoA', type: 'IP', name: 'Office', status: 'ACTIVE', gateways: [{ type: 'CIDR', value: 'x' }] },
  ],
  '/api/v1/trustedOrigins': [{ id: 'tosOne', name: 'SPA', origin: 'https://spa.test', scopes: [{ type: 'CORS' }] }],
  '/api/v1/idps': [
    {
      id: '0oaIdp',
      type: 'SAML2',
      name: 'Entra',
      status: 'ACTIVE',
      protocol: {
        type: 'SAML2',
        endpoints: { sso: { url: 'https://login.microsoftonline.com/tenant-1/saml2' } },
        credentials: { trust: { issuer: 'https://sts.windows.net/tenant-1/' } },
      },
      policy: {
        accountLink: { action: 'AUTO', filter: null },
        provisioning: { action: 'AUTO', groups: { action: 'ASSIGN', assignments: ['00gHalf'] } },
      },
    },
    { id: '0oaOff', type: 'GOOGLE', name: 'Google', status: 'INACTIVE', protocol: { type: 'OIDC' } },
  ],
  '/api/v1/idps/0oaOff/users': [],
  '/api/v1/idps/0oaIdp/users': [{ id: '00u5', externalId: 'x' }],
  '/api/v1/authorizationServers': [{ id: 'ausOne', name: 'default', issuer: 'https://acme.okta.com/oauth2/ausOne' }],
  '/api/v1/authorizationServers/ausOne/policies': [{ id: '00pAus' }],
  '/api/v1/devices': [device('guoOne', ['00u1', '00u0']), device('guoNobody', [])],
  '/api/v1/realms': [{ id: 'guoRealm', isDefault: true, profile: { name: 'Default' } }],
  '/api/v1/logStreams': [{ id: '0oaStream', type: 'aws_eventbridge', name: 'AWS', status: 'ACTIVE', settings: {} }],
  '/api/v1/eventHooks': [{ id: 'whoOne', name: 'Hook', status: 'ACTIVE', verificationStatus: 'VERIFIED' }],
  '/api/v1/inlineHooks': [{ id: 'calOne', name: 'Tokens', status: 'ACTIVE', type: 'com.okta.oauth2.tokens.transform' }],
  '/api/v1/agentPools': [
    {
      id: '0oaAd',
      name: 'corp.acme.test',
      type: 'AD',
      operationalStatus: 'OPERATIONAL',
      agents: [{ id: 'a53One', name: 'DC01', version: '3.18.0', lastConnection: 1_780_000_000_000 }],
    },
  ],
  '/integrations/api/v1/api-services': [
    { id: '0oaApi', type: 'tool', name: 'Tool', createdBy: '00u0', grantedScopes: ['b', 'a'] },
  ],
  '/privileged-access/api/v1/service-accounts': [
    {
      id: 'sa-app',
      name: 'Shared',
      username: 'svc@x',
      containerOrn: 'orn:okta:idp:00oOrg:apps:saml:0oaMail',
      ownerUserIds: ['00u1'],
      ownerGroupIds: ['00gHalf'],
      status: 'NO_ISSUES',
      statusDetail: 'ROTATED',
    },
  ],
  '/privileged-access/api/v1/okta-service-accounts': [
    { id: 'sa-okta', name: 'AD', oktaUserId: '00u6', statusDetail: 'UNMANAGED' },
  ],
  '/governance/api/v1/labels': {
    data: [
      { labelId: 'lbc1', name: 'Crown Jewel', values: [{ labelValueId: 'lblJewel', name: 'Crown Jewel' }] },
      { labelId: 'lbc2', name: 'Privileged', values: [{ labelValueId: 'lblPrivileged', name: 'Privileged' }] },
      { labelId: 'lbc3', name: 'Compliance', values: [{ labelValueId: 'lblSox', name: 'SOX' }] },
    ],
    _links: {},
  },
  [labelled('lblJewel', 'apps')]: {
    data: [{ orn: 'orn:okta:idp:00oOrg:apps:github_enterprise_cloud:0oaScim', profile: { name: 'Hub' }, labels: [] }],
    _links: {},
  },
  [labelled('lblJewel', 'groups')]: { data: [], _links: {} },
  [labelled('lblJewel', 'entitlement-values')]: { data: [], _links: {} },
  [labelled('lblPrivileged', 'entitlement-values')]: { data: [], _links: {} },
  [grantsOf('0oaScim')]: {
    data: [
      granted('gra1', '00u4', ['entAdmin', 'entRead']),
      granted('gra2', '00u5', ['entRead']),
      { ...granted('gra3', '00u6', ['entRead']), status: 'INACTIVE' },
      { ...granted('gra4', '00u5', []), entitlementBundleId: 'enbOne', entitlements: undefined },
    ],
    _links: {},
  },
  [labelled('lblPrivileged', 'apps')]: {
    data: [
      { orn: 'orn:okta:idp:00oOrg:apps:github_enterprise_cloud:0oaScim' },
      { orn: 'orn:okta:idp:00oOrg:apps:saml:0oaMail' },
    ],
    _links: {},
  },
  [labelled('lblPrivileged', 'groups')]: { data: [{ orn: 'orn:okta:directory:00oOrg:groups:00gHalf' }], _links: {} },
  '/workload-principals/api/v1/ai-agents': { data: [{ id: 'wlpOne', status: 'ACTIVE', profile: { name: 'Helper' } }] },
  '/workload-principals/api/v1/ai-agents/wlpOne/connections': {
    data: [
      {
        ...{ id: 'mcn1', connectionType: 'STS_VAULT_SECRET', status: 'ACTIVE', scopes: ['b', 'a'] },
        secret: { name: 'Data base', orn: 'orn:okta:pam:00oOrg:secrets:5cdcda01' },
      },
      {
        ...{ id: 'mcn2', connectionType: 'STS_SERVICE_ACCOUNT', status: 'ACTIVE' },
        app: { name: 'Mail', orn: 'orn:okta:idp:00oOrg:apps:saml:0oaMail' },
        serviceAccount: { name: 'Shared', orn: 'orn:okta:pam:00oOrg:apps:saml:0oaMail:service_accounts:sa-app' },
      },
      {
        ...{ id: 'mcn3', connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS', status: 'ACTIVE', scopes: ['crm.read'] },
        authorizationServer: { name: 'default', orn: 'orn:okta:idp:00oOrg:authorization_servers:ausOne' },
      },
      {
        ...{ id: 'mcn4', connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE', status: 'INACTIVE' },
        app: { name: 'Hub', orn: 'orn:okta:idp:00oOrg:apps:github_enterprise_cloud:0oaScim' },
      },
    ],
  },
  '/api/v1/org': { id: '00oOrg', subdomain: 'acme', companyName: 'Acme Corp', status: 'ACTIVE' },
  '/api/v1/org/settings/clientPrivilegesSetting': { clientPrivilegesSetting: true },
  '/api/v1/org/privacy/oktaSupport': { support: 'ENABLED', expiration: AT, caseNumber: null },
  '/api/v1/org/contacts/TECHNICAL': { userId: '00u1' },
  '/attack-protection/api/v1/authenticator-settings': [{ verifyKnowledgeSecondWhen2faRequired: false }],
  '/api/v1/features': [
    { id: 'ftr2', name: 'Number challenge', status: 'DISABLED', type: 'self-service', stage: { value: 'EA' } },
    { id: 'ftr1', name: 'Dashboards', status: 'ENABLED', type: 'self-service', stage: { value: 'EA' } },
  ],
  '/api/v1/meta/schemas/user/linkedObjects': [
    { primary: { name: 'manager', type: 'USER' }, associated: { name: 'subordinate', type: 'USER' } },
  ],
  '/api/v1/rate-limit-settings/admin-notifications': { notificationsEnabled: true },
  '/api/v1/rate-limit-settings/warning-threshold': { warningThreshold: 60 },
  '/api/v1/rate-limit-settings/per-client': { defaultMode: 'PREVIEW', useCaseModeOverrides: { LOGIN_PAGE: 'ENFORCE' } },
  '/api/v1/principal-rate-limits?filter=principalType eq "SSWS_TOKEN"': [
    { id: 'prl1', principalId: '00TToken', principalType: 'SSWS_TOKEN', defaultPercentage: 50 },
  ],
  '/api/v1/principal-rate-limits?filter=principalType eq "OAUTH_CLIENT"': [],
  '/api/v1/threats/configuration': { action: 'audit', excludeZones: ['nzoB', 'nzoA'] },
};

export function device(id: string, users: string[]) {
  return {
    id,
    status: 'ACTIVE',
    profile: { displayName: id, platform: 'MACOS' },
    _embedded: { users: users.map((user) => ({ managementStatus: 'MANAGED', user: { id: user } })) },
  };
}
