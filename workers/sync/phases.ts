import { type EdgeKind, type GraphEdge, type NodeKind, nodeId, type Scope } from '../graph/model.ts';
import { iso, type Millis } from '../platform/clock.ts';
import type { AppTraffic } from '../sources/okta/map/app-ties.ts';
import {
  type GraphPart,
  type Mapped,
  mapApp,
  mapAppGroup,
  mapAppUser,
  mapFactors,
  mapGroup,
  mapMember,
  mapReference,
  mapRole,
  mapUser,
} from '../sources/okta/mapper.ts';
import { type Closed, type Confirmed, closeFreely, closeGuarded, edgesTo, idsOf, nodesOf } from './close.ts';
import { appFact, type GroupFact, groupFact, holdingFact, userFact } from './facts.ts';
import type { SyncSession } from './session.ts';
import type { PageResult, SweepHandlers } from './sweep.ts';
import { reasonOf } from './sweep.ts';

/** Any filter makes Okta list deprovisioned users too; this one is true of every user. */
export const USERS_PATH = `/api/v1/users?limit=200&filter=${encodeURIComponent('lastUpdated gt "1970-01-01T00:00:00.000Z"')}`;
export const GROUPS_PATH = '/api/v1/groups?limit=200&expand=stats';
export const APPS_PATH = '/api/v1/apps?limit=200';
/** What changed after a time. Unlike `search`, `filter` answers from what is stored and not from an index behind it. */
export const changedUsersPath = (since: Millis) =>
  `/api/v1/users?limit=200&filter=${encodeURIComponent(`lastUpdated gt "${iso(since)}"`)}`;
export const changedGroupsPath = (since: Millis) =>
  `${GROUPS_PATH}&filter=${encodeURIComponent(`lastUpdated gt "${iso(since)}" or lastMembershipUpdated gt "${iso(since)}"`)}`;
/** One group with its counts, which `/groups/{id}` does not give. */
export const groupPath = (id: string) => `${GROUPS_PATH}&filter=${encodeURIComponent(`id eq "${id}"`)}`;
export const ADMINS_PATH = '/api/v1/iam/assignees/users?limit=100';

export const membersPath = (id: string) => `/api/v1/groups/${encodeURIComponent(id)}/users?limit=1000`;
export const appUsersPath = (id: string) => `/api/v1/apps/${encodeURIComponent(id)}/users?limit=500`;
export const appGroupsPath = (id: string) => `/api/v1/apps/${encodeURIComponent(id)}/groups?limit=200`;
export const userRolesPath = (id: string) => `/api/v1/users/${encodeURIComponent(id)}/roles`;
export const groupRolesPath = (id: string) => `/api/v1/groups/${encodeURIComponent(id)}/roles`;
export const factorsPath = (id: string) => `/api/v1/users/${encodeURIComponent(id)}/factors`;

/** The native id in the scope of one object, `members:00g…`. */
function objectOf(scope: string): string {
  return scope.slice(scope.indexOf(':') + 1);
}

/** Maps the objects of a page. An object that cannot be used but names itself stays in the graph as it is. */
function mapPage<T extends GraphPart>(
  items: unknown[],
  map: (raw: unknown) => Mapped<T>,
  read: (ok: T) => { seen: string | null; fact?: string | null },
): PageResult {
  const result: PageResult = {
    part: { nodes: [], edges: [], owns: [] },
    seen: [],
    facts: [],
    bad: [],
    incomplete: false,
  };
  for (const raw of items) {
    const mapped = map(raw);
    if ('bad' in mapped) {
      result.bad.push(`${mapped.bad.id ?? 'an object without id'}: ${mapped.bad.reason}`);
      if (mapped.bad.id === null) result.incomplete = true;
      else result.seen.push(mapped.bad.id);
      continue;
    }
    result.part.nodes.push(...mapped.ok.nodes);
    result.part.edges.push(...mapped.ok.edges);
    if (mapped.ok.owns) result.part.owns?.push(...mapped.ok.owns);
    const { seen, fact } = read(mapped.ok);
    if (seen !== null) result.seen.push(seen);
    if (fact) result.facts.push(fact);
  }
  return result;
}

