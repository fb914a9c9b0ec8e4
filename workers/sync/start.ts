import { audit } from '../auth/audit.ts';
import { POSTERN, type Principal } from '../auth/principal.ts';
import type { InventoryNeed } from '../graph/port.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, notFound } from '../platform/errors.ts';
import { derivedId } from '../platform/ids.ts';
import { getSource, listActiveSources, type Source } from '../sources/sources.repository.ts';
import { inventoryParams } from './gather.ts';
import { emptyProgress, type RefreshParams, type SyncRun } from './run.ts';
import { getRun, insertRun, lastFullRun, moveRun } from './runs.repository.ts';
import { sourceDisabled, syncRunning } from './sync.errors.ts';

/** Objects of one refresh instance: it stays one short step. */
const MAX_REFRESH_OBJECTS = 100;
/** Instances that one call to Workflows creates. */
const MAX_INSTANCES_PER_CALL = 100;
/** How long an instance's id is remembered after it ended: an inbox message is not retried for longer. */
const REFRESH_RETENTION = '3 days';

export { lastFullRun as lastSync };

/**
 * Starts a full sync and returns its run. Throws `not_found`, `source.disabled`, `sync.running`. A run that showed no
 * sign of life for two hours counts as dead.
 */
export async function startFullSync(deps: Deps, tenantId: string, sourceId: string, by: Principal): Promise<SyncRun> {
  await usableSource(deps, tenantId, sourceId);
  return startRun(deps, tenantId, sourceId, by, 'full');
}

/** Records a run and begins it. Throws `sync.running`. */
export async function startRun(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  by: Principal,
  kind: 'full' | 'delta',
): Promise<SyncRun> {
  const id = deps.ids.next('syn');
  const run = { id, sourceId, kind, progress: emptyProgress(deps.clock.now()) };
  if (!(await insertRun(deps, tenantId, run))) throw syncRunning();
  const params = { kind, tenantId, sourceId, runId: id, ...(kind === 'delta' ? { quiet: false } : {}) };
  try {
    await deps.env.SYNC.create({ id, params });
  } catch (error) {
    await moveRun(deps, tenantId, run, { from: ['queued'], to: 'failed', ended: true });
    throw error;
  }
  if (by.kind !== 'system') {
    await audit(deps, tenantId, by, {
      action: 'source.sync',
      targetKind: 'source',
      targetId: sourceId,
      detail: { run: id, kind },
    });
  }
  return mustGetRun(deps, tenantId, sourceId, id);
}

/**
 * Starts refreshes of single objects (native ids) from the source's API. `key` makes it idempotent: the same key and
 * objects start nothing twice. `members`: groups whose membership is listed too. `inventory`: parts that are read
 * anew, once for all that asks within a short time. Leaves a run row only when it fails.
 */
export async function startRefresh(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  objects: {
    users?: string[];
    groups?: string[];
    members?: string[];
    apps?: string[];
    inventory?: InventoryNeed[] | undefined;
  },
  key: string,
): Promise<void> {
  const parts = inventoryParams(tenantId, sourceId, objects.inventory ?? [], deps.clock.now());
  const instances = [...refreshParams(tenantId, sourceId, objects, key), ...parts].map((params) => ({
    id: params.runId,
    params,
    retention: { successRetention: REFRESH_RETENTION, errorRetention: REFRESH_RETENTION } as const,
  }));
  for (let from = 0; from < instances.length; from += MAX_INSTANCES_PER_CALL) {
    // ids that exist already are left out without an error (Workflows, createBatch)
    await deps.env.SYNC.createBatch(instances.slice(from, from + MAX_INSTANCES_PER_CALL));
  }
}

/** Splits the objects over instances. Sorted, so that the same set gives the same instances. */
export function refreshParams(
  tenantId: string,
  sourceId: string,
  objects: { users?: string[]; groups?: string[]; members?: string[]; apps?: string[] },
  key: string,
): RefreshParams[] {
  const unique = (ids: string[] = []) => [...new Set(ids)].sort();
  const all = [
    ...unique(objects.users).map((id) => ({ kind: 'users' as const, id })),
    ...unique(objects.groups).map((id) => ({ kind: 'groups' as const, id })),
    ...unique(objects.members).map((id) => ({ kind: 'members' as const, id })),
    ...unique(objects.apps).map((id) => ({ kind: 'apps' as const, id })),
  ];
  const instances: RefreshParams[] = [];
  for (let from = 0; from < all.length; from += MAX_REFRESH_OBJECTS) {
    const chunk = all.slice(from, from + MAX_REFRESH_OBJECTS);
    const ids = (kind: string) => chunk.filter((object) => object.kind === kind).map((object) => object.id);
    instances.push({
      kind: 'refresh',
      tenantId,
      sourceId,
      runId: derivedId('syn', tenantId, sourceId, key, String(from)),
      users: ids('users'),
      groups: ids('groups'),
      members: ids('members'),
      apps: ids('apps'),
    });
  }
  return instances;
}

/** Ends in the background what a deleted source brought to the graph. Starting it twice runs it once. */
export async function startForget(deps: Deps, tenantId: string, sourceId: string): Promise<void> {
  const runId = derivedId('syn', tenantId, sourceId, 'forget');
  await deps.env.SYNC.createBatch([{ id: runId, params: { kind: 'forget', tenantId, sourceId, runId } }]);
}

/** A full sync of every active source. One that does not start does not keep the others back. Returns how many did. */
export async function runDailySyncs(deps: Deps): Promise<number> {
  let started = 0;
  for (const source of await listActiveSources(deps)) {
    try {
      await startFullSync(deps, source.tenantId, source.id, POSTERN);
      started++;
    } catch (error) {
      const { code, message } = describeError(error);
      deps.log.warn('daily sync not started', { tenantId: source.tenantId, sourceId: source.id, code, message });
    }
  }
  return started;
}

/** Throws `not_found` or `source.disabled`. */
export async function usableSource(deps: Pick<Deps, 'control'>, tenantId: string, sourceId: string): Promise<Source> {
  const source = await getSource(deps, tenantId, sourceId);
  if (!source) throw notFound();
  if (source.status === 'disabled') throw sourceDisabled();
  return source;
}

export async function mustGetRun(deps: Deps, tenantId: string, sourceId: string, runId: string): Promise<SyncRun> {
  const run = await getRun(deps, tenantId, sourceId, runId);
  if (!run) throw notFound();
  return run;
}
