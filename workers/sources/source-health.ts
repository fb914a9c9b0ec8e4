import type { z } from '@hono/zod-openapi';
import { sourceCounters } from '../inbox/counters.ts';
import { isoOrNull } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { refreshStatus } from '../sync/refresh-status.ts';
import { lastSync } from '../sync/start.ts';
import { backfillState } from '../tail/backfill-offer.ts';
import { presentState } from '../tail/backfills.schemas.ts';
import { tailStatus } from '../tail/tail.ts';
import { healthSignals } from './health/signals.ts';
import { presentRun } from './present.ts';
import type { Source } from './sources.repository.ts';
import type { healthSchema } from './sources.schemas.ts';

/** How a source's events and syncs are doing. */
export async function sourceHealth(
  deps: Deps,
  tenantId: string,
  source: Source,
): Promise<z.infer<typeof healthSchema>> {
  const sourceId = source.id;
  const [counters, tail, run, refresh] = await Promise.all([
    sourceCounters(deps, tenantId, sourceId),
    tailStatus(deps, tenantId, sourceId),
    lastSync(deps, tenantId, sourceId),
    refreshStatus(deps, tenantId, sourceId),
  ]);
  const signals = await healthSignals(deps, tenantId, source, tail, run);
  return {
    received: counters.received,
    accepted: counters.accepted,
    ignored: counters.ignored,
    duplicate: counters.duplicate,
    processed: counters.processed,
    pending: counters.pending,
    dead: counters.dead,
    lagSeconds: counters.lagSeconds,
    oldestPendingSeconds: counters.oldestPendingSeconds,
    tail: {
      cursor: tail.cursor,
      lastEventAt: isoOrNull(tail.lastEventAt),
      lastPollAt: isoOrNull(tail.lastPollAt),
      state: tail.state,
      error: tail.error,
      caughtUpAt: isoOrNull(tail.caughtUpAt),
    },
    lastSync: run && presentRun(run),
    refresh: { waiting: refresh.waiting, since: isoOrNull(refresh.since) },
    backfill: presentState(await backfillState(deps, source, counters.received), deps.clock.now()),
    ...signals,
  };
}
