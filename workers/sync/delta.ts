import { nodeId } from '../graph/model.ts';
import { matchAccounts } from '../identities/match.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import { describeError } from '../platform/errors.ts';
import { noteSourceStatus } from '../sources/sources.repository.ts';
import { afterRun, againOf } from './again.ts';
import { appGroupsPhase, appUsersPhase } from './app-phases.ts';
import { tieByName } from './by-name.ts';
import type { Confirmed } from './close.ts';
import { dueNeeds, readChangedInventory } from './delta-inventory.ts';
import { readChangedMembers } from './delta-members.ts';
import { readAppFact, readGroupFact, readUserFact } from './facts.ts';
import { tieOrgs } from './other-orgs.ts';
import {
  APPS_PATH,
  appGroupsPath,
  appsPhase,
  appUsersPath,
  changedGroupsPath,
  changedUsersPath,
  groupPath,
  groupsPhase,
  usersPhase,
} from './phases.ts';
import { readFactors, whoCanSignIn } from './read-factors.ts';
import { readOwnersOn } from './read-owners.ts';
import { groupsWithRoles, readRoles } from './read-roles.ts';
import type { DeltaParams, SyncStatus } from './run.ts';
import { createRunner, errorText, type Runner, RunStopped, type SweepOutcome } from './runner.ts';
import { anyRunAlive, endRun, insertEndedRun, insertRun } from './runs.repository.ts';
import type { Stepper, SyncTools } from './session.ts';
import type { SweepHandlers } from './sweep.ts';
import { readSyncState, type SyncState, saveSyncState } from './sync-state.ts';
import { touchedSince } from './touched.ts';
import { readTraffic } from './traffic.ts';

/** How far before the last run a delta looks: what was under way at the source then. */
export const OVERLAP: Millis = 5 * MINUTE;
/** Changed objects from which on a quiet run is shown while it goes, so that it can be watched and cancelled. */
const SHOWN_FROM = 1_000;

const NOTHING_CONFIRMED: Confirmed = new Map();

/**
 * Brings the graph up to what changed at the source since the last sync: users and groups by their times, members of
 * the groups among them, all apps with the assignments of those that changed, the roles and factors of admins, what of
 * the inventory changed by the log or with these, owners and factors of what changed and of the next in line. What a
 * delta cannot see (deleted users and groups) comes from the log and from the full sync. A quiet run leaves a row only
 * when it changed something or could not read what it could before.
 */
export async function runDelta(
  tools: SyncTools,
  params: DeltaParams,
  stepper: Stepper,
  startedAt: Millis,
): Promise<{ status: SyncStatus | 'stopped' | 'nothing' }> {
  const run = createRunner(tools, params, stepper, startedAt, params.quiet);
  let before: SyncState | null = null;
  try {
    const life = tools.deps.ids.next('syn');
    const begin = await run.step('begin', async ({ source }) => {
      // a refused credential is tried again by the full sync and by the connection test
      const leave =
        params.quiet &&
        (source.status === 'failed' || (await anyRunAlive(tools.deps, params.tenantId, params.sourceId)));
      return leave ? null : { life, state: await readSyncState(tools.deps, source) };
    });
    // without a full sync there is nothing to go on from: it will come, or is under way
    if (begin === null || begin.state.since === null) {
      return await finish(tools, run, params, stepper, null, null, startedAt);
    }
    before = begin.state;
    // a step that was done twice wrote the first time, and does not remember
    const wroteSince = (rows: number) => run.memory.rowsWritten > rows || run.memory.repeated || begin.life !== life;
    const after = await readChanges(tools, run, params, stepper, before, begin.state.since, wroteSince);
    if (wroteSince(0)) {
      run.note({ rows: await run.step('other orgs', (s) => tieOrgs(tools.deps, s.graph, params.tenantId, s.by)) });
      run.memory.progress = { ...run.memory.progress, phase: 'evaluate', done: 0, total: 1 };
      run.note({ rows: await run.step('evaluate', async ({ graph }) => (await graph.evaluateAll()).rowsWritten) });
      await run.step('settle', () => tools.settle(params.tenantId));
    }
    await stepper.do('state', async () => {
      await saveSyncState(tools.deps, params.tenantId, params.sourceId, after);
      return null;
    });
    return await finish(tools, run, params, stepper, null, before, startedAt);
  } catch (error) {
    if (error instanceof RunStopped) return { status: 'stopped' };
    const { tenantId, sourceId, runId } = params;
    tools.deps.log.error('delta sync failed', { tenantId, sourceId, runId, ...describeError(error) });
    return await finish(tools, run, params, stepper, errorText(error), before, startedAt);
  }
}

