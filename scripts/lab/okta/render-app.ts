import { iso } from '../core/clock.ts';
import type { App } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { accessPolicyOf, profilePolicyOf } from './policies.ts';

const VISIBILITY = {
  autoLaunch: false,
  autoSubmitToolbar: false,
  hide: { iOS: false, web: false },
  appLinks: {},
};

const UNIVERSAL_LOGOUT = {
  status: 'ENABLED',
  supportType: 'FULL',
  identityStack: 'NOT_SHARED',
  protocol: 'PROPRIETARY',
};

const WS_FEDERATION = {
  audienceRestriction: 'urn:federation:MicrosoftOnline',
  authnContextClassRef: 'urn:oasis:names:tc:SAML:1.0:am:password',
  groupFilter: '.*',
  groupName: 'groups',
  groupValueFormat: 'windowsDomainQualifiedName',
  nameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  realm: 'urn:okta:app:lab',
  usernameAttribute: 'username',
  wReplyOverride: false,
  wReplyURL: 'https://login.microsoftonline.com/login.srf',
};

const ACCESSIBILITY = { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null };

// biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template language
const USER_NAME = { template: '${source.login}', type: 'BUILT_IN', pushStatus: 'PUSH' };

/** How the forms of Okta's catalogue name the tenant behind an app. */
const TENANTS: Readonly<Record<string, Record<string, string>>> = {
  active_directory: { namingContext: 'corp.acme.example' },
  ldap_sun_one: { host: 'ldap.acme.example' },
  office365: { msftTenant: 'acme.onmicrosoft.example', domain: 'acme.example' },
  okta_org2org: { baseUrl: 'https://acme-subsidiary.okta.com' },
  githubcloud: { githubOrg: 'acme-robotics' },
  amazon_aws: { awsAccountId: '123456789012' },
  snowflake: { subdomain: 'acme' },
  '1password_business': { subDomain: 'acme', regionType: 'com' },
  salesforce: { customDomain: 'acme' },
};

function withTenant(app: App, settings: Record<string, unknown>) {
  const tenant = TENANTS[app.name];
  if (tenant === undefined) return settings;
  const own = typeof settings.app === 'object' && settings.app !== null ? settings.app : {};
  return { ...settings, app: { ...own, ...tenant } };
}

/** State → the JSON of an application, in the form of its sign-on mode. */
export function renderApp(world: World, app: App, base: string) {
  const self = `${base}/api/v1/apps/${app.id}`;
  const policyId = accessPolicyOf(world, app);
  const profileId = profilePolicyOf(world, app);
  return {
    id: app.id,
    orn: `orn:okta:idp:${world.orgId}:apps:${app.name}:${app.id}`,
    name: app.name,
    label: app.label,
    status: app.status,
    lastUpdated: iso(app.lastUpdated),
    created: iso(app.created),
    accessibility: ACCESSIBILITY,
    visibility: VISIBILITY,
    features: app.features,
    signOnMode: app.signOnMode,
    credentials: credentialsOf(world, app),
    settings: {
      ...withTenant(app, settingsOf(world, app, base)),
      ...(world.estate.entitledApps.has(app.id) ? { emOptInStatus: 'ENABLED' } : {}),
    },
    ...(world.estate.universalLogout.has(app.id) ? { universalLogout: UNIVERSAL_LOGOUT } : {}),
    _links: {
      self: { href: self },
      users: { href: `${self}/users` },
      groups: { href: `${self}/groups` },
      ...(policyId === null ? {} : { accessPolicy: { href: `${base}/api/v1/policies/${policyId}` } }),
      ...(profileId === null ? {} : { profileEnrollment: { href: `${base}/api/v1/policies/${profileId}` } }),
    },
  };
}

function credentialsOf(world: World, app: App) {
  const kid = world.estate.signingKeys.get(app.id)?.[0]?.kid;
  const common = { userNameTemplate: USER_NAME, signing: kid === undefined ? {} : { kid } };
  if (app.oauth === undefined) {
    return app.signOnMode === 'BROWSER_PLUGIN' || app.signOnMode === 'SECURE_PASSWORD_STORE'
      ? { ...common, scheme: 'EDIT_USERNAME_AND_PASSWORD', revealPassword: false }
      : common;
  }
  return {
    ...common,
    oauthClient: {
      autoKeyRotation: true,
      client_id: app.id,
      token_endpoint_auth_method: app.oauth.authMethod,
      pkce_required: app.oauth.authMethod === 'none',
    },
  };
}

function settingsOf(world: World, app: App, base: string) {
  const common = { notifications: { vpn: { network: { connection: 'DISABLED' }, helpUrl: null, message: null } } };
  const login = `https://${app.name.replaceAll('_', '-')}.acme.example`;
  if (app.oauth !== undefined) {
    const service = app.oauth.applicationType === 'service';
    return {
      ...common,
      oauthClient: {
        application_type: app.oauth.applicationType,
        redirect_uris: service ? [] : [`${login}/callback`],
        response_types: service ? ['token'] : ['code'],
        grant_types: service ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
        consent_method: 'TRUSTED',
        issuer_mode: 'ORG_URL',
        wildcard_redirect: 'DISABLED',
        dpop_bound_access_tokens: app.oauth.dpop,
        ...world.estate.oauthSettings.get(app.id),
      },
    };
  }
  if (app.signOnMode === 'WS_FEDERATION') return { ...common, app: { ...WS_FEDERATION, siteURL: login } };
  if (app.signOnMode === 'BOOKMARK') return { ...common, app: { url: login, requestIntegration: false } };
  if (app.signOnMode === 'SAML_2_0') {
    return {
      ...common,
      app: { domain: 'acme' },
      signOn: {
        defaultRelayState: null,
        ssoAcsUrl: `${login}/saml/acs`,
        audience: login,
        recipient: `${login}/saml/acs`,
        destination: `${login}/saml/acs`,
        idpIssuer: `${base}/exk`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template language
        subjectNameIdTemplate: '${user.userName}',
        subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
        responseSigned: true,
        assertionSigned: true,
        signatureAlgorithm: 'RSA_SHA256',
        digestAlgorithm: 'SHA256',
        honorForceAuthn: true,
        authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        requestCompressed: false,
        allowMultipleAcsEndpoints: false,
        acsEndpoints: [],
        attributeStatements: [],
      },
    };
  }
  if (app.signOnMode === 'SECURE_PASSWORD_STORE') {
    return { ...common, app: { url: login, passwordField: 'password', usernameField: 'username' } };
  }
  return { ...common, app: { url: login, buttonField: 'login', passwordField: 'password', usernameField: 'username' } };
}
