import { restateMarkings } from '../criticality/criticality.ts';
import { type CoverageInput, type Graph, INVENTORY_NEEDS } from '../graph/port.ts';
import { matchSource } from '../identities/match.ts';
import type { Millis } from '../platform/clock.ts';
import { describeError } from '../platform/errors.ts';
import { noteSourceStatus } from '../sources/sources.repository.ts';
import { afterRun } from './again.ts';
import { appGroupsPhase, appUsersPhase } from './app-phases.ts';
import { tieByName } from './by-name.ts';
import type { Confirmed } from './close.ts';
import { coverageOf, lostSince, needOf } from './coverage.ts';
import { guessCalls } from './estimate.ts';
import { type GroupFact, readAppFact, readGroupFact, readUserFact, type UserFact } from './facts.ts';
import { confirmInventory, readInventory } from './inventory.ts';
import { tieOrgs } from './other-orgs.ts';
import {
  APPS_PATH,
  appGroupsPath,
  appsPhase,
  appUsersPath,
  GROUPS_PATH,
  groupsPhase,
  membersPath,
  membersPhase,
  USERS_PATH,
  usersPhase,
} from './phases.ts';
import { ALL_AT_ONCE, readFactors } from './read-factors.ts';
import { type OwnersRead, readOwnersOf } from './read-owners.ts';
import { readRoles } from './read-roles.ts';
import type { FailedScope, FullParams, SyncStatus } from './run.ts';
import { createRunner, errorText, type Runner, RunStopped, type SweepOutcome } from './runner.ts';
import { endRun } from './runs.repository.ts';
import type { Stepper, SyncTools } from './session.ts';
import type { Listing } from './sweep-state.ts';
import { readSyncState, type SyncState, saveSyncState, type Trickle } from './sync-state.ts';
import { endOrphans } from './ties.ts';
import { readTraffic } from './traffic.ts';

/**
 * Reads a whole source and settles what follows from it. Never throws for what the source does: the run's row says
 * `succeeded`, `partial` (some scopes keep their old data), `held` (a removal waits for a person) or `failed`.
 */
export async function runFullSync(
  tools: SyncTools,
  params: FullParams,
  stepper: Stepper,
  startedAt: Millis,
): Promise<{ status: SyncStatus | 'stopped' }> {
  const run = createRunner(tools, params, stepper, startedAt);
  const confirmed: Confirmed = new Map((params.confirmed ?? []).map((held) => [held.scope, held]));
  try {
    if (confirmed.size > 0) await readConfirmed(run, confirmed);
    else await readAndRemember(tools, run, params, stepper);
    run.memory.progress = { ...run.memory.progress, phase: 'evaluate', done: 0, total: 1 };
    const { tenantId, sourceId } = params;
    const graph = tools.graph(tenantId);
    run.note({ rows: await matchSource(tools.deps, graph, tenantId, sourceId, (name, work) => run.step(name, work)) });
    run.note({ rows: await run.step('other orgs', (s) => tieOrgs(tools.deps, s.graph, tenantId, s.by)) });
    const { failed } = run.memory;
    const evaluated = await run.step('evaluate', async ({ graph, source, clock }) => {
      const lost = lostSince(await graph.coverage(), source.id, failed);
      await saveCoverage(graph, source.id, coverageOf(source.id, failed, confirmed.size === 0, clock.now()));
      // what people say of things holds through every sync, also where the graph missed it
      const restated = await restateMarkings(tools.deps, params.tenantId, graph);
      return { rows: restated + (await graph.evaluateAll()).rowsWritten, failed: lost };
    });
    run.note(evaluated);
    await run.step('settle', () => tools.settle(params.tenantId));
    return { status: await end(tools, run, params, stepper, null) };
  } catch (error) {
    if (error instanceof RunStopped) return { status: 'stopped' };
    const { tenantId, sourceId, runId } = params;
    tools.deps.log.error('sync failed', { tenantId, sourceId, runId, ...describeError(error) });
    return { status: await end(tools, run, params, stepper, errorText(error)) };
  }
}

const NOTHING_CONFIRMED: Confirmed = new Map();

/** Reads everything, and leaves to the next delta what it begins with. */
async function readAndRemember(tools: SyncTools, run: Runner, params: FullParams, stepper: Stepper): Promise<void> {
  const before = await run.step('begin', ({ source }) => readSyncState(tools.deps, source));
  expectCalls(run, before.calls);
  const { readAt, trickle, owners } = await readEverything(run, before);
  const { failed, progress, notes, calls } = run.memory;
  const read = inventoryRead(failed, readAt);
  const after = {
    ...afterRun(before, failed, progress.held, readAt, owners.again),
    trickle,
    owners: owners.line,
    read,
    notes,
    calls,
  };
  await stepper.do('state', async () => {
    await saveSyncState(tools.deps, params.tenantId, params.sourceId, after);
    return null;
  });
}

