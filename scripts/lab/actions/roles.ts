import type { LogTarget } from '../log/log-event.ts';
import type { Group, OAuthClient, RoleAssignment, RoleType, User } from '../world/model.ts';
import { rolesOf } from '../world/world.ts';
import { emit, groupTarget, type Org, type Origin, userTarget } from './org.ts';

export const ROLE_LABELS: Readonly<Record<RoleType, string>> = {
  SUPER_ADMIN: 'Super Organization Administrator',
  ORG_ADMIN: 'Organization Administrator',
  APP_ADMIN: 'Application Administrator',
  USER_ADMIN: 'Group Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  READ_ONLY_ADMIN: 'Read-only Administrator',
  MOBILE_ADMIN: 'Mobile Administrator',
  REPORT_ADMIN: 'Report Administrator',
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
  CUSTOM: 'Custom Administrator',
};

export function newRole(org: Org, type: RoleType, prefix = 'ra1'): RoleAssignment {
  const now = org.clock.now();
  const role: RoleAssignment = { id: org.ids.next(prefix), type, status: 'ACTIVE', created: now, lastUpdated: now };
  const [customRole, resourceSet] = [org.world.customRoles[0], org.world.resourceSets[0]];
  if (type === 'CUSTOM' && customRole !== undefined && resourceSet !== undefined) {
    role.custom = { roleId: customRole.id, resourceSetId: resourceSet.id };
  }
  return role;
}

function roleTarget(type: RoleType): LogTarget {
  return { id: type, type: 'ROLE', alternateId: type, displayName: ROLE_LABELS[type], detailEntry: null };
}

const ROLE_ASSIGNED: LogTarget = {
  id: 'ROLE_ASSIGNED',
  type: 'ROLE_ASSIGNED',
  alternateId: 'unknown',
  displayName: 'Role Assigned',
  detailEntry: null,
};

/** The log carries all privileges the user then holds, the inherited ones included. */
function privileges(org: Org, userId: string): string {
  return rolesOf(org.world, userId)
    .map(({ role }) => ROLE_LABELS[role.type])
    .join(', ');
}

/** Grants an admin role to a user. */
export function grantRole(org: Org, origin: Origin, user: User, type: RoleType): RoleAssignment {
  const role = newRole(org, type);
  org.world.userRoles.set(user.id, [...(org.world.userRoles.get(user.id) ?? []), role]);
  emit(org, origin, {
    type: 'user.account.privilege.grant',
    targets: [userTarget(user), ROLE_ASSIGNED, roleTarget(type)],
    debugData: { privilegeGranted: privileges(org, user.id) },
  });
  return role;
}

/** Somebody tries to grant a role and may not. */
export function failToGrantRole(org: Org, origin: Origin, user: User, type: RoleType): void {
  emit(org, origin, {
    type: 'user.account.privilege.grant',
    result: 'FAILURE',
    reason: 'The actor may not grant this role',
    targets: [userTarget(user), ROLE_ASSIGNED, roleTarget(type)],
  });
}

export function revokeRole(org: Org, origin: Origin, user: User, role: RoleAssignment): void {
  const left = (org.world.userRoles.get(user.id) ?? []).filter(({ id }) => id !== role.id);
  if (left.length > 0) org.world.userRoles.set(user.id, left);
  else org.world.userRoles.delete(user.id);
  emit(org, origin, {
    type: 'user.account.privilege.revoke',
    targets: [userTarget(user), roleTarget(role.type)],
    debugData: { privilegeRevoked: ROLE_LABELS[role.type], privilegeGranted: privileges(org, user.id) },
  });
}

/** Grants an admin role to all members of a group. */
export function grantGroupRole(org: Org, origin: Origin, group: Group, type: RoleType): RoleAssignment {
  const role = newRole(org, type, 'gra');
  org.world.groupRoles.set(group.id, [...(org.world.groupRoles.get(group.id) ?? []), role]);
  emit(org, origin, { type: 'group.privilege.grant', targets: [groupTarget(group), ROLE_ASSIGNED, roleTarget(type)] });
  return role;
}

export function revokeGroupRole(org: Org, origin: Origin, group: Group, role: RoleAssignment): void {
  const left = (org.world.groupRoles.get(group.id) ?? []).filter(({ id }) => id !== role.id);
  if (left.length > 0) org.world.groupRoles.set(group.id, left);
  else org.world.groupRoles.delete(group.id);
  emit(org, origin, { type: 'group.privilege.revoke', targets: [groupTarget(group), roleTarget(role.type)] });
}

function clientTarget(client: OAuthClient): LogTarget {
  return {
    id: client.clientId,
    type: 'PublicClientApp',
    alternateId: client.clientId,
    displayName: client.clientId,
    detailEntry: null,
  };
}

export function grantClientRole(org: Org, origin: Origin, client: OAuthClient, type: RoleType): RoleAssignment {
  const role = newRole(org, type);
  client.roles.push(role);
  emit(org, origin, {
    type: 'app.oauth2.client.privilege.grant',
    targets: [clientTarget(client), roleTarget(type)],
  });
  return role;
}

export function revokeClientRole(org: Org, origin: Origin, client: OAuthClient, role: RoleAssignment): void {
  client.roles = client.roles.filter(({ id }) => id !== role.id);
  emit(org, origin, {
    type: 'app.oauth2.client.privilege.revoke',
    targets: [clientTarget(client), roleTarget(role.type)],
  });
}
