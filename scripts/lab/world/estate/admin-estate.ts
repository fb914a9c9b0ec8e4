import { at, type Org } from '../../actions/org.ts';
import { newRole } from '../../actions/roles.ts';
import { DAY } from '../../core/clock.ts';
import type { RoleAssignment, RoleType, User } from '../model.ts';
import { appLabelled, groupNamed } from '../structure.ts';

/** The custom roles and resource sets that the paths and the ordinary administration use. */
export interface AdminParts {
  roles: { readers: string; groupOperations: string; credentialDesk: string; appOperations: string };
  sets: { wholeOrg: string; engineering: string; adminGroups: string };
}

/** Names of Okta's objects, as resource sets hold them. */
export function ornsOf(org: Org) {
  const base = `orn:okta:directory:${org.world.orgId}`;
  return {
    users: `${base}:users`,
    groups: `${base}:groups`,
    group: (id: string) => `${base}:groups:${id}`,
    groupMembers: (id: string) => `${base}:groups:${id}:contained_resources`,
    apps: `orn:okta:idp:${org.world.orgId}:apps`,
    app: (app: { name: string; id: string }) => `orn:okta:idp:${org.world.orgId}:apps:${app.name}:${app.id}`,
    policies: `orn:okta:idp:${org.world.orgId}:policies`,
  };
}

function addCustomRole(org: Org, label: string, description: string, permissions: string[]): string {
  const id = org.ids.next('cr0');
  const created = org.clock.now() - org.rng.int(60, 500) * DAY;
  org.world.customRoles.push({ id, label, description, permissions, created });
  return id;
}

function addResourceSet(org: Org, label: string, description: string, orns: readonly string[]): string {
  const id = org.ids.next('iam');
  const created = org.clock.now() - org.rng.int(60, 500) * DAY;
  org.world.resourceSets.push({ id, label, description, created });
  fillResourceSet(org, id, created, orns);
  return id;
}

function fillResourceSet(org: Org, id: string, created: number, orns: readonly string[]): void {
  org.world.estate.resourceSetMembers.set(
    id,
    orns.map((orn) => ({ id: org.ids.next('ire'), orn, created })),
  );
}

/** Assigns a custom role on a resource set, quietly. */
export function customRole(org: Org, roleId: string, resourceSetId: string, daysAgo = 90): RoleAssignment {
  const role = newRole(at(org, org.clock.now() - daysAgo * DAY), 'CUSTOM', 'irb');
  role.custom = { roleId, resourceSetId };
  return role;
}

/** Custom roles, resource sets with what is in them, and limits on some of the assignments that exist. */
export function addAdminEstate(org: Org): AdminParts {
  const { world } = org;
  const orn = ornsOf(org);
  const business = world.resourceSets[0];
  if (business !== undefined) {
    const labels = ['Salesforce', 'Zendesk', 'NetSuite', 'DocuSign'];
    fillResourceSet(
      org,
      business.id,
      business.created,
      labels.map((label) => orn.app(appLabelled(org, label))),
    );
  }
  const roles = {
    readers: addCustomRole(org, 'Directory Reader', 'Reads everything in the directory', [
      'okta.users.read',
      'okta.groups.read',
      'okta.apps.read',
      'okta.customizations.read',
    ]),
    groupOperations: addCustomRole(org, 'Group Operations', 'Keeps the members of groups', [
      'okta.groups.read',
      'okta.groups.members.manage',
    ]),
    credentialDesk: addCustomRole(org, 'Credential Desk', 'Resets what people forgot', [
      'okta.users.read',
      'okta.users.credentials.resetPassword',
      'okta.users.credentials.resetFactors',
    ]),
    appOperations: addCustomRole(org, 'App Operations', 'Runs the apps', ['okta.apps.manage', 'okta.apps.read']),
  };
  const engineering = groupNamed(org, 'Engineering').id;
  const sets = {
    wholeOrg: addResourceSet(org, 'Whole directory', 'Everybody and every group', [orn.users, orn.groups, orn.apps]),
    engineering: addResourceSet(org, 'Engineering', 'The people of Engineering and their main apps', [
      orn.group(engineering),
      orn.groupMembers(engineering),
      orn.app(appLabelled(org, 'GitHub Enterprise')),
      orn.app(appLabelled(org, 'AWS Production')),
    ]),
    adminGroups: addResourceSet(org, 'Administrators', 'Groups whose members run Okta, and those who pay for it', [
      orn.group(groupNamed(org, 'Platform Owners').id),
      orn.group(groupNamed(org, 'Finance').id),
    ]),
  };
  limitSome(org);
  return { roles, sets };
}

/** Finds users who hold such a role directly, the longest-serving first. */
export function holdersOf(org: Org, type: RoleType): { user: User; role: RoleAssignment }[] {
  const found: { user: User; role: RoleAssignment }[] = [];
  for (const [userId, roles] of org.world.userRoles) {
    const user = org.world.users.get(userId);
    const role = roles.find((one) => one.type === type && one.status === 'ACTIVE');
    if (user?.status === 'ACTIVE' && role !== undefined) found.push({ user, role });
  }
  return found.sort((a, b) => a.role.created - b.role.created || (a.user.id < b.user.id ? -1 : 1));
}

/** Some administrators may act on a part of the org only. */
function limitSome(org: Org): void {
  const { roleTargets } = org.world.estate;
  const desks = holdersOf(org, 'HELP_DESK_ADMIN');
  const sales = groupNamed(org, 'Sales').id;
  const support = groupNamed(org, 'Customer Support').id;
  const limited = desks.at(-1);
  if (desks.length > 1 && limited !== undefined) {
    roleTargets.set(limited.role.id, { groupIds: [sales, support], apps: [] });
  }
  const apps = holdersOf(org, 'APP_ADMIN');
  const one = apps.at(-1);
  if (apps.length > 1 && one !== undefined) {
    roleTargets.set(one.role.id, {
      groupIds: [],
      apps: [{ name: 'zendesk' }, { name: 'salesforce', appId: appLabelled(org, 'Salesforce').id }],
    });
  }
  const [groupAdmin] = holdersOf(org, 'USER_ADMIN');
  if (groupAdmin !== undefined) roleTargets.set(groupAdmin.role.id, { groupIds: [sales], apps: [] });
}
