import { sourceCounters } from '../inbox/counters.ts';
import type { enqueueEvents } from '../ingest/enqueue.ts';
import { DAY, MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { OktaClient } from '../sources/okta/client.ts';
import { getSource, type Source } from '../sources/sources.repository.ts';
import { errorText } from '../sync/runner.ts';
import { backfillStalled } from './backfill.errors.ts';
import type { BackfillParams, BackfillRun, BackfillStatus, Checkpoint } from './backfill.ts';
import { readPages } from './backfill-pages.ts';
import { endBackfills, GRACE, getBackfill, isOpen, saveBackfill, storedSince } from './backfills.repository.ts';

/** Events of the source on their way through the inbox above which a backfill waits: about a second of its work. */
export const MAX_BACKLOG = 5_000;
/** How long it waits for the inbox before it looks again. */
const BACKLOG_PAUSE: Millis = 5 * SECOND;
/** What the queue has not delivered by then went another way (a dead letter): it no longer counts as on its way. */
const FLIGHT_FORGOTTEN: Millis = 10 * MINUTE;
/** A run that read no page for this long fails: whatever it waits for will not come. */
const STALLED_AFTER: Millis = DAY;

/** What a backfill works with, so that tests can give it other orgs, queues and clocks. */
export interface BackfillTools {
  deps: Deps;
  client(tenantId: string, source: Source): Promise<Pick<OktaClient, 'get'>>;
  enqueue: typeof enqueueEvents;
  sleep(ms: Millis): Promise<void>;
  /** 0..1 */
  random(): number;
}

/** `status`: the run's when it ended, `stopped` when it is not this instance's any more; else how long to wait. */
export type StepOutcome = { status: BackfillStatus | 'stopped' } | { status: 'running'; waitMs: Millis };

/**
 * One step: goes on from the stored checkpoint and stores the new one. Whatever dies in between, the same pages are read
 * again and their events found stored. Doing a step that was done goes on from there, so repeating it loses nothing.
 */
export async function advanceBackfill(tools: BackfillTools, params: BackfillParams): Promise<StepOutcome> {
  const { deps } = tools;
  const { tenantId, sourceId, runId } = params;
  const run = await getBackfill(deps, tenantId, sourceId, runId);
  if (!run || run.endedAt !== null || run.instance !== params.instance) return { status: 'stopped' };
  const source = await getSource(deps, tenantId, sourceId);
  if (!source || source.status === 'disabled') {
    await cancelForSource(deps, tenantId, sourceId, source ? 'source.disabled' : 'source.deleted');
    return { status: 'cancelled' };
  }
  if (deps.clock.now() - run.checkpoint.progressAt > STALLED_AFTER) {
    const detail = 'Look at the health of the source, then start it again: what was read stays.';
    return end(deps, tenantId, run, run, { status: 'failed', error: errorText(backfillStalled({ detail })) });
  }
  const { backlog, flight } = await backlogOf(deps, tenantId, run);
  if (backlog > MAX_BACKLOG) return waitForInbox(deps, tenantId, run);
  const { run: after, failed } = await readPages(deps, withFlight(run, flight), {
    client: () => tools.client(tenantId, source),
    enqueue: (events) => tools.enqueue(deps, { tenantId, sourceId, channel: 'backfill', events }),
    goOn: () => isOpen(deps, tenantId, run),
    sleep: tools.sleep,
    random: tools.random,
  });
  if (failed !== null) return end(deps, tenantId, run, after, { status: 'failed', error: failed });
  if (after.windowsDone >= after.windowsTotal) {
    return end(deps, tenantId, run, after, { status: 'succeeded', error: null });
  }
  // not saved: cancelled meanwhile, or the other run of a repeated step was first. The next step finds out which
  await saveBackfill(deps, tenantId, run, after);
  return { status: 'running', waitMs: Math.max(0, (after.checkpoint.wait?.until ?? 0) - deps.clock.now()) };
}

/** Ends what runs for a source that may not be read any more; what was read stays. */
export async function cancelForSource(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  tenantId: string,
  sourceId: string,
  why: 'source.disabled' | 'source.deleted',
): Promise<void> {
  const error = why === 'source.disabled' ? `${why}: The source was disabled.` : `${why}: The source was deleted.`;
  await endBackfills(deps, tenantId, { sourceId }, { status: 'cancelled', error });
}

async function end(
  deps: Deps,
  tenantId: string,
  before: BackfillRun,
  after: BackfillRun,
  how: { status: BackfillStatus; error: string | null },
): Promise<StepOutcome> {
  const saved = await saveBackfill(deps, tenantId, before, after, how);
  return saved ? { status: how.status } : { status: 'running', waitMs: 0 };
}

/**
 * Events between the queue and their stored effects. The queue cannot be asked, so what was handed over is compared
 * with what has been stored since.
 */
async function backlogOf(
  deps: Deps,
  tenantId: string,
  run: BackfillRun,
): Promise<{ backlog: number; flight: Checkpoint['flight'] }> {
  const { flight } = run.checkpoint;
  const { pending } = await sourceCounters(deps, tenantId, run.sourceId);
  const stored = flight.events === 0 ? 0 : await storedSince(deps, tenantId, run.sourceId, flight.from);
  const flying = Math.max(0, flight.events - stored);
  const now = deps.clock.now();
  const settled = flying === 0 || now - flight.from > FLIGHT_FORGOTTEN;
  return { backlog: Math.max(pending, settled ? 0 : flying), flight: settled ? { from: now, events: 0 } : flight };
}

function withFlight(run: BackfillRun, flight: Checkpoint['flight']): BackfillRun {
  return { ...run, checkpoint: { ...run.checkpoint, flight } };
}

/** Says so in the row the first time, and then only often enough to count as alive. */
async function waitForInbox(deps: Deps, tenantId: string, run: BackfillRun): Promise<StepOutcome> {
  const now = deps.clock.now();
  const known = run.checkpoint.wait?.why === 'inbox' && run.aliveUntil - now > GRACE / 2;
  const wait = { why: 'inbox', until: now + BACKLOG_PAUSE } as const;
  if (!known) await saveBackfill(deps, tenantId, run, { ...run, checkpoint: { ...run.checkpoint, wait } });
  return { status: 'running', waitMs: BACKLOG_PAUSE };
}
