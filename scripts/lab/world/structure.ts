import { at, type Org } from '../actions/org.ts';
import { newRole } from '../actions/roles.ts';
import { DAY } from '../core/clock.ts';
import { APPS, type AppSpec, DEPARTMENTS, PROJECTS } from './catalog.ts';
import type { App, Group } from './model.ts';
import { addTo } from './world.ts';

/** The groups that later steps look for by name. */
export const ADMIN_GROUPS = [
  ['Platform Owners', 'SUPER_ADMIN'],
  ['Helpdesk Tier 1', 'HELP_DESK_ADMIN'],
  ['App Owners', 'APP_ADMIN'],
] as const;

/** Finds a group that the generator itself made. */
export function groupNamed(org: Org, name: string): Group {
  for (const group of org.world.groups.values()) if (group.name === name) return group;
  throw new Error(`the generated org has no group ${name}`);
}

export function appLabelled(org: Org, label: string): App {
  for (const app of org.world.apps.values()) if (app.label === label) return app;
  throw new Error(`the generated org has no app ${label}`);
}

function addGroup(org: Org, type: Group['type'], name: string, description: string): Group {
  const created = org.clock.now() - org.rng.int(200, 1500) * DAY;
  const group: Group = {
    id: org.ids.next('00g'),
    type,
    created,
    lastUpdated: created,
    lastMembershipUpdated: created,
    name,
    description,
  };
  org.world.groups.set(group.id, group);
  org.world.members.set(group.id, new Set());
  return group;
}

function addApp(org: Org, spec: AppSpec): App {
  const created = org.clock.now() - org.rng.int(100, 1400) * DAY;
  const app: App = {
    id: org.ids.next('0oa'),
    name: spec.name,
    label: spec.label,
    status: spec.status ?? 'ACTIVE',
    created,
    lastUpdated: created + org.rng.int(0, 90) * DAY,
    signOnMode: spec.signOnMode,
    features: [...spec.features],
  };
  if (spec.applicationType !== undefined) {
    const service = spec.applicationType === 'service';
    const publicClient = spec.applicationType === 'browser' || spec.applicationType === 'native';
    app.oauth = {
      applicationType: spec.applicationType,
      authMethod: service ? 'private_key_jwt' : publicClient ? 'none' : 'client_secret_basic',
      dpop: false,
    };
  }
  org.world.apps.set(app.id, app);
  org.world.appUsers.set(app.id, new Map());
  return app;
}

/** Everything that is not a person: groups, rules, apps and who gets them, custom roles. */
export function addStructure(org: Org): void {
  const { world, rng, ids } = org;
  const now = org.clock.now();
  world.orgId = ids.next('00o');
  world.foundedAt = now;
  world.userTypeId = ids.next('oty');
  world.realmId = ids.next('guo');
  world.everyoneId = addGroup(org, 'BUILT_IN', 'Everyone', 'All users in your organization').id;
  addGroup(org, 'BUILT_IN', 'Okta Administrators', 'Okta manages this group, which contains all administrators');

  for (const [department] of DEPARTMENTS) {
    const group = addGroup(org, 'OKTA_GROUP', department, `Everyone in ${department}`);
    const id = ids.next('0pr');
    world.rules.set(id, {
      id,
      name: `${department} members`,
      status: 'ACTIVE',
      created: group.created,
      lastUpdated: group.created,
      expression: `user.department=="${department}"`,
      groupIds: [group.id],
      excludedUserIds: [],
    });
  }
  for (const project of PROJECTS) addGroup(org, 'OKTA_GROUP', `Project ${project}`, `The team of project ${project}`);
  for (const [name, role] of ADMIN_GROUPS) {
    const group = addGroup(org, 'OKTA_GROUP', name, `Members administer Okta (${role})`);
    world.groupRoles.set(group.id, [newRole(at(org, group.created), role, 'gra')]);
  }

  world.customRoles.push({
    id: ids.next('cr0'),
    label: 'Access Operations',
    description: 'Runs day-to-day access changes',
    permissions: ['okta.users.read', 'okta.groups.manage', 'okta.apps.assignment.manage'],
    created: now - 300 * DAY,
  });
  world.resourceSets.push({
    id: ids.next('iam'),
    label: 'Business apps',
    description: 'All apps that are not infrastructure',
    created: now - 300 * DAY,
  });

  for (const spec of APPS) {
    const app = addApp(org, spec);
    if (spec.applicationType === 'service') addServiceClient(org, app, spec);
    assignToGroups(org, app, spec.groups ?? []);
  }
  for (const name of ['corp.acme.example/Finance Shared', 'corp.acme.example/VPN Users']) {
    addGroup(org, 'APP_GROUP', name, 'Imported from Active Directory').sourceAppId = appLabelled(org, 'Workday').id;
  }
  const inactive = [...world.rules.values()][rng.int(0, world.rules.size - 1)];
  if (inactive !== undefined) {
    const id = ids.next('0pr');
    world.rules.set(id, { ...inactive, id, name: `${inactive.name} (old)`, status: 'INACTIVE' });
  }
}

function assignToGroups(org: Org, app: App, names: readonly string[]): void {
  const groups = new Map<string, { priority: number; lastUpdated: number }>();
  for (const name of names) {
    const groupId = name === 'everyone' ? org.world.everyoneId : groupNamed(org, name).id;
    groups.set(groupId, { priority: groups.size, lastUpdated: app.created });
    addTo(org.world.groupApps, groupId, app.id);
  }
  org.world.appGroups.set(app.id, groups);
}

function addServiceClient(org: Org, app: App, spec: AppSpec): void {
  const then = at(org, app.created);
  org.world.clients.set(app.id, {
    clientId: app.id,
    jwks: { keys: [] },
    scopes: [...(spec.scopes ?? [])],
    roles: (spec.roles ?? []).map((role) => newRole(then, role)),
    dpop: false,
  });
  for (const scopeId of spec.scopes ?? []) {
    const id = org.ids.next('oag');
    org.world.grants.set(id, { id, appId: app.id, scopeId, createdBy: '', created: app.created });
  }
}
