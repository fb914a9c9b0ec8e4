import type { Org } from '../../actions/org.ts';
import { DAY, iso } from '../../core/clock.ts';
import { appLabelled } from '../structure.ts';
import type { ConfigItem } from './estate.ts';

/** Authorization servers, inline hooks, agents of directories, API services, behaviors, features and domains. */
export function addIntegrations(org: Org, people: number): void {
  addAuthorizationServers(org);
  addInlineHooks(org);
  addAgents(org, people);
  addApiServices(org);
  addDetection(org);
}

function dates(org: Org, daysAgo: number) {
  const created = org.clock.now() - daysAgo * DAY;
  return { created: iso(created), lastUpdated: iso(created + Math.floor(daysAgo / 3) * DAY) };
}

function addAuthorizationServers(org: Org): void {
  const { ids } = org;
  const { estate } = org.world;
  for (const [name, audience, clients, age] of [
    ['default', 'api://default', ['ALL_CLIENTS'], 900],
    ['Robots API', 'https://robots.acme.example', [appLabelled(org, 'Robot Console').id], 300],
  ] as const) {
    const id = name === 'default' ? 'default' : ids.next('aus');
    estate.authorizationServers.push({
      id,
      name,
      description: `Tokens for ${audience}`,
      audiences: [audience],
      issuer: `https://acme.okta.com/oauth2/${id}`,
      issuerMode: 'DYNAMIC',
      status: 'ACTIVE',
      credentials: { signing: { rotationMode: 'AUTO', kid: ids.opaque(43), use: 'sig' } },
      ...dates(org, age),
    });
    const policy: ConfigItem = {
      id: ids.next('00p'),
      type: 'OAUTH_AUTHORIZATION_POLICY',
      status: 'ACTIVE',
      name: 'Default Policy',
      description: 'Who gets tokens',
      priority: 1,
      system: false,
      conditions: { clients: { include: clients } },
      ...dates(org, age),
    };
    estate.authorizationPolicies.set(id, [policy]);
  }
}

function addInlineHooks(org: Org): void {
  const hook = (name: string, type: string, uri: string, status: string, age: number) =>
    org.world.estate.inlineHooks.push({
      id: org.ids.next('cal'),
      status,
      name,
      type,
      version: '1.0.0',
      channel: {
        type: 'HTTP',
        version: '1.0.0',
        config: { uri, headers: [], method: 'POST', authScheme: { type: 'HEADER', key: 'authorization' } },
      },
      ...dates(org, age),
    });
  hook('Token claims', 'com.okta.oauth2.tokens.transform', 'https://hooks.acme.example/token', 'ACTIVE', 200);
  hook('SMS gateway', 'com.okta.telephony.provider', 'https://sms.acme.example/send', 'ACTIVE', 400);
  hook('Old migration', 'com.okta.user.credential.password.import', 'https://old.acme.example/pw', 'INACTIVE', 800);
}

/** The hosts of the directory agents, the first of which the attack path begins at. */
export const AGENT_HOSTS = ['DC01.corp.acme.example', 'DC02.corp.acme.example'] as const;

function addAgents(org: Org, people: number): void {
  const { ids } = org;
  const now = org.clock.now();
  const pool = (name: string, type: string, hosts: readonly string[], id: string) => {
    const agents = hosts.map((host, i) => ({
      id: ids.next('a53'),
      name: host,
      type,
      poolId: id,
      version: i === 0 ? '3.19.0' : '3.16.0',
      operationalStatus: i === 2 ? 'INACTIVE' : 'OPERATIONAL',
      isHidden: false,
      isLatestGAedVersion: i === 0,
      lastConnection: now - (i === 2 ? 12 * DAY : (i + 1) * 60_000),
    }));
    const down = agents.filter(({ operationalStatus }) => operationalStatus === 'INACTIVE').length;
    org.world.estate.agentPools.push({
      id,
      name,
      type,
      operationalStatus: down === 0 ? 'OPERATIONAL' : 'DEGRADED',
      disruptedAgents: 0,
      inactiveAgents: down,
      agents,
    });
  };
  // The pool of a directory has the id of the directory's app.
  const hosts = people >= 1000 ? [...AGENT_HOSTS, 'DC03.corp.acme.example'] : AGENT_HOSTS;
  pool('corp.acme.example', 'AD', hosts, appLabelled(org, 'Acme Active Directory').id);
  pool('ldap.acme.example', 'LDAP', ['ldap01.acme.example'], appLabelled(org, 'ldap.acme.example').id);
  pool('VPN', 'Radius', ['radius01.acme.example'], ids.next('apl'));
}

function addApiServices(org: Org): void {
  const { ids, world } = org;
  for (const [type, name, grantedScopes, age] of [
    ['vulnscan', 'Posture Scanner', ['okta.users.read', 'okta.groups.read', 'okta.logs.read'], 220],
    ['ticketing', 'Ticket Robot', ['okta.users.manage', 'okta.groups.manage', 'okta.apps.manage'], 610],
  ] as const) {
    world.estate.apiServices.push({
      id: ids.next('0oa'),
      type,
      name,
      createdAt: iso(org.clock.now() - age * DAY),
      createdBy: world.rootAdminId,
      configGuideUrl: `https://docs.${type}.example/okta`,
      grantedScopes,
    });
  }
}

function addDetection(org: Org): void {
  const { ids } = org;
  const { estate } = org.world;
  const behavior = (name: string, type: string, settings: Record<string, unknown>) =>
    estate.behaviors.push({ id: ids.next('abm'), name, type, status: 'ACTIVE', settings, ...dates(org, 500) });
  behavior('New City', 'ANOMALOUS_LOCATION', {
    granularity: 'CITY',
    maxEventsUsedForEvaluation: 20,
    minEventsNeededForEvaluation: 0,
  });
  behavior('New Device', 'ANOMALOUS_DEVICE', { maxEventsUsedForEvaluation: 20, minEventsNeededForEvaluation: 0 });
  behavior('New IP', 'ANOMALOUS_IP', { maxEventsUsedForEvaluation: 50, minEventsNeededForEvaluation: 0 });
  behavior('Velocity', 'VELOCITY', { velocityKph: 805 });
  const feature = (name: string, status: string, value: 'EA' | 'BETA') =>
    estate.features.push({
      id: ids.next('ftr'),
      name,
      description: `${name}, as Okta offers it`,
      status,
      type: 'self-service',
      stage: { value, state: 'OPEN' },
    });
  feature('Enforce number challenge for Okta Verify with push', 'DISABLED', 'EA');
  feature('Unified look and feel for dashboards', 'ENABLED', 'EA');
  feature('Secure partner access', 'DISABLED', 'BETA');
  const domain = (name: string, id: string, source: string) =>
    estate.domains.push({
      id,
      domain: name,
      brandId: ids.next('bnd'),
      certificateSourceType: source,
      validationStatus: 'COMPLETED',
      dnsRecords: [
        { fqdn: name, recordType: 'CNAME', values: ['acme.customdomains.okta.com'], expiration: null },
        { fqdn: `_oktaverification.${name}`, recordType: 'TXT', values: [ids.opaque(32)], expiration: null },
      ],
      publicCertificate: {
        subject: `CN=${name}`,
        fingerprint: ids.opaque(40),
        expiration: iso(org.clock.now() + 60 * DAY),
      },
    });
  domain('id.acme.example', ids.next('OcD'), 'OKTA_MANAGED');
}
