import { type NodeKind, nodeId } from '../graph/model.ts';
import { iso, type Millis } from '../platform/clock.ts';
import { mapApp, mapFactors, mapGroup, mapMember, mapReference, mapRole, mapUser } from '../sources/okta/mapper.ts';
import {
  type Closed,
  type Confirmed,
  closeAllGuarded,
  closeFreely,
  closeGuarded,
  edgesTo,
  idsOf,
  nodesOf,
} from './close.ts';
import { appFact, type GroupFact, groupFact, holdingFact, userFact } from './facts.ts';
import { mapPage, objectOf } from './map-page.ts';
import type { SyncSession } from './session.ts';
import { oneByOne, reasonOf, type SweepHandlers } from './sweep.ts';

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
    close: oneByOne(async ({ scope: name, seen, asOf }) => {
      const accounts = await closeNodes(session, confirmed, { name, kind: 'account', seen, asOf });
      if (accounts.held || accounts.failed) return accounts;
      const scope = nodesOf(session, 'identity');
      return {
        ...accounts,
        rows: accounts.rows + (await closeFreely(session, scope, idsOf(session, 'identity', seen), asOf)),
      };
    }),
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
    close: oneByOne(({ scope: name, seen, asOf }) =>
      closeNodes(session, confirmed, { name, kind: 'group', seen, asOf }),
    ),
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
    close: (listed) =>
      closeAllGuarded(
        session,
        confirmed,
        listed.map(({ scope: name, seen, asOf }) => ({
          name,
          scope: edgesTo(session, 'MEMBER_OF', { kind: 'group', nativeId: objectOf(name) }, 'account'),
          seen: idsOf(session, 'account', seen),
          asOf,
          suspicious: seen.length === 0 && (groups.get(objectOf(name))?.users ?? 0) > 0,
        })),
      ),
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
    close: oneByOne(({ scope: name, seen, asOf }) => closeNodes(session, confirmed, { name, kind: 'app', seen, asOf })),
  };
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
