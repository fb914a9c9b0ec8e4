import {
  type AccountAttributes,
  type Factor,
  type FactorState,
  type GraphEdge,
  type GraphNode,
  nodeId,
} from '../../graph/model.ts';
import { type Millis, parseTime } from '../../platform/clock.ts';
import { NAMES_BEYOND } from './map/groups-beyond.ts';
import { edgeOf, idOfHref, type Owned, toHour } from './map/thing.ts';
import { directoryNameOf, userTies } from './map/users-and-types.ts';
import { type Mapped, read } from './read-object.ts';
import { factorSchema, groupSchema, referenceSchema, userSchema } from './schemas.ts';

export { type MappedApp, mapApp, mapAppGroup, mapAppUser } from './map/apps.ts';
export { type MappedRole, mapRole } from './map/role-rows.ts';
export type { BadObject, Mapped } from './read-object.ts';

/** What an object brings to the graph. `owns`: edges at a node that are all told with it. */
export interface GraphPart {
  nodes: GraphNode[];
  edges: GraphEdge[];
  owns?: Owned[];
}

/** Statuses in which a person can get a session, if need be after an unlock or a password change. */
const SIGN_IN_STATUSES: ReadonlySet<string> = new Set(['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY']);

export function canSignIn(status: unknown): boolean {
  return typeof status === 'string' && SIGN_IN_STATUSES.has(status);
}

export interface MappedUser extends GraphPart {
  id: string;
  accountId: string;
  status: string;
  canSignIn: boolean;
  /** When the source says that it last changed. */
  lastUpdated: Millis | null;
}

/** Whether the primary mail is verified, where Okta says. */
function verifiedMail(
  mail: string | null,
  emails: readonly { value: string | null; status: string | null }[],
): Pick<AccountAttributes, 'emailVerified'> {
  const told = emails.find(({ value }) => value !== null && value.toLowerCase() === mail?.toLowerCase());
  return told ? { emailVerified: told.status === 'VERIFIED' } : {};
}

/** A user becomes an identity, its account in Okta, and the edge between them. */
export function mapUser(sourceId: string, raw: unknown): Mapped<MappedUser> {
  return read(userSchema, raw, (user) => {
    const { profile } = user;
    const provider = user.credentials?.provider ?? null;
    const domainName = directoryNameOf(provider);
    const fullName = [profile.firstName, profile.lastName].filter(Boolean).join(' ');
    const name = profile.displayName ?? (fullName || profile.login || user.id);
    const attributes: AccountAttributes = {
      status: user.status,
      login: profile.login,
      email: profile.email,
      created: parseTime(user.created),
      activated: parseTime(user.activated),
      statusChanged: parseTime(user.statusChanged),
      // as an event of a sign-in tells it: what one wrote, the other finds as it is
      lastLogin: toHour(parseTime(user.lastLogin)),
      passwordChanged: parseTime(user.passwordChanged),
      hasPassword: Boolean(user.credentials?.password),
      provider: provider?.type ?? null,
      ...(domainName === null ? {} : { providerName: domainName }),
      department: profile.department,
      title: profile.title,
      managerId: profile.managerId,
      userType: profile.userType,
      employeeNumber: profile.employeeNumber,
      ...verifiedMail(profile.email, user.credentials?.emails ?? []),
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
    const { managerId } = profile;
    const ties = userTies(sourceId, { id: user.id, managerId, realmId: user.realmId, domainName });
    return {
      id: user.id,
      accountId: account.id,
      status: user.status,
      canSignIn: canSignIn(user.status),
      lastUpdated: parseTime(user.lastUpdated),
      nodes: [identity, account],
      edges: [{ from: identity.id, to: account.id, kind: 'HAS_ACCOUNT', attributes: {} }, ...ties.edges],
      owns: ties.owns,
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
  /** When the source says that its members last changed. */
  membersChanged: Millis | null;
  /** The same of the group itself. */
  updated: Millis | null;
}

export function mapGroup(sourceId: string, raw: unknown): Mapped<MappedGroup> {
  return read(groupSchema, raw, (group) => {
    const stats = group._embedded?.stats;
    const name = group.profile?.name ?? group.id;
    const admin = stats?.hasAdminPrivlege ?? stats?.hasAdminPrivilege ?? null;
    const appGroup = group.type === 'APP_GROUP';
    const sourceAppId = appGroup ? (group.source?.id ?? idOfHref(group._links?.source)) : null;
    const node: GraphNode = {
      id: nodeId('group', sourceId, group.id),
      kind: 'group',
      sourceId,
      nativeId: group.id,
      name,
      attributes: {
        type: group.type,
        description: group.profile?.description ?? null,
        sourceAppId,
        ...(appGroup ? namesBeyond(group.profile) : {}),
        lastUpdated: parseTime(group.lastUpdated),
        lastMembershipUpdated: parseTime(group.lastMembershipUpdated),
        ...(admin === null ? {} : { hasAdminPrivilege: admin }),
        ...(typeof stats?.usersCount === 'number' ? { usersCount: stats.usersCount } : {}),
        ...(typeof stats?.appsCount === 'number' ? { appsCount: stats.appsCount } : {}),
      },
      // counts come with one of Okta's listings of groups only
      partial: 'make',
    };
    const pulled = sourceAppId === null ? [] : [edgeOf(nodeId('app', sourceId, sourceAppId), 'GROUP_PULL', node.id)];
    return {
      id: group.id,
      isEveryone: group.type === 'BUILT_IN' && name === 'Everyone',
      users: stats?.usersCount ?? null,
      apps: stats?.appsCount ?? null,
      admin,
      membersChanged: parseTime(group.lastMembershipUpdated),
      updated: parseTime(group.lastUpdated),
      nodes: [node],
      edges: pulled,
    };
  });
}

/** What an imported group is called where it comes from, as far as Okta says. */
function namesBeyond(profile: Record<(typeof NAMES_BEYOND)[number], string | null> | null | undefined) {
  return Object.fromEntries(NAMES_BEYOND.flatMap((name) => (profile?.[name] ? [[name, profile[name]]] : [])));
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
