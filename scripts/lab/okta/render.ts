import { ROLE_LABELS } from '../actions/roles.ts';
import { iso, isoOrNull } from '../core/clock.ts';
import type { ApiToken, AppUser, Factor, Group, GroupRule, RoleAssignment, User } from '../world/model.ts';
import type { World } from '../world/world.ts';

/** State → the JSON of Okta's API. `base` is the origin that links repeat. */
export function renderUser(world: World, user: User, base: string) {
  const self = `${base}/api/v1/users/${user.id}`;
  const { type, name } = user.provider;
  return {
    id: user.id,
    status: user.status,
    created: iso(user.created),
    activated: isoOrNull(user.activated),
    statusChanged: isoOrNull(user.statusChanged),
    lastLogin: isoOrNull(user.lastLogin),
    lastUpdated: iso(user.lastUpdated),
    passwordChanged: isoOrNull(user.passwordChanged),
    type: { id: world.estate.userTypeOf.get(user.id) ?? world.userTypeId },
    realmId: world.estate.realmOf.get(user.id) ?? world.realmId,
    profile: { ...user.profile, secondEmail: null, mobilePhone: null },
    credentials: {
      ...(user.hasPassword ? { password: {} } : {}),
      emails: [{ value: user.profile.email, status: 'VERIFIED', type: 'PRIMARY' }],
      provider: { type, name },
    },
    _links: { self: { href: self } },
  };
}

export function renderGroup(world: World, group: Group, base: string, withStats: boolean) {
  const self = `${base}/api/v1/groups/${group.id}`;
  return {
    id: group.id,
    created: iso(group.created),
    lastUpdated: iso(group.lastUpdated),
    lastMembershipUpdated: iso(group.lastMembershipUpdated),
    objectClass: [group.type === 'APP_GROUP' ? 'okta:windows_security_principal' : 'okta:user_group'],
    type: group.type,
    profile: groupProfile(world, group),
    ...(group.sourceAppId === undefined ? {} : { source: { id: group.sourceAppId } }),
    ...(withStats
      ? {
          _embedded: {
            stats: {
              usersCount: world.members.get(group.id)?.size ?? 0,
              appsCount: world.groupApps.get(group.id)?.size ?? 0,
              groupPushMappingsCount: 0,
              hasAdminPrivlege: (world.groupRoles.get(group.id)?.length ?? 0) > 0,
            },
          },
        }
      : {}),
    _links: {
      self: { href: self },
      logo: [{ name: 'medium', href: `${base}/assets/okta-medium.png`, type: 'image/png' }],
      users: { href: `${self}/users` },
      apps: { href: `${self}/apps` },
    },
  };
}

/** A group that is imported from the directory also says what it is called there. */
function groupProfile(world: World, { id, name, description, sourceAppId }: Group) {
  if (world.apps.get(sourceAppId ?? '')?.name !== 'active_directory') return { name, description };
  const [domain = '', cn = name] = name.split('/');
  const short = domain.split('.')[0]?.toUpperCase() ?? '';
  const rid = 1_000 + (Number.parseInt(id.slice(3, 9), 36) % 100_000);
  return {
    name,
    description,
    samAccountName: cn,
    windowsDomainQualifiedName: `${short}\\${cn}`,
    dn: `CN=${cn},OU=Groups,${domain
      .split('.')
      .map((part) => `DC=${part}`)
      .join(',')}`,
    objectSid: `S-1-5-21-1004336348-1177238915-682003330-${rid}`,
    groupType: 'Security',
    groupScope: 'Global',
    externalId: btoa(id.slice(0, 16)),
  };
}

export function renderAppUser(appUser: AppUser, base: string) {
  const app = `${base}/api/v1/apps/${appUser.appId}`;
  const provisioned = appUser.externalId !== null;
  return {
    id: appUser.userId,
    externalId: appUser.externalId,
    created: iso(appUser.created),
    lastUpdated: iso(appUser.lastUpdated),
    scope: appUser.scope,
    status: appUser.status,
    statusChanged: iso(appUser.statusChanged),
    passwordChanged: null,
    syncState: provisioned ? 'SYNCHRONIZED' : 'DISABLED',
    lastSync: provisioned ? iso(appUser.lastUpdated) : null,
    credentials: { userName: appUser.userName },
    profile: {},
    _links: {
      app: { href: app },
      user: { href: `${base}/api/v1/users/${appUser.userId}` },
      ...(appUser.groupId === null ? {} : { group: { href: `${base}/api/v1/groups/${appUser.groupId}` } }),
    },
  };
}

export function renderRole(
  world: World,
  role: RoleAssignment,
  assignmentType: 'USER' | 'GROUP' | 'CLIENT',
  assignee: string,
  base: string,
) {
  const custom = world.customRoles.find(({ id }) => id === role.custom?.roleId);
  return {
    id: role.id,
    label: custom?.label ?? ROLE_LABELS[role.type],
    type: role.type,
    status: role.status,
    created: iso(role.created),
    lastUpdated: iso(role.lastUpdated),
    assignmentType,
    ...(role.custom === undefined ? {} : { role: role.custom.roleId, 'resource-set': role.custom.resourceSetId }),
    _links: {
      assignee: { href: `${base}${assignee}` },
      ...(role.custom === undefined
        ? {}
        : {
            role: { href: `${base}/api/v1/iam/roles/${role.custom.roleId}` },
            'resource-set': { href: `${base}/api/v1/iam/resource-sets/${role.custom.resourceSetId}` },
            permissions: { href: `${base}/api/v1/iam/roles/${role.custom.roleId}/permissions` },
          }),
    },
  };
}

export function renderFactor(factor: Factor, userId: string, base: string) {
  const self = `${base}/api/v1/users/${userId}/factors/${factor.id}`;
  return {
    id: factor.id,
    factorType: factor.factorType,
    provider: factor.provider,
    vendorName: factor.vendorName,
    status: factor.status,
    created: iso(factor.created),
    lastUpdated: iso(factor.lastUpdated),
    profile: factor.profile,
    _links: {
      self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
      user: { href: `${base}/api/v1/users/${userId}`, hints: { allow: ['GET'] } },
    },
  };
}

export function renderToken(world: World, token: ApiToken, base: string) {
  const zones = world.estate.tokenZones.get(token.id);
  return {
    id: token.id,
    name: token.name,
    userId: token.userId,
    clientName: 'Okta API',
    tokenWindow: 'P30D',
    network: zones === undefined ? { connection: 'ANYWHERE' } : { connection: 'ZONE', include: zones },
    expiresAt: iso(token.expiresAt),
    created: iso(token.created),
    lastUpdated: iso(token.lastUpdated),
    _link: {
      self: { href: `${base}/api/v1/api-tokens/${token.id}`, hints: { allow: ['GET', 'DELETE'] } },
      user: { href: `${base}/api/v1/users/${token.userId}`, hints: { allow: ['GET'] } },
    },
  };
}

export function renderRule(rule: GroupRule) {
  return {
    type: 'group_rule',
    id: rule.id,
    status: rule.status,
    name: rule.name,
    created: iso(rule.created),
    lastUpdated: iso(rule.lastUpdated),
    conditions: {
      people: { users: { exclude: rule.excludedUserIds }, groups: { exclude: [] } },
      expression: { type: 'urn:okta:expression:1.0', value: rule.expression },
    },
    actions: { assignUserToGroups: { groupIds: rule.groupIds } },
  };
}
