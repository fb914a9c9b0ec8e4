import { at, type Org } from '../../actions/org.ts';
import { newRole } from '../../actions/roles.ts';
import { DAY, HOUR } from '../../core/clock.ts';
import type { App, User } from '../model.ts';
import { adminQuietly, joinQuietly } from '../populate.ts';
import { appLabelled, groupNamed } from '../structure.ts';
import { addOktaAccount } from './accounts-estate.ts';
import { type AdminParts, customRole, holdersOf } from './admin-estate.ts';
import { addEstateApp, giveQuietly } from './apps-estate.ts';
import { newSecret } from './credentials-estate.ts';
import type { PathEnd, PlantedPath } from './estate.ts';
import { addOwner } from './groups-estate.ts';
import { AGENT_HOSTS } from './integrations-estate.ts';
import type { Spare } from './spare.ts';

const ORG: PathEnd = { kind: 'resource', nativeId: 'org' };
const account = (user: User): PathEnd => ({ kind: 'account', nativeId: user.id });
const app = ({ id }: App): PathEnd => ({ kind: 'app', nativeId: id });
const group = (id: string): PathEnd => ({ kind: 'group', nativeId: id });

type Plant = Omit<PlantedPath, 'through' | 'open'> & Partial<Pick<PlantedPath, 'through' | 'open'>>;

/**
 * Attack paths with known ends, and near misses that the rules of Okta's roles close. Whoever gets a role here is free
 * of every other problem, so that the posture of the org stays what it was.
 */
export function plantPaths(org: Org, parts: AdminParts, spare: Spare): void {
  const plant = ({ through = [], open = true, ...path }: Plant) =>
    org.world.estate.paths.push({ ...path, through, open });
  plantDormantToken(org, plant);
  plantSecret(org, plant);
  plantPasswordSync(org, plant);
  plantServiceAccount(org, parts, plant, spare);
  plantHelpDesk(org, plant, spare);
  plantGroupAdmin(org, plant, spare);
  plantAgentHost(org, plant);
}

/** A super admin who has not come for weeks, with a token that still works. */
function plantDormantToken(org: Org, plant: (path: Plant) => void): void {
  const now = org.clock.now();
  const dormant = holdersOf(org, 'SUPER_ADMIN').find(({ user }) => (user.lastLogin ?? now) < now - 30 * DAY);
  if (dormant === undefined) return;
  const used = now - 22 * DAY - HOUR;
  const id = org.ids.next('00T');
  org.world.tokens.set(id, {
    id,
    name: 'migration 2024',
    userId: dormant.user.id,
    created: Math.max(dormant.user.created, now - 500 * DAY),
    lastUpdated: used,
    expiresAt: used + 30 * DAY,
  });
  plant({
    name: 'dormant-token',
    from: { kind: 'credential', nativeId: id },
    to: ORG,
    via: ['API_TOKEN_FOR', 'SUPER_ADMIN'],
    through: [account(dormant.user)],
    note: 'An API token of a super admin who has not signed in for more than a month',
  });
}

/** An app that holds a role and proves itself with a secret which every app admin can read. */
function plantSecret(org: Org, plant: (path: Plant) => void): void {
  const { world } = org;
  const bridge = addEstateApp(org, {
    name: 'oidc_client',
    label: 'Identity Bridge',
    signOnMode: 'OPENID_CONNECT',
    features: [],
  });
  bridge.oauth = { applicationType: 'service', authMethod: 'client_secret_basic', dpop: false };
  const secret = newSecret(org, 540);
  world.estate.secrets.set(bridge.id, [secret]);
  world.clients.set(bridge.id, {
    clientId: bridge.id,
    jwks: { keys: [] },
    scopes: ['okta.users.manage'],
    roles: [newRole(at(org, bridge.created), 'SUPER_ADMIN')],
    dpop: false,
  });
  const grant = org.ids.next('oag');
  const createdBy = world.rootAdminId;
  world.grants.set(grant, {
    id: grant,
    appId: bridge.id,
    scopeId: 'okta.users.manage',
    createdBy,
    created: bridge.created,
  });
  const [admin] = holdersOf(org, 'APP_ADMIN').filter(({ role }) => !world.estate.roleTargets.has(role.id));
  if (admin === undefined) return;
  const through = [{ kind: 'credential', nativeId: `secret/${bridge.id}/${secret.id}` }, app(bridge)];
  plant({
    name: 'client-secret',
    from: account(admin.user),
    to: ORG,
    via: ['READ_CLIENT_SECRET', 'SECRET_OF', 'SUPER_ADMIN'],
    through,
    note: 'An application administrator may not change an app that holds a role, but may read its client secret',
  });
  plant({
    name: 'manage-privileged-app',
    from: account(admin.user),
    to: ORG,
    via: ['APP_ADMIN', 'SUPER_ADMIN'],
    through: [app(bridge)],
    open: false,
    note: 'Near miss: an application administrator cannot manage an app that holds an admin role',
  });
}

