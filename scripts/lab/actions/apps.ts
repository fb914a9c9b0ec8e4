import type { App, AppUser, Group, User } from '../world/model.ts';
import { addTo } from '../world/world.ts';
import { appTarget, appUserTarget, emit, groupTarget, type Org, type Origin, userTarget } from './org.ts';

/** Assigns an app to a user, directly or because a group gives it. Does nothing when the user already has it. */
export function assignApp(org: Org, origin: Origin, app: App, user: User, group: Group | null = null): void {
  const { world } = org;
  const existing = world.appUsers.get(app.id)?.get(user.id);
  if (existing !== undefined) return;
  const appUser = addAppUser(org, app, user, group);
  emit(org, origin, {
    type: 'application.user_membership.add',
    targets: [appUserTarget(appUser, user), appTarget(app), userTarget(user)],
  });
  if (app.features.includes('PUSH_NEW_USERS')) {
    emit(org, origin, {
      type: 'application.provision.user.push',
      transactionType: 'JOB',
      targets: [appUserTarget(appUser, user), appTarget(app), userTarget(user)],
    });
  }
}

/** Adds the assignment without telling the log: what already was there when the log begins. */
export function addAppUser(org: Org, app: App, user: User, group: Group | null): AppUser {
  const now = org.clock.now();
  const pushed = app.features.includes('PUSH_NEW_USERS');
  const appUser: AppUser = {
    userId: user.id,
    appId: app.id,
    assignmentId: org.ids.next('0ua'),
    scope: group === null ? 'USER' : 'GROUP',
    groupId: group?.id ?? null,
    status: pushed ? 'PROVISIONED' : 'ACTIVE',
    externalId: pushed ? org.ids.opaque(18) : null,
    created: now,
    lastUpdated: now,
    statusChanged: now,
    userName: user.profile.login,
  };
  const users = org.world.appUsers.get(app.id) ?? new Map<string, AppUser>();
  users.set(user.id, appUser);
  org.world.appUsers.set(app.id, users);
  addTo(org.world.userApps, user.id, app.id);
  return appUser;
}

/** Takes an app from a user. */
export function unassignApp(org: Org, origin: Origin, app: App, user: User): boolean {
  const appUser = org.world.appUsers.get(app.id)?.get(user.id);
  if (appUser === undefined) return false;
  org.world.appUsers.get(app.id)?.delete(user.id);
  org.world.userApps.get(user.id)?.delete(app.id);
  emit(org, origin, {
    type: 'application.user_membership.remove',
    targets: [appUserTarget(appUser, user), appTarget(app), userTarget(user)],
  });
  return true;
}

/** Gives the user every app of a group just joined. */
export function grantGroupApps(org: Org, origin: Origin, group: Group, user: User): void {
  for (const appId of org.world.groupApps.get(group.id) ?? []) {
    const app = org.world.apps.get(appId);
    if (app !== undefined) assignApp(org, origin, app, user, group);
  }
}

/** Takes the apps that only this group gave; another group of the user may take over. */
export function dropGroupApps(org: Org, origin: Origin, group: Group, user: User): void {
  const { world } = org;
  for (const appId of [...(world.userApps.get(user.id) ?? [])]) {
    const appUser = world.appUsers.get(appId)?.get(user.id);
    const app = world.apps.get(appId);
    if (appUser === undefined || app === undefined || appUser.groupId !== group.id) continue;
    const other = [...(world.appGroups.get(appId)?.keys() ?? [])].find(
      (id) => id !== group.id && world.members.get(id)?.has(user.id),
    );
    if (other === undefined) unassignApp(org, origin, app, user);
    else appUser.groupId = other;
  }
}

/** Assigns an app to a group and so to its members. */
export function assignAppToGroup(org: Org, origin: Origin, app: App, group: Group): void {
  const groups = org.world.appGroups.get(app.id) ?? new Map<string, { priority: number; lastUpdated: number }>();
  if (groups.has(group.id)) return;
  groups.set(group.id, { priority: groups.size, lastUpdated: org.clock.now() });
  org.world.appGroups.set(app.id, groups);
  addTo(org.world.groupApps, group.id, app.id);
  emit(org, origin, { type: 'group.application_assignment.add', targets: [appTarget(app), groupTarget(group)] });
  for (const userId of org.world.members.get(group.id) ?? []) {
    const user = org.world.users.get(userId);
    if (user !== undefined) assignApp(org, origin, app, user, group);
  }
}

export function unassignAppFromGroup(org: Org, origin: Origin, app: App, group: Group): boolean {
  if (!org.world.appGroups.get(app.id)?.delete(group.id)) return false;
  org.world.groupApps.get(group.id)?.delete(app.id);
  emit(org, origin, { type: 'group.application_assignment.remove', targets: [appTarget(app), groupTarget(group)] });
  for (const userId of org.world.members.get(group.id) ?? []) {
    const user = org.world.users.get(userId);
    if (user !== undefined) dropGroupApps(org, origin, group, user);
  }
  return true;
}

export function setAppStatus(org: Org, origin: Origin, app: App, status: 'ACTIVE' | 'INACTIVE'): void {
  if (app.status === status) return;
  app.status = status;
  app.lastUpdated = org.clock.now();
  const type = status === 'ACTIVE' ? 'application.lifecycle.activate' : 'application.lifecycle.deactivate';
  emit(org, origin, { type, targets: [appTarget(app)] });
}
