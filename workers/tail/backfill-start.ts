import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import { DAY } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, notFound, type PosternError } from '../platform/errors.ts';
import { openCredential } from '../sources/okta/credential.ts';
import type { Source } from '../sources/sources.repository.ts';
import { usableSource } from '../sync/start.ts';
import { backfillEnded, backfillRunning, noCredential } from './backfill.errors.ts';
import { type BackfillRun, newCheckpoint, rangeOf, shareDone, windowCount } from './backfill.ts';
import { handOver, instanceId } from './backfill-run.ts';
import {
  endBackfills,
  GRACE,
  getBackfill,
  insertBackfill,
  listBackfills,
  silentBackfills,
} from './backfills.repository.ts';

/** Silent runs that one tick takes up again, a database. */
const MAX_REVIVED = 20;

/**
 * Starts reading the last `days` days (1 to 90) of a source's log and returns the run. Throws `not_found`,
 * `source.disabled`, `source.no_credential`, `backfill.running`.
 */
export async function startBackfill(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  days: number,
  by: Principal,
): Promise<BackfillRun> {
  await mustOpen(deps, await usableSource(deps, tenantId, sourceId));
  const now = deps.clock.now();
  const range = rangeOf(days, now);
  const run: BackfillRun = {
    ...range,
    id: deps.ids.next('bkf'),
    sourceId,
    status: 'queued',
    windowsDone: 0,
    windowsTotal: windowCount(range),
    events: 0,
    accepted: 0,
    pages: 0,
    calls: 0,
    startedAt: now,
    endedAt: null,
    error: null,
    checkpoint: newCheckpoint(now),
    instance: 1,
    aliveUntil: now + GRACE,
  };
  if (!(await insertBackfill(deps, tenantId, run))) throw await running(deps, tenantId, sourceId);
  const params = { tenantId, sourceId, runId: run.id, instance: run.instance };
  try {
    await deps.env.BACKFILL.create({ id: instanceId(params), params });
  } catch (error) {
    const failed = { status: 'failed', error: 'backfill.not_started: Start it again.' } as const;
    await endBackfills(deps, tenantId, { sourceId, runId: run.id }, failed);
    throw error;
  }
  await note(deps, tenantId, by, 'source.backfill', run, { days });
  return mustGetBackfill(deps, tenantId, sourceId, run.id);
}

/** Ends a run before its next page; what it has read stays. Throws `not_found`, `backfill.ended`. */
export async function cancelBackfill(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  runId: string,
  by: Principal,
): Promise<BackfillRun> {
  const run = await mustGetBackfill(deps, tenantId, sourceId, runId);
  if ((await endBackfills(deps, tenantId, { sourceId, runId }, { status: 'cancelled', error: null })) === 0) {
    throw backfillEnded();
  }
  await note(deps, tenantId, by, 'backfill.cancel', run, {});
  return mustGetBackfill(deps, tenantId, sourceId, runId);
}

/**
 * For the minute's cron: runs that show no sign of life go on in a new instance (a local runtime forgets its workflows
 * when it is killed). Returns how many.
 */
export async function reviveBackfills(deps: Deps): Promise<number> {
  let revived = 0;
  for (const db of deps.evidenceShards) {
    for (const params of await silentBackfills(db, deps.clock.now(), MAX_REVIVED)) {
      try {
        await handOver(deps, params);
        revived++;
      } catch (error) {
        deps.log.error('backfill not taken up again', { ...params, ...describeError(error) });
      }
    }
  }
  return revived;
}

/** Throws `not_found`. */
export async function mustGetBackfill(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  sourceId: string,
  runId: string,
): Promise<BackfillRun> {
  const run = await getBackfill(deps, tenantId, sourceId, runId);
  if (!run) throw notFound();
  return run;
}

/** The conflict, with the run that is in the way. */
async function running(deps: Pick<Deps, 'evidence'>, tenantId: string, sourceId: string): Promise<PosternError> {
  const [other] = (await listBackfills(deps, tenantId, sourceId, { limit: 1 })).data;
  if (!other || other.endedAt !== null) return backfillRunning({ detail: 'It has just ended: start yours again.' });
  const days = Math.round((other.until - other.since) / DAY);
  const read = `${Math.floor(shareDone(other) * 100)} % are read`;
  const what = `${other.id} reads ${days === 1 ? 'the last day' : `the last ${days} days`}, ${read}.`;
  return backfillRunning({ detail: `${what} Wait for its end, or cancel it first.` });
}

async function mustOpen(deps: Deps, source: Source): Promise<void> {
  try {
    await openCredential(deps, source.tenantId, source);
  } catch (error) {
    throw noCredential({ detail: 'Save an API token or a service app in its settings, then try again.', cause: error });
  }
}

function note(
  deps: Deps,
  tenantId: string,
  by: Principal,
  action: string,
  run: BackfillRun,
  detail: Record<string, unknown>,
): Promise<void> {
  return audit(deps, tenantId, by, {
    action,
    targetKind: 'source',
    targetId: run.sourceId,
    detail: { run: run.id, ...detail },
  });
}
