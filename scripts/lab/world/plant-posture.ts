import { addAppUser } from '../actions/apps.ts';
import { at, type Org } from '../actions/org.ts';
import { DAY, HOUR } from '../core/clock.ts';
import type { App, AppUserStatus, User } from './model.ts';
import type { PlantKit } from './plant-kit.ts';
import { adminQuietly } from './populate.ts';
import { appLabelled } from './structure.ts';

/** Sign-ins, passwords and leavers that are a problem, or only look like one. */
export function plantPosture(org: Org, kit: PlantKit, people: number): void {
  for (let i = 0; i < kit.copies; i++) {
    plantUnusedAdmins(org, kit);
    plantOldPasswords(org, kit);
    plantLeavers(org, kit);
  }
  plantUnusedAccounts(org, kit, people);
}

/** Makes it so that the account was last used that many days ago, and existed before. */
function lastUsed(org: Org, user: User, days: number): User {
  const then = org.clock.now() - days * DAY - 5 * HOUR;
  existedSince(user, then - 90 * DAY);
  user.lastLogin = then;
  if (user.passwordChanged !== null) user.passwordChanged = Math.min(user.passwordChanged, then);
  return user;
}

function existedSince(user: User, when: number): void {
  user.created = Math.min(user.created, when);
  user.activated = Math.min(user.activated ?? when, when + HOUR);
}

/** What belongs to an account cannot be older than the account. */
function notBefore(org: Org, user: User, when: number): void {
  for (const factor of org.world.factors.get(user.id) ?? []) {
    factor.created = Math.max(factor.created, when);
    factor.lastUpdated = Math.max(factor.lastUpdated, when);
  }
  for (const appId of org.world.userApps.get(user.id) ?? []) {
    const appUser = org.world.appUsers.get(appId)?.get(user.id);
    if (appUser === undefined) continue;
    appUser.created = Math.max(appUser.created, when);
    appUser.lastUpdated = Math.max(appUser.lastUpdated, when);
    appUser.statusChanged = Math.max(appUser.statusChanged, when);
  }
}

function neverUsed(org: Org, user: User, createdDays: number, activatedDays: number | null): User {
  const now = org.clock.now();
  user.created = now - createdDays * DAY - 7 * HOUR;
  user.activated = activatedDays === null ? null : now - activatedDays * DAY - 6 * HOUR;
  user.statusChanged = user.activated ?? user.created;
  user.lastLogin = null;
  // The first password came with the account, and nobody signed in to change it.
  user.passwordChanged = user.activated ?? user.created;
  user.lastUpdated = user.passwordChanged;
  notBefore(org, user, user.created);
  return user;
}

function plantUnusedAdmins(org: Org, kit: PlantKit): void {
  const id = 'unused-admin';
  lastUsed(org, kit.admin('SUPER_ADMIN'), 45);
  lastUsed(org, kit.admin('APP_ADMIN'), 190);
  neverUsed(org, kit.admin('HELP_DESK_ADMIN'), 62, 60);
  kit.near(id, lastUsed(org, kit.admin('ORG_ADMIN'), 25), 'signed in 25 days ago');
  const suspended = lastUsed(org, kit.admin('SUPER_ADMIN'), 200);
  suspended.status = 'SUSPENDED';
  kit.near(id, suspended, 'suspended: cannot sign in');
  kit.near(id, neverUsed(org, kit.admin('REPORT_ADMIN'), 80, 10), 'never signed in, but activated 10 days ago');
}

function plantUnusedAccounts(org: Org, kit: PlantKit, people: number): void {
  const id = 'unused-account';
  const count = Math.max(3, Math.round(people * 0.02));
  for (let i = 0; i < count; i++) {
    if (i % 4 === 3) neverUsed(org, kit.person(), 130, i % 8 === 3 ? 128 : null);
    else lastUsed(org, kit.person(), 100 + 13 * (i % 20));
  }
  for (let i = 0; i < kit.copies; i++) {
    kit.near(id, lastUsed(org, kit.person(), 80), 'signed in 80 days ago');
    kit.near(id, lastUsed(org, kit.person(), 45), 'signed in 45 days ago: too long only for an admin');
    const suspended = lastUsed(org, kit.person(), 150);
    suspended.status = 'SUSPENDED';
    kit.near(id, suspended, 'suspended: cannot sign in');
    kit.near(id, neverUsed(org, kit.person(), 200, 15), 'never signed in, but activated 15 days ago');
  }
}

