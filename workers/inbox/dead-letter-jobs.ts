import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import { DAY, iso, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { defineError, describeError, notFound } from '../platform/errors.ts';
import { claimChunk, discardChunk, reopenClaimed, sendClaimed } from './dead-letter-chunks.ts';
import {
  cancelJob,
  countMatching,
  countOpenJobs,
  type DeadLetterJob,
  endJob,
  getJob,
  idleJobs,
  insertJob,
  type LetterFilter,
  releaseLease,
  takeLease,
} from './dead-letter-jobs.repository.ts';

/** Jobs of a tenant that may be under way at the same time. */
export const MAX_JOBS = 10;
/** Chunks of one run: the request that starts a job does the first ones, each minute's tick as many of each job. */
const CHUNKS_IN_REQUEST = 2;
export const CHUNKS_PER_TICK = 50;
/** A job that could not be finished by then is given up; its letters are open or replayed, never in between. */
export const MAX_JOB_AGE: Millis = DAY;

export const tooManyJobs = defineError({
  code: 'dead_letter.too_many_jobs',
  status: 409,
  title: 'Too many replays and discards are under way',
});
export const jobEnded = defineError({ code: 'dead_letter.job_ended', status: 409, title: 'The job has ended' });

export interface NewJob {
  kind: 'replay' | 'discard';
  filter: LetterFilter;
  ids: string[] | null;
  reason: string | null;
}

/**
 * Replays or discards all open letters that match. The first chunks are done at once, the rest by the minute's tick.
 * Audited once. Throws `dead_letter.too_many_jobs`.
 */
export async function startJob(deps: Deps, tenantId: string, by: Principal, input: NewJob): Promise<DeadLetterJob> {
  if ((await countOpenJobs(deps, tenantId)) >= MAX_JOBS) throw tooManyJobs({ detail: `At most ${MAX_JOBS}.` });
  const now = deps.clock.now();
  const id = deps.ids.next('djb');
  const scope = {
    tenantId,
    filter: JSON.stringify(input.filter),
    ids: input.ids && JSON.stringify(input.ids),
    cursor: '',
    createdAt: now,
  };
  const matched = await countMatching(deps, scope);
  const job: DeadLetterJob = {
    ...scope,
    id,
    kind: input.kind,
    reason: input.reason,
    status: matched === 0 ? 'succeeded' : 'running',
    matched,
    done: 0,
    skipped: 0,
    claimed: null,
    lease: null,
    leaseUntil: null,
    requestedBy: JSON.stringify(by),
    error: null,
    endedAt: matched === 0 ? now : null,
  };
  await insertJob(deps, job);
  await audit(deps, tenantId, by, {
    action: input.kind === 'replay' ? 'dead_letter.replay_many' : 'dead_letter.discard_many',
    targetKind: 'dead_letter_job',
    targetId: id,
    detail: {
      ...(input.ids ? { ids: input.ids.length } : { filter: presentFilter(input.filter) }),
      matched,
      ...(input.reason === null ? {} : { reason: input.reason }),
    },
  });
  await runJob(deps, tenantId, id, CHUNKS_IN_REQUEST);
  return (await getJob(deps, tenantId, id)) ?? job;
}

/** Stops a job after the chunk it is at. Throws `not_found`, `dead_letter.job_ended`. */
export async function stopJob(deps: Deps, tenantId: string, id: string, by: Principal): Promise<DeadLetterJob> {
  if (!(await getJob(deps, tenantId, id))) throw notFound();
  if (!(await cancelJob(deps, tenantId, id, deps.clock.now()))) throw jobEnded();
  await audit(deps, tenantId, by, { action: 'dead_letter.job.cancel', targetKind: 'dead_letter_job', targetId: id });
  const job = await getJob(deps, tenantId, id);
  if (!job) throw notFound();
  return job;
}

/** Goes on with the jobs of every tenant where they stand. For the minute's tick; safe to run twice. */
export async function continueDeadLetterJobs(deps: Deps): Promise<void> {
  for (const db of deps.evidenceShards) {
    for (const { tenantId, id } of await idleJobs(db, deps.clock.now())) {
      await runJob(deps, tenantId, id, CHUNKS_PER_TICK);
    }
  }
}

/** Works on a job for some chunks. What fails is noted in the job, and tried again by the next tick. */
export async function runJob(deps: Deps, tenantId: string, id: string, chunks: number): Promise<void> {
  const lease = deps.ids.next('djb');
  let problem: string | null = null;
  try {
    for (let n = 0; n < chunks; n++) {
      if (!(await takeLease(deps, tenantId, id, lease, deps.clock.now()))) return;
      const job = await getJob(deps, tenantId, id);
      if (!job || !(await step(deps, job, lease))) break;
    }
  } catch (error) {
    const { name, message } = describeError(error);
    problem = `${name}: ${message}`.slice(0, 300);
    deps.log.warn('dead letter job will be tried again', { tenantId, id, ...describeError(error) });
  }
  await releaseLease(deps, tenantId, id, lease, problem);
}

/** One chunk: marked, sent, noted. False when the job has ended. */
async function step(deps: Deps, job: DeadLetterJob, lease: string): Promise<boolean> {
  const by = JSON.parse(job.requestedBy) as Principal;
  const { tenantId, id } = job;
  if (deps.clock.now() - job.createdAt > MAX_JOB_AGE) {
    await reopenClaimed(deps, job);
    await endJob(deps, job, 'failed', deps.clock.now());
    return false;
  }
  if (job.claimed === null) {
    if (job.status !== 'running') {
      await endJob(deps, job, 'succeeded', deps.clock.now());
      return false;
    }
    const more = await (job.kind === 'discard' ? discardChunk : claimChunk)(deps, job, lease, by);
    if (!more) {
      await endJob(deps, job, 'succeeded', deps.clock.now());
      return false;
    }
    if (job.kind === 'discard') return true;
  }
  const claimed = job.claimed === null ? await getJob(deps, tenantId, id) : job;
  if (claimed && claimed.claimed !== null) await sendClaimed(deps, claimed, lease, by);
  return true;
}

/** A filter as the API shows it. */
export function presentFilter({ source, reason, queue, since, until }: LetterFilter) {
  return {
    status: 'open' as const,
    ...(source === undefined ? {} : { source }),
    ...(reason === undefined ? {} : { reason }),
    ...(queue === undefined ? {} : { queue }),
    ...(since === undefined ? {} : { since: iso(since) }),
    ...(until === undefined ? {} : { until: iso(until) }),
  };
}
