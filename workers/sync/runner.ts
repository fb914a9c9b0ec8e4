import type { Millis } from '../platform/clock.ts';
import { describeError, notFound, PosternError } from '../platform/errors.ts';
import type { RateSeen } from '../sources/okta/rate.ts';
import { getSource } from '../sources/sources.repository.ts';
import type { CoverageNotes } from './coverage-notes.ts';
import {
  emptyProgress,
  type FailedScope,
  type FullParams,
  type HeldScope,
  MAX_NAMED_SCOPES,
  type Phase,
  type SyncProgress,
} from './run.ts';
import { noteProgress } from './runs.repository.ts';
import { openSession, type Stepper, type SyncSession, type SyncTools } from './session.ts';
import { type SweepHandlers, sweep } from './sweep.ts';
import { isDone, type Listing, mergeOpen, SWEEP_START, type SweepState } from './sweep-state.ts';
import { sourceDisabled, syncTooLarge } from './sync.errors.ts';

/** Workflows end at 1,024 steps; the rest is for the steps that are not sweeps. */
const MAX_STEPS = 1_000;

/** Rate limits that a run's row tells. */
const MAX_RATES = 20;

/** Thrown to leave a run that was cancelled or taken for dead. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
}

/** What a run remembers between its steps. Rebuilt from step results when the workflow is replayed. */
export interface RunMemory {
  calls: number;
  rowsWritten: number;
  progress: SyncProgress;
  /** All failures, of which the progress names the first. */
  failed: FailedScope[];
  steps: number;
  /** What the coverage says beside. */
  notes: CoverageNotes;
  /** Whether the run has a row, which tells where it is and may stop it. */
  shown: boolean;
  /** Whether work was done anew after it failed: what it wrote before is not counted. */
  repeated: boolean;
}

export interface SweepOutcome {
  facts: string[];
  failed: FailedScope[];
  held: HeldScope[];
  /** The oldest answer that a listing began with; the start of the run when there was none. */
  asOf: Millis;
}

export interface Runner {
  memory: RunMemory;
  /** Runs work as a step, after noting the progress and asking whether the run may go on. */
  step<T>(name: string, work: (session: SyncSession) => Promise<T>): Promise<T>;
  /** Reads listings to their end over as many steps and pauses as it takes. */
  sweep(
    phase: Phase,
    listings: readonly Listing[],
    handlers: (session: SyncSession) => SweepHandlers,
  ): Promise<SweepOutcome>;
  note(found: { failed?: FailedScope[]; held?: HeldScope[]; rows?: number; notes?: CoverageNotes }): void;
}

/** `quiet`: the run has no row yet. */
export function createRunner(
  tools: SyncTools,
  params: Pick<FullParams, 'tenantId' | 'sourceId' | 'runId'>,
  stepper: Stepper,
  startedAt: Millis,
  quiet = false,
): Runner {
  const { tenantId, sourceId, runId } = params;
  const memory: RunMemory = {
    calls: 0,
    rowsWritten: 0,
    progress: emptyProgress(startedAt),
    failed: [],
    steps: 0,
    notes: {},
    shown: !quiet,
    repeated: false,
  };

  const step: Runner['step'] = async (name, work) => {
    if (++memory.steps > MAX_STEPS) throw syncTooLarge({ detail: `More than ${MAX_STEPS} steps.` });
    let tries = 0;
    const outcome = await stepper.do(name, () =>
      asOutcome(async () => {
        if (++tries > 1) memory.repeated = true;
        const progress = { ...memory.progress, at: tools.deps.clock.now() };
        const { calls, rowsWritten } = memory;
        const update = { calls, rowsWritten, progress };
        if (memory.shown && !(await noteProgress(tools.deps, tenantId, runId, update))) throw new RunStopped();
        const source = await getSource(tools.deps, tenantId, sourceId);
        if (!source) throw notFound({ detail: 'The source was deleted.' });
        if (source.status === 'disabled') throw sourceDisabled();
        const session = await openSession(tools, source, runId);
        const result = await work(session);
        memory.progress = { ...memory.progress, rates: mergeRates(memory.progress.rates, session.okta.rates()) };
        return result;
      }),
    );
    if ('ok' in outcome) return outcome.ok;
    throw outcome.stopped ? new RunStopped() : new PosternError({ ...outcome, status: 422, title: outcome.detail });
  };

  const note: Runner['note'] = ({ failed: all = [], held = [], rows = 0, notes = {} }) => {
    // a right that was never given is told by the coverage, not with every run
    const failed = all.filter(({ optional }) => !optional);
    const { progress } = memory;
    const [namedFailed, namedHeld] = [
      failed.slice(0, MAX_NAMED_SCOPES - progress.failedScopes.length),
      held.slice(0, MAX_NAMED_SCOPES - progress.held.length),
    ];
    memory.rowsWritten += rows;
    memory.notes = { ...memory.notes, ...notes };
    memory.failed.push(...all);
    memory.progress = {
      ...progress,
      failedScopes: [...progress.failedScopes, ...namedFailed],
      failedMore: progress.failedMore + failed.length - namedFailed.length,
      held: [...progress.held, ...namedHeld],
      heldMore: progress.heldMore + held.length - namedHeld.length,
    };
  };

  const runSweep: Runner['sweep'] = async (phase, listings, handlers) => {
    const all: Omit<SweepOutcome, 'asOf'> = { facts: [], failed: [], held: [] };
    let asOf: Millis | null = null;
    let state: SweepState = SWEEP_START;
    for (let n = 1; !isDone(listings, state); n++) {
      memory.progress = { ...memory.progress, phase, done: state.at - state.open.length, total: listings.length };
      const before = state;
      const result = await step(`${phase} ${n}`, (session) => sweep(session, listings, before, handlers(session)));
      state = mergeOpen(before, result);
      memory.calls += result.calls;
      note({ failed: result.failed, held: result.held, rows: result.rows });
      for (const fact of result.facts) all.facts.push(fact);
      all.failed.push(...result.failed);
      all.held.push(...result.held);
      if (result.asOf !== null) asOf = Math.min(asOf ?? result.asOf, result.asOf);
      if (result.waitMs !== null && !isDone(listings, state)) await stepper.sleep(`${phase} pause ${n}`, result.waitMs);
    }
    return { ...all, asOf: asOf ?? startedAt };
  };

  return { memory, step, sweep: runSweep, note };
}

/** By bucket, the newest wins. A replayed step is not asked again, so this tells less after an eviction. */
function mergeRates(known: RateSeen[] = [], fresh: RateSeen[]): RateSeen[] {
  return [...new Map([...known, ...fresh].map((rate) => [rate.bucket, rate])).values()].slice(-MAX_RATES);
}

/** What a step gives back: a permanent error is a result, since doing the step again would not help. */
type Outcome<T> = { ok: T } | { stopped: boolean; code: string; detail: string };

async function asOutcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: await work() };
  } catch (error) {
    if (error instanceof RunStopped) return { stopped: true, code: 'sync.stopped', detail: 'stopped' };
    if (error instanceof PosternError && error.status < 500 && error.status !== 429) {
      return { stopped: false, code: error.code, detail: error.detail ?? error.title };
    }
    throw error;
  }
}

/** What a run's row says of the error that ended it: a code, and for typed errors what to do about it. */
export function errorText(error: unknown): string {
  const { code, name, message } = describeError(error);
  return code
    ? `${code}: ${error instanceof PosternError ? (error.detail ?? error.title) : message}`
    : `${name}: ${message}`;
}
