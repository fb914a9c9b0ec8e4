import { type EdgeKind, type FactorState, type NodeKind, nodeId } from '../graph/model.ts';
import type { Scope } from '../graph/writes.ts';
import type { Millis } from '../platform/clock.ts';
import { listIn, type OktaAnswer } from '../sources/okta/client.ts';
import { hasCode, oktaBadAnswer } from '../sources/okta/errors.ts';
import {
  type GraphPart,
  type Mapped,
  type MappedApp,
  mapApp,
  mapAppUser,
  mapFactors,
  mapGroup,
  mapRole,
  mapUser,
  memberOf,
} from '../sources/okta/mapper.ts';
import { idsOf } from './close.ts';
import { factorsPath, groupRolesPath, userRolesPath } from './phases.ts';
import { assignmentsOf } from './read-assignments.ts';
import type { SyncSession } from './session.ts';
import type { SinkPart } from './sink.ts';
import { reasonOf } from './sweep.ts';
import { trafficOfApp } from './traffic.ts';

/** Pages of one list that belongs to one object: a user in 20,000 groups. */
export const MAX_PAGES = 100;

/** What reading one object says: what it brings, and what ends with it. */
export interface Found {
  part: SinkPart;
  asOf: Millis;
  /** Edge scopes that were read completely; `before` ones are closed before the part is applied. */
  closings: { before: boolean; scope: Scope; seen: string[] }[];
  /** Graph ids of what the source has no more. */
  gone: string[];
}

export async function readUser(session: SyncSession, id: string): Promise<Found> {
  const source = session.source.id;
  const path = `/api/v1/users/${encodeURIComponent(id)}`;
  const answer = await orGone(session, path);
  if (!answer) return gone(session, [nodeId('account', source, id), nodeId('identity', source, id)]);
  const user = must(mapUser(source, answer.body));
  const assigned = `/api/v1/apps?limit=200&filter=${encodeURIComponent(`user.id eq "${user.id}"`)}&expand=user/${encodeURIComponent(user.id)}`;
  const [groups, roles, apps, factors] = await Promise.all([
    readAll(session, `${path}/groups?limit=200`),
    readAll(session, userRolesPath(user.id)),
    readAll(session, assigned),
    user.canSignIn ? readFactors(session, user.id) : null,
  ]);
  const part: SinkPart = {
    nodes: [...user.nodes],
    edges: [...user.edges],
    owns: [...(user.owns ?? [])],
    factors: [],
  };
  if (factors) part.factors?.push({ accountId: user.accountId, state: factors });
  const memberships = groups.map((raw) => must(mapGroup(source, raw)));
  for (const group of memberships) {
    part.nodes.push(...group.nodes);
    part.edges.push(memberOf(source, user.id, group.id));
  }
  const held = roles
    .map((raw) => must(mapRole(session.source, { kind: 'account', nativeId: user.id }, raw)))
    .filter((role) => role.held);
  for (const role of held) addPart(part, role);
  const administers = await assignmentsOf(session, { kind: 'account', nativeId: user.id }, held, (list) =>
    readAll(session, list),
  );
  addPart(part, administers.part);
  const assignments = apps.map((raw) => must(mapApp(source, raw)));
  for (const app of assignments) {
    addPart(part, app);
    if (app.user !== null) addPart(part, must(mapAppUser(source, app.id, app.user)));
  }
  const from = user.accountId;
  const beyond = peopleIn(source, assignments);
  const ids = (kind: NodeKind, list: { id: string }[]) =>
    idsOf(
      session,
      kind,
      list.map((item) => item.id),
    );
  // an assignment without its app user is there, but cannot be told from here: it neither begins nor ends
  return {
    part,
    asOf: answer.date ?? session.clock.now(),
    gone: administers.gone,
    closings: [
      {
        before: true,
        scope: { of: 'edgesFrom', kind: 'ASSIGNED_TO', from, toKind: 'app' },
        seen: ids('app', assignments),
      },
      ...(beyond === null ? [] : tiesBeyond(from, beyond)),
      {
        before: false,
        scope: { of: 'edgesFrom', kind: 'MEMBER_OF', from, toKind: 'group' },
        seen: ids('group', memberships),
      },
      { before: false, scope: { of: 'edgesFrom', kind: 'HOLDS_ROLE', from, toKind: 'role' }, seen: ids('role', held) },
    ],
  };
}