/** An org has at least one user, Everyone, and Okta's own apps: an empty list means that the credential sees nothing. */
async function closeNodes(
  session: SyncSession,
  confirmed: Confirmed,
  closing: { name: string; kind: NodeKind; seen: string[]; asOf: Millis },
): Promise<Closed & { failed?: string }> {
  const empty = closing.seen.length === 0;
  const closed = await closeGuarded(session, confirmed, {
    name: closing.name,
    scope: nodesOf(session, closing.kind),
    seen: idsOf(session, closing.kind, closing.seen),
    asOf: closing.asOf,
    suspicious: empty,
  });
  if (!empty || closed.held || confirmed.has(closing.name)) return closed;
  return { ...closed, failed: `Okta listed no ${closing.name}: the credential may lack an admin role.` };
}

export function usersPhase(session: SyncSession, confirmed: Confirmed, since: Millis | null = null): SweepHandlers {
  return {
    page: (_, items) =>
      mapPage(
        items,
        (raw) => mapUser(session.source.id, raw),
        (user) => ({ seen: user.id, fact: userFact(user, since) }),
      ),
    async close(name, seen, asOf) {
      const accounts = await closeNodes(session, confirmed, { name, kind: 'account', seen, asOf });
      if (accounts.held || accounts.failed) return accounts;
      const scope = nodesOf(session, 'identity');
      return {
        ...accounts,
        rows: accounts.rows + (await closeFreely(session, scope, idsOf(session, 'identity', seen), asOf)),
      };
    },
  };
}

export function groupsPhase(session: SyncSession, confirmed: Confirmed): SweepHandlers {
  return {
    page: (_, items) =>
      mapPage(
        items,
        (raw) => mapGroup(session.source.id, raw),
        (group) => ({ seen: group.id, fact: groupFact(group) }),
      ),
    close: (name, seen, asOf) => closeNodes(session, confirmed, { name, kind: 'group', seen, asOf }),
  };
}

export function membersPhase(
  session: SyncSession,
  confirmed: Confirmed,
  groups: ReadonlyMap<string, GroupFact>,
): SweepHandlers {
  return {
    page: (scope, items) =>
      mapPage(
        items,
        (raw) => mapMember(session.source.id, objectOf(scope), raw),
        (member) => ({ seen: member.id }),
      ),
    close: (name, seen, asOf) =>
      closeGuarded(session, confirmed, {
        name,
        scope: edgesTo(session, 'MEMBER_OF', { kind: 'group', nativeId: objectOf(name) }, 'account'),
        seen: idsOf(session, 'account', seen),
        asOf,
        suspicious: seen.length === 0 && (groups.get(objectOf(name))?.users ?? 0) > 0,
      }),
  };
}

export function appsPhase(session: SyncSession, confirmed: Confirmed, since: Millis | null = null): SweepHandlers {
  return {
    page: (_, items) =>
      mapPage(
        items,
        (raw) => mapApp(session.source.id, raw),
        (app) => ({ seen: app.id, fact: appFact(app, since) }),
      ),
    close: (name, seen, asOf) => closeNodes(session, confirmed, { name, kind: 'app', seen, asOf }),
  };
}

/** `traffic`: how apps deal with their users; without it, only who is assigned is told. */
export function appUsersPhase(
  session: SyncSession,
  confirmed: Confirmed,
  traffic: ReadonlyMap<string, AppTraffic> = new Map(),
): SweepHandlers {
  return {
    page: (scope, items) => {
      const appId = objectOf(scope);
      return mapPage(
        items,
        (raw) => mapAppUser(session.source.id, appId, raw, traffic.get(appId) ?? null),
        ({ userId, edges }) => ({ seen: userId && withTraffic(userId, edges) }),
      );
    },
    async close(name, seen, asOf) {
      const known = traffic.get(objectOf(name));
      const users = seen.map((entry) => entry.split(' ')[0] ?? '');
      const closed = await closeAssignments(session, confirmed, { name, from: 'account', seen: users, asOf });
      if (!known || closed.held) return closed;
      return { ...closed, rows: closed.rows + (await closeTraffic(session, objectOf(name), seen, asOf)) };
    },
  };
}

