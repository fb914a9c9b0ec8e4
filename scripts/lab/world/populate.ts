import { addAppUser } from '../actions/apps.ts';
import { ruleGroups } from '../actions/groups.ts';
import { at, type Org } from '../actions/org.ts';
import { newRole } from '../actions/roles.ts';
import { DAY, HOUR } from '../core/clock.ts';
import { PROJECTS } from './catalog.ts';
import type { Group, RoleType, User, UserStatus } from './model.ts';
import { addHealthyPerson, assignManagers, pickProvider } from './people.ts';
import { ADMIN_GROUPS, groupNamed } from './structure.ts';
import { addTo } from './world.ts';

const STATUSES: readonly (readonly [UserStatus, number])[] = [
  ['ACTIVE', 880],
  ['DEPROVISIONED', 60],
  ['SUSPENDED', 15],
  ['PROVISIONED', 15],
  ['STAGED', 10],
  ['PASSWORD_EXPIRED', 9],
  ['LOCKED_OUT', 7],
  ['RECOVERY', 4],
];

const BASE_ADMINS: readonly (readonly [RoleType, number])[] = [
  ['SUPER_ADMIN', 1],
  ['ORG_ADMIN', 2],
  ['APP_ADMIN', 3],
  ['HELP_DESK_ADMIN', 4],
  ['READ_ONLY_ADMIN', 2],
  ['USER_ADMIN', 1],
  ['REPORT_ADMIN', 1],
  ['API_ACCESS_MANAGEMENT_ADMIN', 1],
  ['CUSTOM', 1],
];

/** Joins a group quietly at a given moment: state from before the log began. */
export function joinQuietly(org: Org, group: Group, user: User, when: number): void {
  addTo(org.world.members, group.id, user.id);
  addTo(org.world.userGroups, user.id, group.id);
  group.lastMembershipUpdated = Math.max(group.lastMembershipUpdated, when);
  for (const appId of org.world.groupApps.get(group.id) ?? []) {
    const app = org.world.apps.get(appId);
    if (app === undefined || org.world.appUsers.get(appId)?.has(user.id)) continue;
    addAppUser(at(org, Math.max(when, app.created)), app, user, group);
  }
}

/** Holds an admin role since long before the log begins. */
export function adminQuietly(org: Org, user: User, type: RoleType, daysAgo = 120): void {
  const role = newRole(at(org, org.clock.now() - daysAgo * DAY), type);
  org.world.userRoles.set(user.id, [...(org.world.userRoles.get(user.id) ?? []), role]);
}

/** Everything a person of the company has: the department's group, projects, apps. */
export function settle(org: Org, user: User): void {
  const { world, rng } = org;
  const when = user.activated ?? user.created;
  const everyone = world.groups.get(world.everyoneId);
  if (everyone !== undefined) joinQuietly(org, everyone, user, when);
  for (const group of ruleGroups(org, user)) joinQuietly(org, group, user, when);
  for (const project of PROJECTS) {
    if (rng.chance(0.05)) joinQuietly(org, groupNamed(org, `Project ${project}`), user, when);
  }
  if (user.provider.type === 'ACTIVE_DIRECTORY') {
    if (rng.chance(0.5)) joinQuietly(org, groupNamed(org, 'corp.acme.example/VPN Users'), user, when);
    if (user.profile.department === 'Finance') {
      joinQuietly(org, groupNamed(org, 'corp.acme.example/Finance Shared'), user, when);
    }
  }
  for (const app of world.apps.values()) {
    const byGroup = (world.appGroups.get(app.id)?.size ?? 0) > 0;
    const service = app.oauth?.applicationType === 'service';
    if (byGroup || service || world.appUsers.get(app.id)?.has(user.id) || !rng.chance(0.06)) continue;
    addAppUser(at(org, Math.max(when, app.created)), app, user, null);
  }
}

/** Gives a person one of the other statuses, with dates that fit. */
function applyStatus(org: Org, user: User, status: UserStatus): void {
  const { world, rng } = org;
  if (status === 'ACTIVE') return;
  user.status = status;
  user.statusChanged = org.clock.now() - rng.int(8, 30) * DAY;
  if (status === 'STAGED' || status === 'PROVISIONED') {
    user.created = org.clock.now() - rng.int(9, 60) * DAY;
    user.activated = status === 'PROVISIONED' ? user.created + HOUR : null;
    user.statusChanged = user.activated;
    user.lastLogin = null;
    user.passwordChanged = null;
    user.hasPassword = false;
    user.lastUpdated = user.activated ?? user.created;
    world.factors.delete(user.id);
  } else if (status === 'DEPROVISIONED' || status === 'SUSPENDED') {
    user.lastLogin = Math.max(user.statusChanged - rng.int(1, 20) * DAY, (user.activated ?? user.created) + DAY);
    user.lastUpdated = user.statusChanged;
    if (user.passwordChanged !== null) user.passwordChanged = Math.min(user.passwordChanged, user.lastLogin);
    if (status === 'DEPROVISIONED') user.hasPassword = false;
  } else if (user.provider.type !== 'OKTA') {
    // Okta holds no password of theirs that could expire or lock.
    user.status = 'ACTIVE';
    user.statusChanged = user.activated;
  } else user.statusChanged = Math.min(org.clock.now(), (user.lastLogin ?? user.created) + HOUR);
}

/** Adds the people, their memberships, apps and ordinary administrators. */
export function populate(org: Org, people: number): User[] {
  const { world, rng } = org;
  const everyone: User[] = [];
  for (let i = 0; i < people; i++) {
    const user = addHealthyPerson(org, i < 40 ? 'OKTA' : pickProvider(rng));
    if (i >= 40) applyStatus(org, user, rng.weighted(STATUSES));
    everyone.push(user);
  }
  assignManagers(everyone, rng);
  for (const user of everyone) {
    if (user.status !== 'DEPROVISIONED') settle(org, user);
    else {
      world.members.get(world.everyoneId)?.delete(user.id);
      world.userGroups.delete(user.id);
    }
  }

  const [root, ...rest] = everyone;
  if (root === undefined) throw new Error('an org needs at least one person');
  world.rootAdminId = root.id;
  adminQuietly(org, root, 'SUPER_ADMIN', 1000);
  for (const grant of world.grants.values()) grant.createdBy = root.id;

  const candidates = rest.slice(0, 39);
  const next = () => candidates.shift();
  for (const [type, count] of BASE_ADMINS) {
    for (let i = 0; i < count; i++) {
      const user = next();
      if (user !== undefined) adminQuietly(org, user, type, rng.int(30, 400));
    }
  }
  for (const [name] of ADMIN_GROUPS) {
    for (let i = 0; i < 2; i++) {
      const user = next();
      if (user !== undefined) joinQuietly(org, groupNamed(org, name), user, org.clock.now() - 60 * DAY);
    }
  }
  return everyone;
}
