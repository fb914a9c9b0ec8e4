import { audit } from '../auth/audit.ts';
import { POSTERN, type Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, isTransient, notFound } from '../platform/errors.ts';
import { derivedId } from '../platform/ids.ts';
import { getSource, listActiveSources, type Source } from '../sources/sources.repository.ts';
import type { RefreshScope } from './refresh.ts';
import { emptyProgress, type SyncRun } from './run.ts';
import { getRun, insertRun, lastFullRun, moveRun } from './runs.repository.ts';
import { sourceDisabled, syncRunning } from './sync.errors.ts';
import { type Lane, queueName, type Wanted, wantedOf } from './wanted.ts';

/** Objects that one call to a queue names. */
const MAX_PER_CALL = 1_000;

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
 * Has single objects (native ids) read anew from the source's API, soon and once, however often they are asked for.
 * `inventory`: parts that are read anew as a whole. Leaves a run row only when it fails.
 */
export async function startRefresh(
  deps: Pick<Deps, 'env'>,
  tenantId: string,
  sourceId: string,
  objects: { [kind in keyof RefreshScope]?: RefreshScope[kind] | undefined },
): Promise<void> {
  const { objects: single, inventory } = wantedOf(objects);
  for (let from = 0; from < single.length; from += MAX_PER_CALL) {
    await want(deps, tenantId, sourceId, 'objects', single.slice(from, from + MAX_PER_CALL));
  }
  if (inventory.length > 0) await want(deps, tenantId, sourceId, 'inventory', inventory);
}

/** What the platform lost on the way is asked once more: what is wanted already is kept once. */
async function want(
  { env }: Pick<Deps, 'env'>,
  tenantId: string,
  sourceId: string,
  lane: Lane,
  wanted: Wanted[],
): Promise<void> {
  const id = env.REFRESH.idFromName(queueName(tenantId, sourceId, lane));
  const ask = () => env.REFRESH.get(id).want(tenantId, sourceId, wanted);
  try {
    await ask();
  } catch (error) {
    if (!isTransient(error)) throw error;
    await ask();
  }
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