/** Ties of an account to people beyond Okta, which end with its assignments. `seen`: ids of those whom it still is. */
function tiesBeyond(account: string, seen: string[]): Found['closings'] {
  const out = (kind: EdgeKind): Found['closings'][number] => {
    return { before: true, scope: { of: 'edgesFrom', kind, from: account, toKind: 'external' }, seen };
  };
  const scope: Scope = { of: 'edgesTo', kind: 'USER_SYNC', to: account, fromKind: 'external' };
  return [out('OUTBOUND_SSO'), out('SWA'), out('PASSWORD_SYNC'), { before: true, scope, seen }];
}

/** Whom the assigned apps may know the user as. Null where one of them does not tell. */
function peopleIn(source: string, apps: MappedApp[]): string[] | null {
  const seen: string[] = [];
  for (const { id, user, nodes } of apps) {
    if (user === null) return null;
    const app = nodes.find((node) => node.kind === 'app');
    const people = must(mapAppUser(source, id, user, app ? trafficOfApp(app.attributes) : null)).nodes;
    seen.push(...people.map((person) => person.id));
  }
  return seen;
}

async function readFactors(session: SyncSession, userId: string): Promise<FactorState> {
  try {
    return mapFactors(await readAll(session, factorsPath(userId)));
  } catch (error) {
    if (hasCode(error, 'okta.forbidden')) return { known: false, reason: reasonOf(error) };
    throw error;
  }
}

export async function readGroup(session: SyncSession, id: string): Promise<Found> {
  const groupId = nodeId('group', session.source.id, id);
  const answer = await orGone(session, `/api/v1/groups/${encodeURIComponent(id)}`);
  if (!answer) return gone(session, [groupId]);
  const group = must(mapGroup(session.source.id, answer.body));
  const rows = await readAll(session, groupRolesPath(id));
  const roles = rows
    .map((raw) => must(mapRole(session.source, { kind: 'group', nativeId: group.id }, raw)))
    .filter((role) => role.held);
  const part: SinkPart = { nodes: [...group.nodes], edges: [...group.edges], owns: [] };
  for (const role of roles) addPart(part, role);
  const assigned = await assignmentsOf(session, { kind: 'group', nativeId: group.id }, roles, (list) =>
    readAll(session, list),
  );
  addPart(part, assigned.part);
  const seen = idsOf(
    session,
    'role',
    roles.map((role) => role.id),
  );
  return {
    part,
    asOf: answer.date ?? session.clock.now(),
    gone: assigned.gone,
    closings: [{ before: false, scope: { of: 'edgesFrom', kind: 'HOLDS_ROLE', from: groupId, toKind: 'role' }, seen }],
  };
}

export async function readApp(session: SyncSession, id: string): Promise<Found> {
  const answer = await orGone(session, `/api/v1/apps/${encodeURIComponent(id)}`);
  if (!answer) return gone(session, [nodeId('app', session.source.id, id)]);
  const { nodes, edges, owns = [] } = must(mapApp(session.source.id, answer.body));
  return { part: { nodes, edges, owns }, asOf: answer.date ?? session.clock.now(), gone: [], closings: [] };
}

function gone(session: SyncSession, ids: string[]): Found {
  return { part: { nodes: [], edges: [] }, asOf: session.clock.now(), closings: [], gone: ids };
}

/** Null when the source has no such object (any more). */
async function orGone(session: SyncSession, path: string): Promise<OktaAnswer | null> {
  try {
    return await session.okta.get(path);
  } catch (error) {
    if (hasCode(error, 'okta.not_found')) return null;
    throw error;
  }
}

/** Every row of a list. Throws `okta.bad_answer` when its paging leads round, or it is too long for a refresh. */
async function readAll(session: SyncSession, path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  const visited = new Set<string>();
  let next: string | null = path;
  while (next !== null) {
    if (visited.has(next))
      throw oktaBadAnswer({ detail: 'Okta gave the same next page twice: the list does not end.' });
    if (visited.size >= MAX_PAGES) {
      throw oktaBadAnswer({ detail: `The list has more than ${MAX_PAGES} pages: it is left to the full sync.` });
    }
    visited.add(next);
    const answer = await session.okta.get(next);
    rows.push(...listIn(answer));
    next = answer.next;
  }
  return rows;
}

/** A refresh is about few objects: one that cannot be read is its failure. */
function must<T>(mapped: Mapped<T>): T {
  if ('ok' in mapped) return mapped.ok;
  throw oktaBadAnswer({ detail: `An object cannot be read: ${mapped.bad.reason}` });
}

function addPart(part: SinkPart, more: GraphPart): void {
  part.nodes.push(...more.nodes);
  part.edges.push(...more.edges);
  if (more.owns) part.owns = [...(part.owns ?? []), ...more.owns];
}
