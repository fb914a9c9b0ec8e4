import { type EdgeKind, type GraphEdge, type GraphNode, nodeId } from '../graph/model.ts';
import type { Scope } from '../graph/writes.ts';
import type { AppTraffic } from '../sources/okta/map/app-ties.ts';
import type { PeopleBeyond } from '../sources/okta/map/people-beyond.ts';
import { mapAppGroup, mapAppUser } from '../sources/okta/mapper.ts';
import {
  type Closed,
  type Confirmed,
  closeAllFreely,
  closeAllGuarded,
  edgesTo,
  type FreeClosing,
  idsOf,
} from './close.ts';
import { mapPage, objectOf } from './map-page.ts';
import { closePeople, type PersonSeen, peopleScope } from './people.ts';
import type { SyncSession } from './session.ts';
import type { Listed } from './sink.ts';
import type { SweepHandlers } from './sweep.ts';

/** `traffic`: how apps deal with their users; without it, only who is assigned is told. */
export function appUsersPhase(
  session: SyncSession,
  confirmed: Confirmed,
  traffic: ReadonlyMap<string, AppTraffic> = new Map(),
): SweepHandlers {
  const peopleOfListing = (one: Listed): FreeClosing[] => {
    const people = traffic.get(objectOf(one.scope))?.people;
    return people === undefined ? [] : peopleSeen(session, one, people);
  };
  return {
    page: (scope, items) => {
      const appId = objectOf(scope);
      return mapPage(
        items,
        (raw) => mapAppUser(session.source.id, appId, raw, traffic.get(appId) ?? null),
        ({ userId, edges, nodes }) => ({ seen: userId && withTraffic(userId, edges, nodes) }),
      );
    },
    async close(listed) {
      const closed = await closeAssignments(
        session,
        confirmed,
        'account',
        listed.map((one) => ({ ...one, seen: one.seen.map((entry) => entry.split(' ')[0] ?? '') })),
      );
      const free = listed.filter((one, place) => traffic.has(objectOf(one.scope)) && !closed[place]?.held);
      const rows = await closeAllFreely(
        session,
        free.flatMap((one) => [...trafficOf(session, one), ...peopleOfListing(one)]),
      );
      const [first, ...others] = closed;
      return first ? [{ ...first, rows: rows.reduce((sum, more) => sum + more, first.rows) }, ...others] : [];
    },
  };
}

const TRAFFIC_KINDS: ReadonlySet<EdgeKind> = new Set(['USER_PUSH', 'USER_PULL', 'READ_PASSWORD_UPDATES']);

/**
 * `00u… USER_PUSH … PASSWORD_SYNC ext_…`: a user with its edges to the app besides the assignment, and whom it stands
 * for there.
 */
function withTraffic(userId: string, edges: GraphEdge[], people: GraphNode[]): string {
  const kinds = edges.flatMap(({ kind }) => (TRAFFIC_KINDS.has(kind) || kind === 'PASSWORD_SYNC' ? [kind] : []));
  return [userId, ...kinds, ...people.map(({ id }) => id)].join(' ');
}

/** What an app's users were seen to have to it besides their assignment. */
function trafficOf(session: SyncSession, { scope: name, seen, asOf }: Listed): FreeClosing[] {
  const app = nodeId('app', session.source.id, objectOf(name));
  return [...TRAFFIC_KINDS].map((kind): FreeClosing => {
    const users = seen.filter((entry) => entry.includes(` ${kind}`)).map((entry) => entry.split(' ')[0] ?? '');
    const scope: Scope =
      kind === 'USER_PUSH'
        ? { of: 'edgesTo', kind, to: app, fromKind: 'account' }
        : { of: 'edgesFrom', kind, from: app, toKind: 'account' };
    return { scope, seen: idsOf(session, 'account', users), asOf };
  });
}

/** Whom an app's users were seen to stand for in its system, and by which of them. */
function peopleSeen(session: SyncSession, { scope: name, seen, asOf }: Listed, people: PeopleBeyond | null) {
  const pairs = seen.flatMap((entry): PersonSeen[] => {
    const [user = '', ...others] = entry.split(' ');
    const account = nodeId('account', session.source.id, user);
    const passwords = others.includes('PASSWORD_SYNC');
    return others.flatMap((person) => (person.startsWith('ext_') ? [{ account, person, passwords }] : []));
  });
  const system = people?.system ?? null;
  const ties = people && { tie: people.tie, system: system && nodeId('external', session.source.id, system) };
  return closePeople(peopleScope(session, 'appId', objectOf(name)), ties, pairs, asOf);
}

export function appGroupsPhase(session: SyncSession, confirmed: Confirmed): SweepHandlers {
  return {
    page: (scope, items) =>
      mapPage(
        items,
        (raw) => mapAppGroup(session.source.id, objectOf(scope), raw),
        (group) => ({ seen: group.id }),
      ),
    close: (listed) => closeAssignments(session, confirmed, 'group', listed),
  };
}

function closeAssignments(
  session: SyncSession,
  confirmed: Confirmed,
  from: 'account' | 'group',
  listed: readonly Listed[],
): Promise<Closed[]> {
  return closeAllGuarded(
    session,
    confirmed,
    listed.map(({ scope: name, seen, asOf }) => ({
      name,
      scope: edgesTo(session, 'ASSIGNED_TO', { kind: 'app', nativeId: objectOf(name) }, from),
      seen: idsOf(session, from, seen),
      asOf,
      suspicious: false,
    })),
  );
}
