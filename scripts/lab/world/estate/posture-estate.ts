import type { Org } from '../../actions/org.ts';
import { DAY, iso } from '../../core/clock.ts';
import { createIds } from '../../core/ids.ts';
import { appLabelled } from '../structure.ts';
import { ornsOf } from './admin-estate.ts';

/**
 * What rules ask of devices, what single clients may use of the rate limits, and an AI agent that reaches a crown
 * jewel. From chance and ids of its own, after everything else.
 */
export function addPosture(source: Org): void {
  const rng = source.rng.fork('posture');
  const org: Org = { ...source, rng, ids: createIds(rng.fork('ids')) };
  addDeviceAssurances(org);
  addRateLimits(org);
  connectAgent(org);
  addEntitlements(org);
}

function addDeviceAssurances(org: Org): void {
  const { world, ids } = org;
  const add = (name: string, platform: string, asked: Record<string, unknown>, days: number) =>
    world.estate.deviceAssurances.push({
      id: ids.next('dae'),
      name,
      platform,
      ...asked,
      displayRemediationMode: 'SHOW',
      createdBy: world.rootAdminId,
      createdDate: iso(org.clock.now() - days * DAY),
      lastUpdatedBy: world.rootAdminId,
      lastUpdate: iso(org.clock.now() - 20 * DAY),
    });
  add(
    'Macs of the company',
    'MACOS',
    {
      osVersion: { minimum: '14.1.0' },
      diskEncryptionType: { include: ['ALL_INTERNAL_VOLUMES'] },
      screenLockType: { include: ['PASSCODE', 'BIOMETRIC'] },
      secureHardwarePresent: true,
    },
    400,
  );
  // asks for next to nothing, and for a version that gets no updates any more
  add('Old phones', 'ANDROID', { osVersion: { minimum: '9' }, jailbreak: false }, 900);
}

function addRateLimits(org: Org): void {
  const { world, ids } = org;
  const by = (days: number) => ({
    lastUpdate: iso(org.clock.now() - days * DAY),
    lastUpdatedBy: world.rootAdminId,
    createdDate: iso(org.clock.now() - days * DAY),
    createdBy: world.rootAdminId,
  });
  const add = (principalType: string, principalId: string, percentage: number) =>
    world.estate.principalRateLimits.push({
      id: ids.next('prl'),
      orgId: world.orgId,
      principalId,
      principalType,
      defaultPercentage: percentage,
      defaultConcurrencyPercentage: percentage,
      ...by(90),
    });
  const [token] = world.tokens.keys();
  if (token !== undefined) add('SSWS_TOKEN', token, 50);
  const [client] = world.clients.keys();
  if (client !== undefined) add('OAUTH_CLIENT', client, 75);
}

/** The agent of the deal desk signs in to the finance system with the account that people share there. */
function connectAgent(org: Org): void {
  const { world, ids } = org;
  const { estate } = world;
  const agent = estate.aiAgents.find(({ profile }) => JSON.stringify(profile).includes('Deal desk'));
  const jewel = appLabelled(org, 'NetSuite');
  const orn = ornsOf(org).app(jewel);
  const account = estate.serviceAccounts.find(({ containerOrn }) => containerOrn === orn);
  const connections = estate.aiAgentConnections.get(agent?.id ?? '');
  if (agent === undefined || account === undefined || connections === undefined) return;
  const id = ids.next('mcn');
  const accountOrn = `orn:okta:pam:${world.orgId}:apps:${jewel.name}:${jewel.id}:service_accounts:${account.id}`;
  connections.push({
    id,
    orn: `orn:okta:workload-principals:${world.orgId}:ai-agents:${agent.id}:connections:${id}`,
    connectionType: 'STS_SERVICE_ACCOUNT',
    status: 'ACTIVE',
    resourceIndicator: accountOrn,
    app: { name: jewel.label, orn },
    serviceAccount: { name: account.name, orn: accountOrn },
  });
  estate.paths.push({
    name: 'agent-to-jewel',
    from: { kind: 'ai_agent', nativeId: agent.id },
    to: { kind: 'app', nativeId: jewel.id },
    via: ['CONNECTS_TO'],
    through: [],
    open: true,
    note: 'An AI agent signs in to NetSuite with a service account that is kept for it',
  });
}

/** What people may do inside AWS Production; the one value with a label is that which gives everything. */
function addEntitlements(org: Org): void {
  const { world, ids, rng } = org;
  const { estate } = world;
  const app = appLabelled(org, 'AWS Production');
  const labelled = [...estate.resourceLabels.keys()].find((orn) => orn.includes(':entitlement-values:'));
  const everything = labelled?.split(':').at(-1);
  if (everything === undefined) return;
  estate.entitledApps.add(app.id);
  const role = { id: ids.next('esp'), name: 'Role', externalValue: 'role', description: 'Role in the account' };
  const values = [
    { id: everything, name: 'AdministratorAccess', externalValue: 'AdministratorAccess' },
    { id: ids.next('ent'), name: 'ReadOnlyAccess', externalValue: 'ReadOnlyAccess' },
  ];
  const users = [...(world.appUsers.get(app.id)?.keys() ?? [])].sort();
  users.forEach((userId, i) => {
    const created = iso(org.clock.now() - rng.int(10, 300) * DAY);
    estate.entitlementGrants.push({
      id: ids.next('gra'),
      grantType: 'CUSTOM',
      status: i % 9 === 8 ? 'INACTIVE' : 'ACTIVE',
      action: 'ALLOW',
      actor: 'ADMIN',
      targetPrincipalOrn: `orn:okta:directory:${world.orgId}:users:${userId}`,
      targetPrincipal: { externalId: userId, type: 'OKTA_USER' },
      targetResourceOrn: ornsOf(org).app(app),
      target: { externalId: app.id, type: 'APPLICATION' },
      entitlements: [{ ...role, values: [i % 5 === 0 ? values[0] : values[1]] }],
      created,
      createdBy: world.rootAdminId,
      lastUpdated: created,
      lastUpdatedBy: world.rootAdminId,
    });
  });
}