/** `calls`: null where nothing tells yet. */
function expectCalls(run: Runner, calls: number | null): void {
  if (calls !== null) run.memory.progress = { ...run.memory.progress, expectedCalls: calls };
}

/** The parts of the inventory that were listed to their end, or may not be. */
function inventoryRead(failed: FailedScope[], at: Millis): SyncState['read'] {
  const lost = new Set(failed.flatMap(({ scope, optional }) => (optional ? [] : (needOf(scope) ?? []))));
  return Object.fromEntries(INVENTORY_NEEDS.filter((need) => !lost.has(need)).map((need) => [need, at]));
}

/** Returns when the source answered first, by its clock, and the lines of those whose factors and owners are not read. */
async function readEverything(
  run: Runner,
  before: SyncState,
): Promise<{ readAt: Millis; trickle: Trickle | null; owners: OwnersRead }> {
  const none = NOTHING_CONFIRMED;
  const { since } = before;
  const usersRead = await run.sweep('users', [{ scope: 'users', path: USERS_PATH }], (s) => usersPhase(s, none, since));
  const users = usersRead.facts.map(readUserFact);

  const groupsRead = await run.sweep('groups', [{ scope: 'groups', path: GROUPS_PATH }], (s) => groupsPhase(s, none));
  const groups = new Map(groupsRead.facts.map(readGroupFact).map((group) => [group.id, group]));
  const usersComplete = usersRead.failed.length === 0 && usersRead.held.length === 0;
  const memberListings = [...groups.values()].map((group) =>
    membersOf(group, groupsRead.asOf, usersComplete ? { all: users, asOf: usersRead.asOf } : null),
  );
  await run.sweep('members', memberListings, (s) => membersPhase(s, none, groups));

  const apps = (await run.sweep('apps', [{ scope: 'apps', path: APPS_PATH }], (s) => appsPhase(s, none))).facts.map(
    (fact) => readAppFact(fact).id,
  );
  const mayHold = groupsThatMayHold(groups, groupsRead);
  if (before.calls === null) {
    const { calls } = run.memory;
    const known = { calls, apps: apps.length, mayHoldRoles: mayHold.ids.length, people: users.length };
    expectCalls(run, guessCalls(known));
  }
  const dealings = await run.step('traffic', readTraffic);
  run.note({ notes: dealings.notes });
  const traffic = new Map(dealings.apps);
  await run.sweep(
    'appUsers',
    apps.map((id) => ({ scope: `appUsers:${id}`, path: appUsersPath(id) })),
    (s) => appUsersPhase(s, none, traffic),
  );
  await run.sweep(
    'appGroups',
    apps.map((id) => appGroupsOf(id, groups, groupsRead)),
    (s) => appGroupsPhase(s, none),
  );
  // whoever is gone with an app is nobody's person any more
  run.note({ rows: await run.step('by name', async (s) => (await endOrphans(s)) + (await tieByName(s))) });
  const admins = await readRoles(run, none, mayHold);
  await readInventory(run, none);
  const owners = await readOwnersOf(run, groups.values(), groupsRead, before);
  const trickle = await readFactorsOf(run, { users, usersComplete, admins, before });
  return { readAt: usersRead.asOf, trickle, owners };
}

function groupsThatMayHold(groups: ReadonlyMap<string, GroupFact>, { failed }: SweepOutcome) {
  const ids = [...groups.values()].filter((group) => group.admin !== false).map(({ id }) => id);
  return { ids, complete: failed.length === 0 };
}

/**
 * Okta keeps every user who is not deprovisioned in Everyone. Where its own count agrees with the users that were just
 * listed, the membership is that list, and needs no call. A group that Okta counts no users in needs none either.
 */
function membersOf(group: GroupFact, asOf: Millis, users: { all: UserFact[]; asOf: Millis } | null): Listing {
  const scope = `members:${group.id}`;
  if (group.users === 0) return { scope, known: [], asOf };
  if (group.isEveryone && users) {
    const members = users.all.filter((user) => !user.deprovisioned);
    if (members.length === group.users) return { scope, known: members.map((user) => user.id), asOf: users.asOf };
  }
  return { scope, path: membersPath(group.id) };
}