const TRAFFIC_KINDS: ReadonlySet<EdgeKind> = new Set(['USER_PUSH', 'USER_PULL', 'READ_PASSWORD_UPDATES']);

/** `00u… USER_PUSH …`: a user with the edges that it has to the app besides the assignment. */
function withTraffic(userId: string, edges: GraphEdge[]): string {
  return [userId, ...edges.flatMap(({ kind }) => (TRAFFIC_KINDS.has(kind) ? [kind] : []))].join(' ');
}

async function closeTraffic(session: SyncSession, appId: string, seen: string[], asOf: Millis): Promise<number> {
  const app = nodeId('app', session.source.id, appId);
  let rows = 0;
  for (const kind of TRAFFIC_KINDS) {
    const users = seen.filter((entry) => entry.includes(` ${kind}`)).map((entry) => entry.split(' ')[0] ?? '');
    const scope: Scope =
      kind === 'USER_PUSH'
        ? { of: 'edgesTo', kind, to: app, fromKind: 'account' }
        : { of: 'edgesFrom', kind, from: app, toKind: 'account' };
    rows += await closeFreely(session, scope, idsOf(session, 'account', users), asOf);
  }
  return rows;
}

export function appGroupsPhase(session: SyncSession, confirmed: Confirmed): SweepHandlers {
  return {
    page: (scope, items) =>
      mapPage(
        items,
        (raw) => mapAppGroup(session.source.id, objectOf(scope), raw),
        (group) => ({ seen: group.id }),
      ),
    close: (name, seen, asOf) => closeAssignments(session, confirmed, { name, from: 'group', seen, asOf }),
  };
}

function closeAssignments(
  session: SyncSession,
  confirmed: Confirmed,
  closing: { name: string; from: 'account' | 'group'; seen: string[]; asOf: Millis },
): Promise<Closed> {
  return closeGuarded(session, confirmed, {
    name: closing.name,
    scope: edgesTo(session, 'ASSIGNED_TO', { kind: 'app', nativeId: objectOf(closing.name) }, closing.from),
    seen: idsOf(session, closing.from, closing.seen),
    asOf: closing.asOf,
    suspicious: false,
  });
}

/** Only names who holds roles; nothing ends by it. */
export function adminsPhase(): SweepHandlers {
  return {
    page: (_, items) => mapPage(items, mapReference, (admin) => ({ seen: null, fact: admin.id })),
  };
}

/** The roles of accounts (`userRoles:…`) or groups (`groupRoles:…`). They are closed role by role, in `roles.ts`. */
export function rolesPhase(session: SyncSession, holder: 'account' | 'group'): SweepHandlers {
  return {
    page: (scope, items) => {
      const nativeId = objectOf(scope);
      return mapPage(
        items,
        (raw) => mapRole(session.source, { kind: holder, nativeId }, raw),
        ({ id, held, assignment }) => {
          const holding = { role: id, holder: nativeId, assignment: assignment?.id };
          return { seen: null, fact: held ? holdingFact(holding) : null };
        },
      );
    },
  };
}

export function factorsPhase(session: SyncSession): SweepHandlers {
  const stateOf = (scope: string) => nodeId('account', session.source.id, objectOf(scope));
  return {
    page: (scope, items) => ({
      part: { nodes: [], edges: [], factors: [{ accountId: stateOf(scope), state: mapFactors(items) }] },
      seen: [],
      facts: [],
      bad: [],
      incomplete: false,
    }),
    refused: (scope, error) => ({
      nodes: [],
      edges: [],
      factors: [{ accountId: stateOf(scope), state: { known: false, reason: reasonOf(error) } }],
    }),
  };
}
