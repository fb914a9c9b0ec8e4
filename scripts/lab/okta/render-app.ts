import { iso } from '../core/clock.ts';
import type { App } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { ACCESS_POLICY_ID } from './policies.ts';

const VISIBILITY = {
  autoLaunch: false,
  autoSubmitToolbar: false,
  hide: { iOS: false, web: false },
  appLinks: {},
};

const ACCESSIBILITY = { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null };

// biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template language
const USER_NAME = { template: '${source.login}', type: 'BUILT_IN', pushStatus: 'PUSH' };

/** State → the JSON of an application, in the form of its sign-on mode. */
export function renderApp(world: World, app: App, base: string) {
  const self = `${base}/api/v1/apps/${app.id}`;
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
    credentials: credentialsOf(app),
    settings: settingsOf(app, base),
    _links: {
      self: { href: self },
      users: { href: `${self}/users` },
      groups: { href: `${self}/groups` },
      ...(app.signOnMode === 'BOOKMARK'
        ? {}
        : { accessPolicy: { href: `${base}/api/v1/policies/${ACCESS_POLICY_ID}` } }),
    },
  };
}

function credentialsOf(app: App) {
  const common = { userNameTemplate: USER_NAME, signing: {} };
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

function settingsOf(app: App, base: string) {
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
      },
    };
  }
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
