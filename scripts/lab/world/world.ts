import { type Estate, emptyEstate } from './estate/estate.ts';
import type {
  ApiToken,
  App,
  AppUser,
  Device,
  EventHook,
  Factor,
  Grant,
  Group,
  GroupRule,
  NearMiss,
  OAuthClient,
  RefreshToken,
  RoleAssignment,
  User,
} from './model.ts';

/** The whole state of the simulated org. Only the functions in `actions/` change it. */
export interface World {
  orgId: string;
  /** When the org was generated. What never changes is dated from here. */
  foundedAt: number;
  userTypeId: string;
  realmId: string;
  /** The super admin who owns the lab's token. Life never touches this account. */
  rootAdminId: string;
  everyoneId: string;
  users: Map<string, User>;
  logins: Map<string, string>;
  groups: Map<string, Group>;
  members: Map<string, Set<string>>;
  userGroups: Map<string, Set<string>>;
  rules: Map<string, GroupRule>;
  apps: Map<string, App>;
  appUsers: Map<string, Map<string, AppUser>>;
  userApps: Map<string, Set<string>>;
  appGroups: Map<string, Map<string, { priority: number; lastUpdated: number }>>;
  groupApps: Map<string, Set<string>>;
  userRoles: Map<string, RoleAssignment[]>;
  groupRoles: Map<string, RoleAssignment[]>;
  factors: Map<string, Factor[]>;
  tokens: Map<string, ApiToken>;
  /** Secret of an SSWS token → its id. */
  tokenSecrets: Map<string, string>;
  grants: Map<string, Grant>;
  refreshTokens: RefreshToken[];
  clients: Map<string, OAuthClient>;
  hooks: Map<string, EventHook>;
  devices: Device[];
  customRoles: { id: string; label: string; description: string; permissions: string[]; created: number }[];
  resourceSets: { id: string; label: string; description: string; created: number }[];
  nearMisses: NearMiss[];
  estate: Estate;
}

export function emptyWorld(): World {
  return {
    orgId: '',
    foundedAt: 0,
    userTypeId: '',
    realmId: '',
    rootAdminId: '',
    everyoneId: '',
    users: new Map(),
    logins: new Map(),
    groups: new Map(),
    members: new Map(),
    userGroups: new Map(),
    rules: new Map(),
    apps: new Map(),
    appUsers: new Map(),
    userApps: new Map(),
    appGroups: new Map(),
    groupApps: new Map(),
    userRoles: new Map(),
    groupRoles: new Map(),
    factors: new Map(),
    tokens: new Map(),
    tokenSecrets: new Map(),
    grants: new Map(),
    refreshTokens: [],
    clients: new Map(),
    hooks: new Map(),
    devices: [],
    customRoles: [],
    resourceSets: [],
    nearMisses: [],
    estate: emptyEstate(),
  };
}

/** Adds to a map of sets. */
export function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): boolean {
  const set = map.get(key);
  if (set === undefined) {
    map.set(key, new Set([value]));
    return true;
  }
  if (set.has(value)) return false;
  set.add(value);
  return true;
}

/** All role assignments of a user, the inherited ones marked. Inactive assignments are included. */
export function rolesOf(
  world: World,
  userId: string,
): { role: RoleAssignment; assignmentType: 'USER' | 'GROUP'; groupId: string | null }[] {
  const direct = (world.userRoles.get(userId) ?? []).map((role) => ({
    role,
    assignmentType: 'USER' as const,
    groupId: null,
  }));
  const inherited = [];
  for (const [groupId, roles] of world.groupRoles) {
    if (!world.members.get(groupId)?.has(userId)) continue;
    for (const role of roles) inherited.push({ role, assignmentType: 'GROUP' as const, groupId });
  }
  return [...direct, ...inherited];
}

/** Whether the user is an administrator now, and of which rank. */
export function tierOf(world: World, userId: string): 'global admin' | 'admin' | 'none' {
  const active = rolesOf(world, userId).filter(({ role }) => role.status === 'ACTIVE');
  if (active.some(({ role }) => role.type === 'SUPER_ADMIN')) return 'global admin';
  return active.length > 0 ? 'admin' : 'none';
}

const CAN_SIGN_IN: readonly string[] = ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY'];

export function canSignIn(user: User): boolean {
  return CAN_SIGN_IN.includes(user.status);
}

/** A factor that counts as a second factor, whatever its status. */
export function countsAsMfa(factor: Factor): boolean {
  return factor.factorType !== 'question' && factor.factorType !== 'email';
}

export function hasMfa(world: World, userId: string): boolean {
  return (world.factors.get(userId) ?? []).some((factor) => countsAsMfa(factor) && factor.status === 'ACTIVE');
}