/** Returns the state to go on from. */
async function readChanges(
  tools: SyncTools,
  run: Runner,
  params: DeltaParams,
  stepper: Stepper,
  state: SyncState,
  known: Millis,
  wroteSince: (rows: number) => boolean,
): Promise<SyncState> {
  const since = known - OVERLAP;
  const none = NOTHING_CONFIRMED;
  const usersRead = await run.sweep('users', [{ scope: 'users', path: changedUsersPath(since) }], (s) =>
    open(usersPhase(s, none, since)),
  );
  const users = usersRead.facts.map(readUserFact);
  const touched = await run.step('touched', async ({ clock }) => {
    const found = await touchedSince(tools.deps, params.tenantId, params.sourceId, since);
    return { ...found, needs: dueNeeds(found.inventory, state, clock.now()) };
  });
  const one = [...new Set([...touched.groups, ...againOf(state, 'groups')])];
  const groupsRead = await run.sweep(
    'groups',
    [
      { scope: 'groups', path: changedGroupsPath(since) },
      ...one.map((id) => ({ scope: `groups:${id}`, path: groupPath(id) })),
    ],
    (s) => open(groupsPhase(s, none)),
  );
  const groups = new Map(groupsRead.facts.map(readGroupFact).map((group) => [group.id, group]));
  if (users.length + groups.size >= SHOWN_FROM) await show(tools, run, params, stepper);
  await readChangedMembers(run, { groups, users, asOf: usersRead.asOf, since, again: againOf(state, 'members') });

  let rows = run.memory.rowsWritten;
  const appsRead = await run.sweep('apps', [{ scope: 'apps', path: APPS_PATH }], (s) => appsPhase(s, none, since));
  const appsWritten = wroteSince(rows);
  const { directories } = await readAssignments(run, appsRead, touched.apps, state);
  if (users.length > 0 || directories) {
    // who is a person of a directory may be news of anybody
    const accounts = directories ? null : users.map(({ id }) => nodeId('account', params.sourceId, id));
    run.note({ rows: await run.step('by name', (session) => tieByName(session, accounts)) });
  }

  const holders = await run.step('holders', groupsWithRoles);
  const mayHold = [...groups.values()].filter((group) => group.admin !== false).map(({ id }) => id);
  rows = run.memory.rowsWritten;
  const admins = await readRoles(run, none, { ...holders, ids: [...new Set([...holders.ids, ...mayHold])] });
  const rolesWritten = wroteSince(rows);

  const changedGroups = [...groups.values()].filter(({ updated }) => updated === null || updated > since);
  const inventory = await readChangedInventory(run, state, {
    needs: touched.needs,
    touched,
    groupsChanged: changedGroups.length > 0,
    apps: appsRead,
    readAt: usersRead.asOf,
    appsWritten,
    rolesWritten,
  });

  const owned = changedGroups.flatMap(({ id, builtIn }) => (builtIn ? [] : [id]));
  const owners = await readOwnersOn(run, [...againOf(state, 'owners'), ...owned], state.owners);

  const changed = users.filter((user) => user.canSignIn).map(({ id }) => id);
  const toLookUp = [...new Set([...admins, ...againOf(state, 'factors'), ...touched.users])];
  const first = await run.step('who', (session) => whoCanSignIn(session, toLookUp));
  const trickle = await readFactors(run, [...first, ...changed], state.trickle, true);
  const read = [...users.map(({ id }) => id), ...touched.users].map((id) => nodeId('account', params.sourceId, id));
  if (read.length > 0) {
    const match = () => matchAccounts(tools.deps, tools.graph(params.tenantId), params.tenantId, read);
    run.note({ rows: await run.step('identities', match) });
  }

  const { failed, progress } = run.memory;
  const found =
    users.length +
      groups.size +
      touched.apps.length +
      touched.users.length +
      touched.needs.length +
      state.again.length >
    0;
  const next = {
    ...afterRun(state, failed, progress.held, usersRead.asOf, [...inventory.again, ...owners.again]),
    read: { ...state.read, ...inventory.read },
    owners: owners.line,
    trickle,
  };
  // a quiet stretch of time is looked at again as cheaply, and writes nothing
  return found || appsRead.facts.some((fact) => readAppFact(fact).changed) ? next : { ...next, since: state.since };
}