/** An app that receives every new password, also those of a super admin. */
function plantPasswordSync(org: Org, plant: (path: Plant) => void): void {
  const vault = appLabelled(org, 'Vault Directory');
  const [boss] = holdersOf(org, 'SUPER_ADMIN').filter(
    ({ user }) => user.id !== org.world.rootAdminId && user.provider.type === 'OKTA' && user.hasPassword,
  );
  const [admin] = holdersOf(org, 'APP_ADMIN').filter(({ role }) => !org.world.estate.roleTargets.has(role.id));
  if (boss === undefined) return;
  giveQuietly(org, vault, boss.user);
  const tail = { to: ORG, through: [account(boss.user)] };
  plant({
    name: 'password-push',
    from: app(vault),
    ...tail,
    via: ['READ_PASSWORD_UPDATES', 'SUPER_ADMIN'],
    note: 'The app receives the password of a super admin at every change (PUSH_PASSWORD_UPDATES)',
  });
  if (admin === undefined) return;
  plant({
    name: 'password-push-by-app-admin',
    from: account(admin.user),
    to: ORG,
    through: [app(vault), account(boss.user)],
    via: ['APP_ADMIN', 'READ_PASSWORD_UPDATES', 'SUPER_ADMIN'],
    note: 'An application administrator may point the app at a server of their own and read the passwords',
  });
}

/** A service account whose custom role is over the group of the super admins, which it may not fill, and another. */
function plantServiceAccount(org: Org, parts: AdminParts, plant: (path: Plant) => void, spare: Spare): void {
  const { world } = org;
  const robot = spare.healthy();
  if (robot === undefined) return;
  addOktaAccount(org, robot, 'Directory Bridge', 'VAULTED');
  const role = customRole(org, parts.roles.groupOperations, parts.sets.adminGroups);
  world.userRoles.set(robot.id, [...(world.userRoles.get(robot.id) ?? []), role]);
  const owners = groupNamed(org, 'Platform Owners').id;
  plant({
    name: 'service-account-group',
    from: account(robot),
    to: ORG,
    via: ['ADD_MEMBER', 'SUPER_ADMIN'],
    through: [group(owners)],
    open: false,
    note: 'Near miss: the group of the super admins is in the set of the custom role, but only super admins may fill it',
  });
  const finance = groupNamed(org, 'Finance').id;
  plant({
    name: 'service-account-to-jewel',
    from: account(robot),
    to: app(appLabelled(org, 'NetSuite')),
    via: ['ADD_MEMBER', 'ASSIGNED_TO'],
    through: [group(finance)],
    note: 'A service account with a custom role may add anybody to the group that gives NetSuite',
  });
}

