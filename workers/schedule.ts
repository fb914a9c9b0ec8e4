import { eq } from 'drizzle-orm';
import { tenants } from '../db/control/schema.ts';
import { purgeArchive } from './archive/purge.ts';
import { writeArchive } from './archive/write.ts';
import { eraseTenants } from './auth/erase-tenants.ts';
import { purgeAuth } from './auth/sessions.repository.ts';
import { assessChanged, assessEverything } from './discovery/assess.ts';
import { importSyncedApps } from './discovery/import-graph.ts';
import { graphOf } from './graph/directory.ts';
import { continueHistories, expireHistories } from './graph/history/expire.ts';
import { continueMoves } from './graph/move/run-move.ts';
import { continueJoins } from './identities/continue.ts';
import { continueDeadLetterJobs } from './inbox/dead-letter-jobs.ts';
import { purgeEvidence } from './inbox/purge.ts';
import { reclaimInbox } from './inbox/reclaim.ts';
import { createRepublish } from './issues/republish.ts';
import { settleVerdicts } from './issues/settle.ts';
import { purgeDeliveries } from './outbound/purge.ts';
import { retryDueDeliveries } from './outbound/retry.ts';
import type { Deps } from './platform/deps.ts';
import { describeError } from './platform/errors.ts';
import { continueRemediations, purgeRemediations } from './remediation/run.ts';
import { purgeOauthKeys } from './sources/oauth-keys.repository.ts';
import { watchSources } from './sources/watch/watch-sources.ts';
import { runDailySyncs } from './sync/start.ts';
import { createDeltaSyncs } from './sync/start-delta.ts';
import { reviveBackfills } from './tail/backfill-start.ts';
import { tickTails } from './tail/tail.ts';
import { foldUsage } from './usage/fold.ts';
import { purgeUsage } from './usage/purge.ts';

type Job = [name: string, run: (deps: Deps) => Promise<unknown>];

/** Keyed by the cron expressions of wrangler.toml. */
const JOBS: Record<string, Job[]> = {
  '* * * * *': [
    ['reclaim-inbox', reclaimInbox],
    ['dead-letter-jobs', continueDeadLetterJobs],
    ['write-archive', writeArchive],
    ['republish-changes', createRepublish()],
    ['retry-deliveries', retryDueDeliveries],
    ['tick-tails', tickTails],
    ['delta-syncs', createDeltaSyncs()],
    ['fold-usage', foldUsage],
    ['import-synced-apps', (deps) => importSyncedApps(deps)],
    ['assess-apps', (deps) => assessChanged(deps)],
    ['watch-sources', watchSources],
    ['revive-backfills', reviveBackfills],
    ['continue-remediations', continueRemediations],
    ['join-accounts', continueJoins],
    ['move-graphs', continueMoves],
    ['continue-graph-history', (deps) => continueHistories(deps)],
  ],
  '17 3 * * *': [
    ['daily-syncs', runDailySyncs],
    ['evaluate-all', evaluateEveryTenant],
    ['assess-all-apps', (deps) => assessEverything(deps)],
    ['evidence-retention', purgeEvidence],
    ['usage-retention', purgeUsage],
    ['delivery-retention', purgeDeliveries],
    ['session-retention', purgeAuth],
    ['oauth-key-retention', purgeOauthKeys],
    ['archive-retention', purgeArchive],
    ['remediation-retention', purgeRemediations],
    ['graph-history-retention', (deps) => expireHistories(deps)],
    ['erase-tenants', (deps) => eraseTenants(deps)],
  ],
};

export const CRONS = Object.keys(JOBS);

/** Runs the jobs of a cron expression. One that fails is logged and does not stop the others; the next tick repeats it. */
export async function runSchedule(cron: string, deps: Deps): Promise<void> {
  for (const [name, run] of JOBS[cron] ?? []) {
    try {
      await run(deps);
    } catch (error) {
      deps.log.error('scheduled job failed', { job: name, ...describeError(error) });
    }
  }
}

/** Conditions that end or begin by time alone (an account grows unused) are found once a day, over everything. */
async function evaluateEveryTenant(deps: Deps): Promise<void> {
  const active = await deps.control.select({ id: tenants.id }).from(tenants).where(eq(tenants.status, 'active'));
  for (const { id } of active) {
    await graphOf(deps, id).evaluateAll();
    await settleVerdicts(deps, id);
  }
}
