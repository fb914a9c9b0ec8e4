import {
  type AccountAttributes,
  type AssignmentAttributes,
  type Factor,
  type FactorState,
  type GraphEdge,
  type GraphNode,
  nodeId,
  orgNode,
} from '../../graph/model.ts';
import { parseTime } from '../../platform/clock.ts';
import { type Mapped, read } from './read-object.ts';
import {
  appSchema,
  appUserSchema,
  factorSchema,
  groupSchema,
  referenceSchema,
  roleSchema,
  userSchema,
} from './schemas.ts';

export type { BadObject, Mapped } from './read-object.ts';

/** What an object brings to the graph. */
export interface GraphPart {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** Statuses in which a person can get a session, if need be after an unlock or a password change. */
const SIGN_IN_STATUSES: ReadonlySet<string> = new Set(['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY']);

/** Roles that give the whole org: they grant its tier-zero resource. */
const ORG_WIDE_ROLES: ReadonlySet<string> = new Set(['SUPER_ADMIN', 'ORG_ADMIN']);

export interface MappedUser extends GraphPart {
  id: string;
  accountId: string;
  status: string;
  canSignIn: boolean;
}

/** A user becomes an identity, its account in Okta, and the edge between them. */
export function mapUser(sourceId: string, raw: unknown): Mapped<MappedUser> {
  return read(userSchema, raw, (user) => {
    const { profile } = user;
    const fullName = [profile.firstName, profile.lastName].filter(Boolean).join(' ');
    const name = profile.displayName ?? (fullName || profile.login || user.id);
    const attributes: AccountAttributes = {
      status: user.status,
      login: profile.login,
      email: profile.email,
      created: parseTime(user.created),
      activated: parseTime(user.activated),
      statusChanged: parseTime(user.statusChanged),
      lastLogin: parseTime(user.lastLogin),
      passwordChanged: parseTime(user.passwordChanged),
      hasPassword: Boolean(user.credentials?.password),
      provider: user.credentials?.provider?.type ?? null,
      department: profile.department,
      title: profile.title,
      managerId: profile.managerId,
      userType: profile.userType,
      employeeNumber: profile.employeeNumber,
    };
    const account: GraphNode = {
      id: nodeId('account', sourceId, user.id),
      kind: 'account',
      sourceId,
      nativeId: user.id,
      name,
      attributes: { ...attributes },
    };
    const identity: GraphNode = {
      id: nodeId('identity', sourceId, user.id),
      kind: 'identity',
      sourceId,
      nativeId: user.id,
      name,
      attributes: { accountId: account.id, login: profile.login, email: profile.email },
    };
    return {
      id: user.id,
      accountId: account.id,
      status: user.status,
      canSignIn: SIGN_IN_STATUSES.has(user.status),
      nodes: [identity, account],
      edges: [{ from: identity.id, to: account.id, kind: 'HAS_ACCOUNT', attributes: {} }],
    };
  });
}

export interface MappedGroup extends GraphPart {
  id: string;
  /** The group that Okta keeps every user in. */
  isEveryone: boolean;
  /** From `expand=stats`; null where Okta did not say. */
  users: number | null;
  apps: number | null;
  admin: boolean | null;
}

export function mapGroup(sourceId: string, raw: unknown): Mapped<MappedGroup> {
  return read(groupSchema, raw, (group) => {
    const stats = group._embedded?.stats;
    const name = group.profile?.name ?? group.id;
    const node: GraphNode = {
      id: nodeId('group', sourceId, group.id),
      kind: 'group',
      sourceId,
      nativeId: group.id,
      name,
      attributes: { type: group.type, description: group.profile?.description ?? null },
    };
    return {
      id: group.id,
      isEveryone: group.type === 'BUILT_IN' && name === 'Everyone',
      users: stats?.usersCount ?? null,
      apps: stats?.appsCount ?? null,
      admin: stats?.hasAdminPrivlege ?? stats?.hasAdminPrivilege ?? null,
      nodes: [node],
      edges: [],
    };
  });
}

export interface MappedReference extends GraphPart {
  /** Native id of the object at the other end. */
  id: string;
}

/** A row of a group's members. */
export function mapMember(sourceId: string, groupId: string, raw: unknown): Mapped<MappedReference> {
  return read(referenceSchema, raw, ({ id }) => ({ id, nodes: [], edges: [memberOf(sourceId, id, groupId)] }));
}

export function memberOf(sourceId: string, userId: string, groupId: string): GraphEdge {
  return {
    from: nodeId('account', sourceId, userId),
    to: nodeId('group', sourceId, groupId),
    kind: 'MEMBER_OF',
    attributes: {},
  };
}

export interface MappedApp extends GraphPart {
  id: string;
  /** The app user that `expand=user/{id}` embeds, as received. */
  user: unknown;
}

export function mapApp(sourceId: string, raw: unknown): Mapped<MappedApp> {
  return read(appSchema, raw, (app) => ({
    id: app.id,
    user: app._embedded?.user ?? null,
    nodes: [
      {
        id: nodeId('app', sourceId, app.id),
        kind: 'app',
        sourceId,
        nativeId: app.id,
        name: app.label ?? app.name ?? app.id,
        attributes: {
          status: app.status,
          signOnMode: app.signOnMode,
          catalogName: app.name,
          features: [...(app.features ?? [])].sort(),
        },
      },
    ],
    edges: [],
  }));
}

/**
 * A row of an app's users. Its id is the Okta user's; accounts that were imported and not yet matched to a user have an
 * id of their own and no link to a user, and belong to nobody: `id` is then null.
 */
export function mapAppUser(
  sourceId: string,
  appId: string,
  raw: unknown,
): Mapped<GraphPart & { id: string; userId: string | null }> {
  return read(appUserSchema, raw, (appUser) => {
    const userId = appUser._links?.user?.href.split('/').pop() || (appUser.id.startsWith('0ua') ? null : appUser.id);
    if (userId === null) return { id: appUser.id, userId, nodes: [], edges: [] };
    const attributes: AssignmentAttributes = {
      status: appUser.status,
      scope: appUser.scope === 'GROUP' ? 'GROUP' : 'USER',
      externalId: appUser.externalId,
      userName: appUser.credentials?.userName ?? null,
    };
    const edge: GraphEdge = {
      from: nodeId('account', sourceId, userId),
      to: nodeId('app', sourceId, appId),
      kind: 'ASSIGNED_TO',
      attributes: { ...attributes },
    };
    return { id: appUser.id, userId, nodes: [], edges: [edge] };
  });
}

/** A row of an app's groups. */
export function mapAppGroup(sourceId: string, appId: string, raw: unknown): Mapped<MappedReference> {
  return read(referenceSchema, raw, ({ id }) => ({
    id,
    nodes: [],
    edges: [
      {
        from: nodeId('group', sourceId, id),
        to: nodeId('app', sourceId, appId),
        kind: 'ASSIGNED_TO',
        attributes: {},
      },
    ],
  }));
}

export interface MappedRole extends GraphPart {
  /** Role type, or the id of a custom role. */
  id: string;
  /** False for a row that brings nothing: an inactive one, or a user's that only repeats what one of its groups holds. */
  held: boolean;
}

/** A role assignment of a user or group becomes the role and the edge to it; org-wide roles grant the org. */
export function mapRole(
  source: { id: string; name: string },
  holder: { kind: 'account' | 'group'; nativeId: string },
  raw: unknown,
): Mapped<MappedRole> {
  return read(roleSchema, raw, (role) => {
    const custom = role.type === 'CUSTOM';
    const id = custom ? (role.role ?? role.id ?? role.type) : role.type;
    const inherited = holder.kind === 'account' && role.assignmentType === 'GROUP';
    if (inherited || role.status === 'INACTIVE') return { id, held: false, nodes: [], edges: [] };
    const label = role.label ?? role.type;
    const node: GraphNode = {
      id: nodeId('role', source.id, id),
      kind: 'role',
      sourceId: source.id,
      nativeId: id,
      name: label,
      attributes: { type: role.type, custom, label },
    };
    const nodes = [node];
    const edges: GraphEdge[] = [
      { from: nodeId(holder.kind, source.id, holder.nativeId), to: node.id, kind: 'HOLDS_ROLE', attributes: {} },
    ];
    if (ORG_WIDE_ROLES.has(role.type)) {
      const org = orgNode(source.id, source.name);
      nodes.push(org);
      edges.push({ from: node.id, to: org.id, kind: 'GRANTS', attributes: {} });
    }
    return { id, held: true, nodes, edges };
  });
}

/** The factors of one user, in a stable order. A factor that cannot be read makes the state unknown: it could be the one. */
export function mapFactors(raw: unknown[]): FactorState {
  const factors: Factor[] = [];
  for (const item of raw) {
    const mapped = read(factorSchema, item, (factor) => ({
      id: factor.id,
      type: factor.factorType,
      provider: factor.provider ?? factor.vendorName ?? 'UNKNOWN',
      status: factor.status ?? 'UNKNOWN',
    }));
    if ('bad' in mapped) return { known: false, reason: `A factor could not be read: ${mapped.bad.reason}` };
    factors.push(mapped.ok);
  }
  return { known: true, factors: factors.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** Native id of a row that only names an object (admins). */
export function mapReference(raw: unknown): Mapped<MappedReference> {
  return read(referenceSchema, raw, ({ id }) => ({ id, nodes: [], edges: [] }));
}
