import type { Org } from '../../actions/org.ts';
import { DAY, iso } from '../../core/clock.ts';
import { groupNamed } from '../structure.ts';

const OFFICES = ['Toronto', 'Berlin', 'Osaka', 'Austin', 'Lisbon', 'Nairobi', 'Lima', 'Pune'];

/** Zones, trusted origins and identity providers beyond the few that every lab has. */
export function addNetwork(org: Org, people: number): void {
  const { world, ids, rng } = org;
  const { estate } = world;
  const dates = () => {
    const created = org.clock.now() - rng.int(60, 900) * DAY;
    return { created: iso(created), lastUpdated: iso(created + 20 * DAY) };
  };
  const offices = OFFICES.slice(0, Math.min(OFFICES.length, 2 + Math.floor(people / 500)));
  offices.forEach((city, i) => {
    estate.zones.push({
      id: ids.next('nzo'),
      type: 'IP',
      name: `${city} office`,
      status: 'ACTIVE',
      usage: 'POLICY',
      system: false,
      gateways: [{ type: 'CIDR', value: `198.51.${100 + i}.0/24` }],
      proxies: i === 0 ? [{ type: 'RANGE', value: '198.51.100.250-198.51.100.254' }] : null,
      ...dates(),
    });
  });
  estate.zones.push(
    {
      id: ids.next('nzo'),
      type: 'IP',
      name: 'Everywhere (temporary)',
      status: 'ACTIVE',
      usage: 'POLICY',
      system: false,
      gateways: [{ type: 'CIDR', value: '0.0.0.0/0' }],
      proxies: null,
      ...dates(),
    },
    {
      id: ids.next('nzo'),
      type: 'DYNAMIC_V2',
      name: 'DefaultEnhancedDynamicZone',
      status: 'ACTIVE',
      usage: 'BLOCKLIST',
      system: true,
      locations: { include: [], exclude: [] },
      ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: [] },
      asns: { include: [], exclude: [] },
      ...dates(),
    },
  );
  const by = { createdBy: world.rootAdminId, lastUpdatedBy: world.rootAdminId };
  for (let i = 0; i < Math.min(40, 2 + Math.floor(people / 250)); i++) {
    estate.trustedOrigins.push({
      id: ids.next('tos'),
      name: `Internal site ${i + 1}`,
      origin: `https://site${i + 1}.acme.example`,
      status: i % 7 === 6 ? 'INACTIVE' : 'ACTIVE',
      scopes: [{ type: i % 2 === 0 ? 'CORS' : 'REDIRECT' }],
      ...dates(),
      ...by,
    });
  }
  addProviders(org, dates);
}

function addProviders(org: Org, dates: () => { created: string; lastUpdated: string }): void {
  const { world, ids } = org;
  const conditions = { deprovisioned: { action: 'NONE' }, suspended: { action: 'NONE' } };
  const subject = (matchType: string) => ({
    userNameTemplate: { template: 'idpuser.email' },
    filter: null,
    matchType,
  });
  world.estate.idps.push(
    {
      id: ids.next('0oa'),
      type: 'OIDC',
      name: 'Acme Holding',
      status: 'ACTIVE',
      issuerMode: 'DYNAMIC',
      protocol: {
        type: 'OIDC',
        endpoints: {
          authorization: { url: 'https://login.holding.example/authorize', binding: 'HTTP-REDIRECT' },
          token: { url: 'https://login.holding.example/token', binding: 'HTTP-POST' },
          userInfo: { url: 'https://login.holding.example/userinfo', binding: 'HTTP-REDIRECT' },
          jwks: { url: 'https://login.holding.example/keys', binding: 'HTTP-REDIRECT' },
        },
        scopes: ['openid', 'email', 'profile'],
        issuer: { url: 'https://login.holding.example' },
        credentials: { client: { client_id: ids.opaque(20), pkce_required: true } },
      },
      policy: {
        // A provider that puts whoever it sends into a group of the org: who runs it decides who is in.
        provisioning: {
          action: 'AUTO',
          profileMaster: true,
          groups: { action: 'ASSIGN', assignments: [groupNamed(org, 'App Owners').id] },
          conditions,
        },
        accountLink: { action: 'AUTO', filter: null },
        subject: subject('EMAIL'),
        maxClockSkew: 120000,
      },
      ...dates(),
    },
    {
      id: ids.next('0oa'),
      type: 'GOOGLE',
      name: 'Google',
      status: 'INACTIVE',
      issuerMode: 'ORG_URL',
      protocol: {
        type: 'OIDC',
        endpoints: {
          authorization: { url: 'https://accounts.google.com/o/oauth2/auth', binding: 'HTTP-REDIRECT' },
          token: { url: 'https://www.googleapis.com/oauth2/v3/token', binding: 'HTTP-POST' },
        },
        scopes: ['openid', 'email', 'profile'],
        credentials: { client: { client_id: ids.opaque(20) } },
      },
      policy: {
        provisioning: { action: 'DISABLED', profileMaster: false, groups: { action: 'NONE' }, conditions },
        accountLink: { action: 'DISABLED', filter: null },
        subject: subject('USERNAME'),
        maxClockSkew: 0,
      },
      ...dates(),
    },
  );
}