function passwordAge(org: Org, user: User, days: number): User {
  const then = org.clock.now() - days * DAY - 3 * HOUR;
  existedSince(user, then - DAY);
  user.passwordChanged = then;
  return user;
}

function plantOldPasswords(org: Org, kit: PlantKit): void {
  const id = 'old-password-admin';
  passwordAge(org, kit.admin('SUPER_ADMIN'), 200);
  passwordAge(org, kit.admin('APP_ADMIN'), 400);
  passwordAge(org, kit.admin('READ_ONLY_ADMIN'), 900);
  kit.near(id, passwordAge(org, kit.admin('ORG_ADMIN'), 170), 'changed 170 days ago');
  const directory = passwordAge(org, kit.admin('APP_ADMIN', 'ACTIVE_DIRECTORY'), 400);
  kit.near(id, directory, 'the password belongs to Active Directory');
  const passwordless = passwordAge(org, kit.admin('HELP_DESK_ADMIN'), 600);
  passwordless.hasPassword = false;
  kit.near(id, passwordless, 'has no password');
  kit.near(id, passwordAge(org, kit.person(), 500), 'old, but no admin');
  kit.admin('USER_ADMIN').passwordChanged = null;
}

/** Makes a leaver with one account left over. */
function leaver(org: Org, user: User, app: App, status: AppUserStatus, days: number): User {
  const { world } = org;
  const left = org.clock.now() - days * DAY;
  for (const appId of world.userApps.get(user.id) ?? []) world.appUsers.get(appId)?.delete(user.id);
  for (const groupId of world.userGroups.get(user.id) ?? []) world.members.get(groupId)?.delete(user.id);
  world.userApps.delete(user.id);
  world.userGroups.delete(user.id);
  existedSince(user, left - 90 * DAY);
  user.status = 'DEPROVISIONED';
  user.statusChanged = left;
  if (user.passwordChanged !== null) user.passwordChanged = Math.min(user.passwordChanged, left);
  user.lastUpdated = left;
  user.hasPassword = false;
  user.lastLogin = left - 2 * DAY;
  const appUser = addAppUser(at(org, user.created + DAY), app, user, null);
  appUser.status = status;
  appUser.externalId ??= org.ids.opaque(18);
  appUser.statusChanged = left;
  return user;
}

function plantLeavers(org: Org, kit: PlantKit): void {
  const id = 'leaver-live-accounts';
  const note = (user: User, text: string) => kit.near(id, user, text, 'identity');
  const app = (label: string) => appLabelled(org, label);
  leaver(org, kit.person(), app('GitHub Enterprise'), 'ACTIVE', 20);
  leaver(org, kit.person(), app('NetSuite'), 'PROVISIONED', 45);
  leaver(org, kit.person('ACTIVE_DIRECTORY'), app('AWS Production'), 'IMPORTED', 12);
  leaver(org, kit.person(), app('Legacy ERP'), 'ACTIVE', 33);
  note(leaver(org, kit.person(), app('HipChat (retired)'), 'ACTIVE', 25), 'the app is inactive');
  note(leaver(org, kit.person(), app('Cafeteria Menu'), 'ACTIVE', 15), 'the app is a bookmark');
  note(leaver(org, kit.person(), app('Salesforce'), 'DEPROVISIONED', 18), 'the account is deprovisioned');
  note(leaver(org, kit.person(), app('Slack'), 'SUSPENDED', 22), 'the account is suspended');
  const onLeave = kit.person();
  onLeave.status = 'SUSPENDED';
  onLeave.statusChanged = org.clock.now() - 30 * DAY;
  onLeave.lastLogin = onLeave.statusChanged - DAY;
  note(onLeave, 'suspended, not deactivated');
  const admin = kit.person();
  adminQuietly(org, admin, 'READ_ONLY_ADMIN');
  note(admin, 'still works here');
}