/** When every group says that it has no apps, no app has groups. */
function appGroupsOf(appId: string, groups: ReadonlyMap<string, GroupFact>, read: SweepOutcome): Listing {
  const scope = `appGroups:${appId}`;
  const complete = read.failed.length === 0 && groups.size > 0;
  const none = complete && [...groups.values()].every((group) => group.apps === 0);
  return none ? { scope, known: [], asOf: read.asOf } : { scope, path: appGroupsPath(appId) };
}

/** Admins first. In a large org then those who changed, else everybody. */
async function readFactorsOf(
  run: Runner,
  read: { users: UserFact[]; usersComplete: boolean; admins: string[]; before: SyncState },
): Promise<Trickle | null> {
  const { users, usersComplete, admins, before } = read;
  const isAdmin = new Set(admins);
  const active = users.filter((user) => user.canSignIn);
  const total = usersComplete ? active.length : Math.max(active.length, before.trickle?.total ?? 0);
  const first = active.filter(({ id }) => isAdmin.has(id));
  const rest = active.filter(({ id }) => !isAdmin.has(id));
  const ids = (some: UserFact[]) => some.map(({ id }) => id);
  if (total <= ALL_AT_ONCE) return readFactors(run, ids([...first, ...rest]), null, false);
  const fresh: Trickle = { cursor: null, round: 0, read: 0, total, at: run.memory.progress.at };
  const trickle = { ...(before.trickle ?? fresh), total };
  return readFactors(run, ids([...first, ...rest.filter(({ changed }) => changed)]), trickle, false);
}

/** Reads the scopes again whose removals a person confirmed, and nothing else. */
async function readConfirmed(run: Runner, confirmed: Confirmed): Promise<void> {
  const one = (scope: string, path: string): Listing[] => (confirmed.has(scope) ? [{ scope, path }] : []);
  const each = (prefix: string, path: (id: string) => string): Listing[] =>
    [...confirmed.keys()]
      .filter((scope) => scope.startsWith(`${prefix}:`))
      .map((scope) => ({ scope, path: path(scope.slice(prefix.length + 1)) }));
  await run.sweep('users', one('users', USERS_PATH), (s) => usersPhase(s, confirmed));
  const needsGroups = confirmed.has('groups') || confirmed.has('roles');
  const groupsRead = await run.sweep('groups', needsGroups ? [{ scope: 'groups', path: GROUPS_PATH }] : [], (s) =>
    groupsPhase(s, confirmed),
  );
  const groups = new Map(groupsRead.facts.map(readGroupFact).map((group) => [group.id, group]));
  await run.sweep('members', each('members', membersPath), (s) => membersPhase(s, confirmed, groups));
  await run.sweep('apps', one('apps', APPS_PATH), (s) => appsPhase(s, confirmed));
  await run.sweep('appUsers', each('appUsers', appUsersPath), (s) => appUsersPhase(s, confirmed));
  await run.sweep('appGroups', each('appGroups', appGroupsPath), (s) => appGroupsPhase(s, confirmed));
  if (confirmed.has('roles')) {
    await readRoles(run, confirmed, groupsThatMayHold(groups, groupsRead));
  }
  await confirmInventory(run, confirmed);
}

/** Writes only what changed: an unchanged sync leaves the graph untouched. */
async function saveCoverage(graph: Graph, sourceId: string, coverage: CoverageInput[]): Promise<void> {
  const before = new Map(
    (await graph.coverage()).filter((known) => known.sourceId === sourceId).map((known) => [known.need, known.reason]),
  );
  const changed = coverage.filter((now) => !before.has(now.need) || before.get(now.need) !== now.reason);
  if (changed.length > 0) await graph.setCoverage(changed);
}

async function end(
  tools: SyncTools,
  run: Runner,
  params: FullParams,
  stepper: Stepper,
  error: string | null,
): Promise<SyncStatus> {
  const { calls, rowsWritten, progress } = run.memory;
  const status = error !== null ? 'failed' : statusOf(progress.held.length, run.memory.failed);
  await stepper.do('end', async () => {
    const now = tools.deps.clock.now();
    const last =
      error === null ? { ...progress, phase: 'done' as const, done: 1, total: 1, at: now } : { ...progress, at: now };
    const { tenantId, sourceId } = params;
    if (status === 'succeeded') await noteSourceStatus(tools.deps, tenantId, sourceId, 'connected');
    if (error?.startsWith('okta.unauthorized')) await noteSourceStatus(tools.deps, tenantId, sourceId, 'failed');
    await endRun(tools.deps, params.tenantId, params.runId, { calls, rowsWritten, progress: last, status, error });
    return null;
  });
  return status;
}

function statusOf(held: number, failed: FailedScope[]): SyncStatus {
  if (held > 0) return 'held';
  return failed.some(({ optional }) => !optional) ? 'partial' : 'succeeded';
}
