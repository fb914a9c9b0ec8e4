import { DAY, iso } from '../core/clock.ts';
import type { Device } from '../world/model.ts';
import type { World } from '../world/world.ts';

/** What an org has besides people, groups and apps. These parts never change in the lab. */
interface Dates {
  created: string;
  lastUpdated: string;
}

function dates(founded: number): Dates {
  return { created: iso(founded - 900 * DAY), lastUpdated: iso(founded - 100 * DAY) };
}

const self = (base: string, path: string) => ({
  _links: { self: { href: `${base}/api/v1/${path}`, hints: { allow: ['GET'] } } },
});

export function orgSettings(world: World, base: string, founded: number) {
  return {
    id: world.orgId,
    subdomain: 'acme',
    companyName: 'Acme Robotics',
    status: 'ACTIVE',
    website: 'https://www.acme.example',
    endUserSupportHelpURL: null,
    phoneNumber: null,
    supportPhoneNumber: null,
    address1: null,
    address2: null,
    city: 'Toronto',
    state: 'Ontario',
    country: 'CA',
    postalCode: null,
    expiresAt: null,
    ...dates(founded),
    _links: {
      preferences: { href: `${base}/api/v1/org/preferences` },
      contacts: { href: `${base}/api/v1/org/contacts` },
    },
  };
}

export function zonesOf(base: string, founded: number) {
  const zone = (id: string, rest: Record<string, unknown>) => ({
    id,
    status: 'ACTIVE',
    ...dates(founded),
    ...rest,
    ...self(base, `zones/${id}`),
  });
  return [
    zone('nzoLabOffice000015d7', {
      type: 'IP',
      name: 'Office',
      usage: 'POLICY',
      system: false,
      gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
      proxies: [],
    }),
    zone('nzoLabBlocked00015d7', {
      type: 'IP',
      name: 'BlockedIpZone',
      usage: 'BLOCKLIST',
      system: true,
      gateways: null,
      proxies: null,
    }),
    zone('nzoLabHighRisk0015d7', {
      type: 'DYNAMIC',
      name: 'High risk countries',
      usage: 'POLICY',
      system: false,
      asns: [],
      locations: [{ country: 'KP', region: null }],
      proxyType: null,
    }),
  ];
}

export function authenticatorsOf(base: string, founded: number) {
  const one = (id: string, key: string, type: string, name: string, settings?: Record<string, unknown>) => ({
    id,
    key,
    type,
    name,
    status: 'ACTIVE',
    ...dates(founded),
    ...(settings === undefined ? {} : { settings }),
    ...self(base, `authenticators/${id}`),
  });
  return [
    one('autLabPassword0015d7', 'okta_password', 'password', 'Password'),
    one('autLabEmail0000015d7', 'okta_email', 'email', 'Email', { allowedFor: 'recovery', tokenLifetimeInMinutes: 5 }),
    one('autLabVerify000015d7', 'okta_verify', 'app', 'Okta Verify', {
      compliance: { fips: 'OPTIONAL' },
      channelBinding: { style: 'NUMBER_CHALLENGE', required: 'NEVER' },
      userVerification: 'PREFERRED',
      appInstanceId: 'oaaLabVerify000015d7',
    }),
    one('autLabPhone0000015d7', 'phone_number', 'phone', 'Phone', { allowedFor: 'any' }),
    one('autLabWebauthn0015d7', 'webauthn', 'security_key', 'Security Key or Biometric'),
  ];
}

/** The provider of everybody who signs in by federation. */
export const FEDERATION_ID = '0oaLabFederation05d7';

export function idpsOf(base: string, founded: number) {
  const id = FEDERATION_ID;
  return [
    {
      id,
      type: 'SAML2',
      name: 'Partner Federation',
      status: 'ACTIVE',
      issuerMode: 'ORG_URL',
      ...dates(founded),
      protocol: {
        type: 'SAML2',
        endpoints: {
          sso: {
            url: 'https://idp.partner.example/saml/sso',
            binding: 'HTTP-POST',
            destination: 'https://idp.partner.example/saml/sso',
          },
          acs: { binding: 'HTTP-POST', type: 'INSTANCE' },
        },
        algorithms: {
          request: { signature: { algorithm: 'SHA-256', scope: 'REQUEST' } },
          response: { signature: { algorithm: 'SHA-256', scope: 'ANY' } },
        },
        settings: { nameFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified', honorPersistentNameId: true },
        credentials: {
          trust: {
            issuer: 'https://idp.partner.example',
            audience: 'https://www.okta.com/saml2/service-provider/lab',
            kid: 'lab',
          },
          signing: { kid: 'lab' },
        },
      },
      policy: {
        provisioning: {
          action: 'AUTO',
          profileMaster: false,
          groups: { action: 'NONE' },
          conditions: { deprovisioned: { action: 'NONE' }, suspended: { action: 'NONE' } },
        },
        accountLink: { action: 'AUTO', filter: null },
        subject: { userNameTemplate: { template: 'idpuser.subjectNameId' }, filter: null, matchType: 'USERNAME' },
        maxClockSkew: 120000,
      },
      ...self(base, `idps/${id}`),
    },
  ];
}

export function trustedOriginsOf(world: World, base: string, founded: number) {
  const one = (id: string, name: string, origin: string, types: string[]) => ({
    id,
    name,
    origin,
    status: 'ACTIVE',
    scopes: types.map((type) => ({ type })),
    ...dates(founded),
    createdBy: world.rootAdminId,
    lastUpdatedBy: world.rootAdminId,
    ...self(base, `trustedOrigins/${id}`),
  });
  return [
    one('tosLabIntranet0015d7', 'Intranet', 'https://intranet.acme.example', ['CORS', 'REDIRECT']),
    one('tosLabOldDemo00015d7', 'Old demo', 'http://demo.acme.example', ['CORS']),
  ];
}

export function logStreamsOf(base: string, founded: number) {
  const id = '0oaLabLogStream015d7';
  return [
    {
      id,
      type: 'aws_eventbridge',
      name: 'ISPM stream',
      status: 'ACTIVE',
      ...dates(founded),
      settings: { accountId: '123456789012', eventSourceName: 'ispm-prod', region: 'us-east-2' },
      ...self(base, `logStreams/${id}`),
    },
  ];
}

const MAKERS = { MACOS: 'APPLE', IOS: 'APPLE', WINDOWS: 'LENOVO', ANDROID: 'GOOGLE' } as const;

export function renderDevice(device: Device, base: string) {
  const link = `${base}/api/v1/devices/${device.id}`;
  return {
    id: device.id,
    status: device.status,
    created: iso(device.created),
    lastUpdated: iso(device.lastUpdated),
    profile: {
      displayName: device.displayName,
      platform: device.platform,
      manufacturer: MAKERS[device.platform],
      model: device.displayName,
      osVersion: '15.0',
      registered: true,
      secureHardwarePresent: device.managed,
      diskEncryptionType: device.managed ? 'ALL_INTERNAL_VOLUMES' : 'NONE',
    },
    resourceType: 'UDDevice',
    resourceDisplayName: { value: device.displayName, sensitive: false },
    resourceAlternateId: null,
    resourceId: device.id,
    _links: {
      self: { href: link, hints: { allow: ['GET'] } },
      users: { href: `${link}/users`, hints: { allow: ['GET'] } },
    },
  };
}