/** A help desk that can take over people who matter without being administrators. */
function plantHelpDesk(org: Org, plant: (path: Plant) => void, spare: Spare): void {
  const { world } = org;
  const desk = holdersOf(org, 'HELP_DESK_ADMIN').find(({ role }) => !world.estate.roleTargets.has(role.id));
  const victim = spare.bystander();
  if (desk === undefined || victim === undefined) return;
  const jewel = appLabelled(org, 'AWS Production');
  giveQuietly(org, jewel, victim);
  plant({
    name: 'help-desk-to-jewel',
    from: account(desk.user),
    to: app(jewel),
    via: ['HELP_DESK_ADMIN', 'ASSIGNED_TO'],
    through: [account(victim)],
    note: 'The help desk may reset the password and the factors of somebody who runs AWS Production',
  });
  const owners = groupNamed(org, 'Platform Owners');
  addOwner(org, owners, victim.id, 'USER');
  plant({
    name: 'help-desk-to-group-owner',
    from: account(desk.user),
    to: ORG,
    via: ['HELP_DESK_ADMIN', 'OWNER_OF', 'SUPER_ADMIN'],
    through: [account(victim), group(owners.id)],
    open: false,
    note: 'The victim owns the group of the super admins: an owner decides on requests, but does not change members',
  });
  const [boss] = holdersOf(org, 'SUPER_ADMIN').filter(({ user }) => user.id !== desk.user.id);
  if (boss === undefined) return;
  plant({
    name: 'help-desk-to-admin',
    from: account(desk.user),
    to: ORG,
    via: ['HELP_DESK_ADMIN', 'SUPER_ADMIN'],
    through: [account(boss.user)],
    open: false,
    note: 'Near miss: a help desk administrator cannot act on an administrator',
  });
}

/** Somebody who keeps the members of two groups: one gives an app, the other a role. */
function plantGroupAdmin(org: Org, plant: (path: Plant) => void, spare: Spare): void {
  const { world } = org;
  const admin = spare.healthy();
  if (admin === undefined) return;
  adminQuietly(org, admin, 'GROUP_MEMBERSHIP_ADMIN', 70);
  const role = world.userRoles.get(admin.id)?.at(-1);
  const [finance, desk] = [groupNamed(org, 'Finance'), groupNamed(org, 'Helpdesk Tier 1')];
  if (role === undefined) return;
  world.estate.roleTargets.set(role.id, { groupIds: [finance.id, desk.id], apps: [] });
  plant({
    name: 'group-admin-to-jewel',
    from: account(admin),
    to: app(appLabelled(org, 'NetSuite')),
    via: ['GROUP_MEMBERSHIP_ADMIN', 'ASSIGNED_TO'],
    through: [group(finance.id)],
    note: 'May add members to the group that gives NetSuite',
  });
  plant({
    name: 'group-admin-to-role',
    from: account(admin),
    to: group(desk.id),
    via: ['GROUP_MEMBERSHIP_ADMIN'],
    open: false,
    note: 'Near miss: the target holds an admin role, and such a group only a super admin may fill',
  });
}

/** Whoever runs the host of the directory agent runs the directory. */
function plantAgentHost(org: Org, plant: (path: Plant) => void): void {
  const { world } = org;
  const directory = appLabelled(org, 'Acme Active Directory');
  const pool = world.estate.agentPools.find(({ id }) => id === directory.id);
  const agents: unknown = pool?.agents;
  const first: unknown = Array.isArray(agents) ? agents[0] : undefined;
  if (typeof first !== 'object' || first === null || !('id' in first)) return;
  plant({
    name: 'agent-host',
    from: { kind: 'external', nativeId: `ADComputer/${AGENT_HOSTS[0].toLowerCase()}` },
    to: app(directory),
    via: ['HOSTS_AGENT', 'AGENT_MEMBER_OF', 'AGENT_POOL_FOR'],
    through: [
      { kind: 'agent', nativeId: String(first.id) },
      { kind: 'agent_pool', nativeId: directory.id },
    ],
    note: 'The agent on this host takes sign-ins of directory accounts',
  });
  const imported = [...world.users.values()].filter(
    (user) => user.status === 'ACTIVE' && user.provider.type === 'ACTIVE_DIRECTORY',
  );
  for (const one of world.groups.values()) {
    if (one.type !== 'APP_GROUP') continue;
    for (const user of imported.slice(0, 5)) joinQuietly(org, one, user, org.clock.now() - 30 * DAY);
  }
}
