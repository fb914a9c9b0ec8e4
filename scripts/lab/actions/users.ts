import type { ClientContext } from '../log/log-event.ts';
import type { ProviderType, User, UserProfile } from '../world/model.ts';
import { addTo } from '../world/world.ts';
import { unassignApp } from './apps.ts';
import { revokeRefreshTokens } from './consents.ts';
import { addMember, removeMember, ruleGroups } from './groups.ts';
import { BY_SYSTEM, emit, type Org, type Origin, userTarget } from './org.ts';
import { revokeRole } from './roles.ts';
import { revokeToken } from './tokens.ts';

/** Creates a STAGED user, a member of Everyone. */
export function createUser(
  org: Org,
  origin: Origin,
  input: { profile: UserProfile; home: ClientContext; provider?: { type: ProviderType; name: string } },
): User {
  const user = addUser(org, input);
  emit(org, origin, { type: 'user.lifecycle.create', targets: [userTarget(user)] });
  return user;
}

/** Adds the user without telling the log: who already was there when the log begins. */
export function addUser(
  org: Org,
  input: { profile: UserProfile; home: ClientContext; provider?: { type: ProviderType; name: string } },
): User {
  const { world } = org;
  const now = org.clock.now();
  const user: User = {
    id: org.ids.next('00u'),
    status: 'STAGED',
    created: now,
    activated: null,
    statusChanged: null,
    lastLogin: null,
    lastUpdated: now,
    passwordChanged: null,
    hasPassword: false,
    provider: input.provider ?? { type: 'OKTA', name: 'OKTA' },
    profile: input.profile,
    home: input.home,
  };
  world.users.set(user.id, user);
  world.logins.set(user.profile.login, user.id);
  joinEveryone(org, user);
  return user;
}

function joinEveryone(org: Org, user: User): void {
  const { world } = org;
  if (addTo(world.members, world.everyoneId, user.id)) touchEveryone(org);
  addTo(world.userGroups, user.id, world.everyoneId);
}

/** Whoever reads only what changed must see that the members of Everyone did. */
function touchEveryone(org: Org): void {
  const everyone = org.world.groups.get(org.world.everyoneId);
  if (everyone === undefined) return;
  everyone.lastMembershipUpdated = Math.max(everyone.lastMembershipUpdated, org.clock.now());
}

function setStatus(org: Org, user: User, status: User['status']): void {
  user.status = status;
  user.statusChanged = org.clock.now();
  user.lastUpdated = org.clock.now();
}

/** Activates a user; a local one gets a password. The group rules are then evaluated. */
export function activateUser(org: Org, origin: Origin, user: User): void {
  user.activated = org.clock.now();
  if (user.provider.type === 'OKTA') {
    user.hasPassword = true;
    user.passwordChanged = org.clock.now();
  }
  setStatus(org, user, 'ACTIVE');
  joinEveryone(org, user);
  emit(org, origin, { type: 'user.lifecycle.activate', targets: [userTarget(user)] });
  for (const group of ruleGroups(org, user)) addMember(org, BY_SYSTEM, group, user);
}

export function suspendUser(org: Org, origin: Origin, user: User): void {
  setStatus(org, user, 'SUSPENDED');
  emit(org, origin, { type: 'user.lifecycle.suspend', targets: [userTarget(user)] });
}

export function unsuspendUser(org: Org, origin: Origin, user: User): void {
  setStatus(org, user, 'ACTIVE');
  emit(org, origin, { type: 'user.lifecycle.unsuspend', targets: [userTarget(user)] });
}

export function unlockUser(org: Org, origin: Origin, user: User): void {
  setStatus(org, user, 'ACTIVE');
  emit(org, origin, { type: 'user.account.unlock_by_admin', targets: [userTarget(user)] });
}

export function expirePassword(org: Org, origin: Origin, user: User): void {
  setStatus(org, user, 'PASSWORD_EXPIRED');
  emit(org, origin, { type: 'user.account.expire_password', targets: [userTarget(user)] });
}

/** The user sets a new password. */
export function changePassword(org: Org, origin: Origin, user: User): void {
  user.hasPassword = true;
  user.passwordChanged = org.clock.now();
  user.lastUpdated = org.clock.now();
  emit(org, origin, { type: 'user.account.update_password', targets: [userTarget(user)] });
}

/** Ends all sessions of a user and, when asked, the refresh tokens of OAuth clients too. */
export function clearSessions(org: Org, origin: Origin, user: User, oauthTokens = false): void {
  emit(org, origin, { type: 'user.session.clear', targets: [userTarget(user)] });
  if (!oauthTokens) return;
  const clients = new Set(org.world.refreshTokens.filter(({ userId }) => userId === user.id).map(({ appId }) => appId));
  for (const id of clients) {
    revokeRefreshTokens(org, origin, user, { id, name: org.world.apps.get(id)?.label ?? id });
  }
}

/** An administrator resets the password: the user has to choose a new one. */
export function resetPassword(org: Org, origin: Origin, user: User): void {
  setStatus(org, user, 'RECOVERY');
  emit(org, origin, { type: 'user.account.reset_password', targets: [userTarget(user)] });
}

/**
 * Deactivates a user. Apps, groups, admin roles and API tokens go with it, except the apps in `keepApps`: accounts that
 * nothing closes, which is what an offboarding gap looks like.
 */
export function deactivateUser(org: Org, origin: Origin, user: User, keepApps: readonly string[] = []): void {
  const { world } = org;
  setStatus(org, user, 'DEPROVISIONED');
  user.hasPassword = false;
  emit(org, origin, { type: 'user.lifecycle.deactivate', targets: [userTarget(user)] });
  for (const token of [...world.tokens.values()]) {
    if (token.userId === user.id) revokeToken(org, BY_SYSTEM, token);
  }
  for (const role of [...(world.userRoles.get(user.id) ?? [])]) revokeRole(org, origin, user, role);
  for (const appId of [...(world.userApps.get(user.id) ?? [])]) {
    const app = world.apps.get(appId);
    if (app === undefined) continue;
    if (keepApps.includes(appId)) detachFromGroup(org, appId, user);
    else unassignApp(org, origin, app, user);
  }
  for (const groupId of [...(world.userGroups.get(user.id) ?? [])]) {
    const group = world.groups.get(groupId);
    if (group === undefined) continue;
    if (groupId === world.everyoneId) {
      world.members.get(groupId)?.delete(user.id);
      world.userGroups.get(user.id)?.delete(groupId);
      touchEveryone(org);
    } else removeMember(org, BY_SYSTEM, group, user);
  }
}

/** An assignment that outlives its group must not go when the group goes. */
function detachFromGroup(org: Org, appId: string, user: User): void {
  const appUser = org.world.appUsers.get(appId)?.get(user.id);
  if (appUser === undefined) return;
  appUser.scope = 'USER';
  appUser.groupId = null;
}