/** A listing of what changed says nothing of what it does not name. */
function open({ page, refused }: SweepHandlers): SweepHandlers {
  return { page, ...(refused ? { refused } : {}) };
}

/**
 * `apps` among what is read again: they could not be listed, so any of them may have changed. Tells whether people of a
 * directory were among what was read.
 */
async function readAssignments(
  run: Runner,
  apps: SweepOutcome,
  touched: string[],
  state: SyncState,
): Promise<{ directories: boolean }> {
  const named = new Set(touched);
  const all = state.again.includes('apps');
  const listed = apps.facts.map(readAppFact);
  const due = listed.filter(({ id, changed }) => all || changed || named.has(id)).map(({ id }) => id);
  const idsOf = (phase: string) => {
    const again = new Set(againOf(state, phase));
    return [...new Set([...due, ...listed.map(({ id }) => id).filter((id) => again.has(id))])];
  };
  const appUsers = idsOf('appUsers');
  const traffic = new Map(appUsers.length > 0 ? (await run.step('traffic', readTraffic)).apps : []);
  await run.sweep(
    'appUsers',
    appUsers.map((id) => ({ scope: `appUsers:${id}`, path: appUsersPath(id) })),
    (s) => appUsersPhase(s, NOTHING_CONFIRMED, traffic),
  );
  await run.sweep(
    'appGroups',
    idsOf('appGroups').map((id) => ({ scope: `appGroups:${id}`, path: appGroupsPath(id) })),
    (s) => appGroupsPhase(s, NOTHING_CONFIRMED),
  );
  return { directories: appUsers.some((id) => traffic.get(id)?.directory) };
}

/** Gives a quiet run its row. One that is started by hand meanwhile goes first. */
async function show(tools: SyncTools, run: Runner, params: DeltaParams, stepper: Stepper): Promise<void> {
  if (run.memory.shown) return;
  const { tenantId, sourceId, runId } = params;
  const { progress } = run.memory;
  const shown = await stepper.do('show', () =>
    insertRun(tools.deps, tenantId, { id: runId, sourceId, kind: 'delta', progress }),
  );
  if (!shown) throw new RunStopped();
  run.memory.shown = true;
}

/** `before`: the state that the run began with; null when it did not get that far. */
async function finish(
  tools: SyncTools,
  run: Runner,
  params: DeltaParams,
  stepper: Stepper,
  error: string | null,
  before: SyncState | null,
  startedAt: Millis,
): Promise<{ status: SyncStatus | 'nothing' }> {
  const { calls, rowsWritten, progress, shown } = run.memory;
  const failed = run.memory.failed.filter(({ optional }) => !optional);
  const { tenantId, sourceId, runId } = params;
  const told = new Set(before?.failing ?? []);
  const news = [...failed, ...progress.held].some(({ scope }) => !told.has(scope));
  const status: SyncStatus =
    error !== null ? 'failed' : failed.length + progress.held.length > 0 ? 'partial' : 'succeeded';
  if (!shown && error === null && rowsWritten === 0 && !news) return { status: 'nothing' };
  await stepper.do('end', async () => {
    const at = tools.deps.clock.now();
    const last = error === null ? { ...progress, phase: 'done' as const, done: 1, total: 1, at } : { ...progress, at };
    if (error?.startsWith('okta.unauthorized')) await noteSourceStatus(tools.deps, tenantId, sourceId, 'failed');
    const end = { calls, rowsWritten, progress: last, status, error };
    if (shown) await endRun(tools.deps, tenantId, runId, end);
    else await insertEndedRun(tools.deps, tenantId, { id: runId, sourceId, kind: 'delta', startedAt, ...end });
    return null;
  });
  return { status };
}
