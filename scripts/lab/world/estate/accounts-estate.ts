import type { Org } from '../../actions/org.ts';
import { DAY, iso } from '../../core/clock.ts';
import type { User } from '../model.ts';
import { appLabelled, groupNamed } from '../structure.ts';
import { ornsOf } from './admin-estate.ts';
import type { ConfigItem } from './estate.ts';
import type { Spare } from './spare.ts';

const MOST_ACCOUNTS = 200;

const SAAS = [
  ['Salesforce', 'integration', 'VAULTED', 'NO_ISSUES'],
  ['Snowflake', 'etl', 'UNMANAGED', 'UNSECURED'],
  ['GitHub Enterprise', 'ci bot', 'ROTATED', 'NO_ISSUES'],
  ['AWS Production', 'break glass', 'ROTATION_FAILED', 'ERROR'],
  ['NetSuite', 'month end', 'MISSING_PASSWORD', 'ALERT'],
] as const;

/** Service accounts of apps and of Okta itself, and AI agents with what they may reach. */
export function addNonHumanAccounts(org: Org, people: number, spare: Spare): void {
  addAppAccounts(org, people);
  addOktaAccounts(org, people, spare);
  addAiAgents(org, spare);
}

function dates(org: Org, daysAgo: number) {
  const now = org.clock.now();
  return { created: iso(now - daysAgo * DAY), lastUpdated: iso(now - Math.floor(daysAgo / 4) * DAY) };
}

function addAppAccounts(org: Org, people: number): void {
  const { world, rng, ids } = org;
  const owner = groupNamed(org, 'App Owners').id;
  const count = Math.min(MOST_ACCOUNTS, Math.max(SAAS.length, Math.round(people / 50)));
  for (let i = 0; i < count; i++) {
    const [label, name, statusDetail, status] = SAAS[i % SAAS.length] ?? SAAS[0];
    const app = appLabelled(org, label);
    const suffix = i < SAAS.length ? '' : ` ${Math.floor(i / SAAS.length) + 1}`;
    world.estate.serviceAccounts.push({
      id: ids.uuid(),
      name: `${label} ${name}${suffix}`,
      username: `svc-${name.replaceAll(' ', '-')}${suffix.trim()}@${app.name}.example`,
      description: `Signs in to ${label} for a program`,
      containerOrn: ornsOf(org).app(app),
      containerInstanceName: app.label,
      containerGlobalName: app.name,
      ownerGroupIds: statusDetail === 'UNMANAGED' ? [] : [owner],
      ownerUserIds: [],
      status,
      statusDetail,
      ...dates(org, rng.int(20, 600)),
    });
  }
}

/** Okta users who are flagged as service accounts; the people behind them stay as they are. */
function addOktaAccounts(org: Org, people: number, spare: Spare): void {
  const names = ['AD Integrations', 'SCIM Bridge', 'Kiosk', 'Reporting', 'Backup'];
  for (let i = 0; i < Math.min(MOST_ACCOUNTS, Math.max(2, Math.round(people / 250))); i++) {
    const user = spare.bystander();
    if (user === undefined) return;
    addOktaAccount(org, user, `${names[i % names.length]} ${i + 1}`, i % 2 === 0 ? 'VAULTED' : 'UNMANAGED');
  }
}

/** Flags an Okta user as a service account. */
export function addOktaAccount(org: Org, user: User, name: string, statusDetail: 'VAULTED' | 'UNMANAGED'): void {
  const { world, ids, rng } = org;
  world.estate.oktaServiceAccounts.push({
    id: ids.uuid(),
    name,
    description: 'A program signs in with this account',
    oktaUserId: user.id,
    username: user.profile.login,
    email: user.profile.email,
    ownerUserIds: [world.rootAdminId],
    ownerGroupIds: [],
    status: statusDetail === 'VAULTED' ? 'NO_ISSUES' : 'UNSECURED',
    statusDetail,
    ...dates(org, rng.int(20, 400)),
  });
}

function addAiAgents(org: Org, spare: Spare): void {
  const { world, ids, rng } = org;
  const { estate } = world;
  const server = estate.authorizationServers[0];
  const salesforce = appLabelled(org, 'Salesforce');
  const agents = [
    ['Ticket triage', 'Reads support tickets and suggests answers', 'ACTIVE'],
    ['Deal desk', 'Drafts quotes from the CRM', 'ACTIVE'],
    ['Payroll helper', 'Was tried once', 'STAGED'],
  ] as const;
  for (const [name, description, status] of agents) {
    const id = ids.next('wlp');
    const owners = [spare.bystander()?.id, world.rootAdminId].filter((owner) => owner !== undefined);
    estate.aiAgents.push({
      id,
      orn: `orn:okta:workload-principals:${world.orgId}:ai-agents:${id}`,
      status,
      ...(status === 'STAGED' ? {} : { appId: salesforce.id }),
      profile: { name, description },
      owners: owners.map((owner) => ({ id: owner, type: 'USER' })),
      ...dates(org, rng.int(10, 120)),
    });
    const connections: ConfigItem[] = [];
    const connect = (connectionType: string, rest: Record<string, unknown>) => {
      const connection = ids.next('mcn');
      connections.push({
        id: connection,
        orn: `orn:okta:workload-principals:${world.orgId}:ai-agents:${id}:connections:${connection}`,
        connectionType,
        status: 'ACTIVE',
        ...rest,
      });
    };
    if (status !== 'STAGED' && server !== undefined) {
      connect('IDENTITY_ASSERTION_CUSTOM_AS', {
        resourceIndicator: `orn:okta:idp:${world.orgId}:authorization_servers:${server.id}`,
        authorizationServer: {
          orn: `orn:okta:idp:${world.orgId}:authorization_servers:${server.id}`,
          name: server.name,
          issuerUrl: server.issuer,
        },
        scopeCondition: 'INCLUDE_ONLY',
        scopes: ['crm.read', 'crm.write'],
      });
    }
    if (name === 'Ticket triage') {
      const [account] = estate.serviceAccounts;
      const app = `apps:${salesforce.name}:${salesforce.id}`;
      const orn = `orn:okta:pam:${world.orgId}:${app}:service_accounts:${account?.id}`;
      connect('STS_SERVICE_ACCOUNT', {
        resourceIndicator: orn,
        app: { name: salesforce.label, orn: ornsOf(org).app(salesforce) },
        serviceAccount: { name: account?.name, orn },
      });
      const secret = `orn:okta:pam:${world.orgId}:secrets:${account?.id}`;
      connect('STS_VAULT_SECRET', { resourceIndicator: secret, secret: { name: 'Ticket database', orn: secret } });
    }
    estate.aiAgentConnections.set(id, connections);
  }
}
