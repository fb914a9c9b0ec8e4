import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { derivedId } from '../platform/ids.ts';
import { emptyProgress, type SyncRun } from './run.ts';
import { lastFullRun, moveRun } from './runs.repository.ts';
import { mustGetRun, usableSource } from './start.ts';
import { syncEnded, syncNotHeld, syncRunning, syncSuperseded } from './sync.errors.ts';

/**
 * A person says that the removals of a held run are right: its held scopes are read again, and may lose what the person
 * saw. The run goes on under its own id. Throws `sync.not_held`, `sync.superseded`, `sync.running`.
 */
export async function confirmRun(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  runId: string,
  by: Principal,
): Promise<SyncRun> {
  await usableSource(deps, tenantId, sourceId);
  const run = await mustGetRun(deps, tenantId, sourceId, runId);
  if (run.status !== 'held' || !run.progress) throw syncNotHeld();
  const last = await lastFullRun(deps, tenantId, sourceId);
  if (last && last.id !== runId) throw syncSuperseded({ fields: { latest: last.id } });
  const progress = { ...emptyProgress(deps.clock.now()), decision: 'confirmed' as const };
  const moved = await moveRun(deps, tenantId, run, {
    from: ['held'],
    to: 'queued',
    progress,
    ended: false,
    unlessAnotherRuns: true,
  });
  if (!moved) throw syncRunning();
  const params = { kind: 'full', tenantId, sourceId, runId, confirmed: run.progress.held };
  try {
    // a run can be held and confirmed more than once: each time is an instance of its own
    await deps.env.SYNC.create({ id: derivedId('syn', runId, 'confirmed', String(run.endedAt)), params });
  } catch (error) {
    await moveRun(deps, tenantId, run, { from: ['queued'], to: 'held', progress: run.progress, ended: true });
    throw error;
  }
  await auditDecision(deps, tenantId, by, 'sync.confirm', run);
  return mustGetRun(deps, tenantId, sourceId, runId);
}

/** A person says that the removals are wrong: the data stays, and the run ends `partial`. Throws `sync.not_held`. */
export async function rejectRun(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  runId: string,
  by: Principal,
): Promise<SyncRun> {
  const run = await mustGetRun(deps, tenantId, sourceId, runId);
  const progress = run.progress ? { ...run.progress, decision: 'rejected' as const } : emptyProgress(deps.clock.now());
  if (!(await moveRun(deps, tenantId, run, { from: ['held'], to: 'partial', progress, ended: true }))) {
    throw syncNotHeld();
  }
  await auditDecision(deps, tenantId, by, 'sync.reject', run);
  return mustGetRun(deps, tenantId, sourceId, runId);
}

/** Ends a run at its next step; what it has applied stays. Throws `sync.ended`. */
export async function cancelRun(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  runId: string,
  by: Principal,
): Promise<SyncRun> {
  const run = await mustGetRun(deps, tenantId, sourceId, runId);
  if (!(await moveRun(deps, tenantId, run, { from: ['queued', 'running'], to: 'cancelled', ended: true }))) {
    throw syncEnded();
  }
  await auditDecision(deps, tenantId, by, 'sync.cancel', run);
  return mustGetRun(deps, tenantId, sourceId, runId);
}

function auditDecision(deps: Deps, tenantId: string, by: Principal, action: string, run: SyncRun): Promise<void> {
  return audit(deps, tenantId, by, {
    action,
    targetKind: 'source',
    targetId: run.sourceId,
    detail: { run: run.id, held: run.progress?.held ?? [] },
  });
}
