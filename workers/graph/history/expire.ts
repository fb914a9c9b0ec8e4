import { DAY, type Millis, SECOND } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import { describeError } from '../../platform/errors.ts';
import { graphOf } from '../directory.ts';
import { beginRound, moveRound, roundAt, tenantsAfter } from './round.repository.ts';

/** The history is cut off by whole weeks, so that most nights nothing is looked at. It is kept up to so much longer. */
export const CUT_STEP = 7 * DAY;

/** How long one run works: it begins no tenants after that. */
const RUN_TIME: Millis = 20 * SECOND;
/** Tenants at once: the platform allows six connections of one call. After each such step the round is noted. */
const AT_ONCE = 6;
/** Tenants of one run: what a run may ask of others is bounded by the platform. */
const MOST_TENANTS = 300;

export type ExpireDeps = Pick<Deps, 'env' | 'control' | 'evidence' | 'clock' | 'log'>;

export interface RunLimits {
  runTime: Millis;
  tenants: number;
}

const LIMITS: RunLimits = { runTime: RUN_TIME, tenants: MOST_TENANTS };

/**
 * Nightly: begins a round over all tenants in which each graph is told since when it is to remember: the shards then
 * forget what is older, in steps of their own. The minute's tick goes on with what one run does not get through.
 */
export async function expireHistories(deps: ExpireDeps, limits = LIMITS): Promise<boolean> {
  await beginRound(deps);
  return continueHistories(deps, limits);
}

/**
 * Goes on with a round where it stands. Safe to repeat and to run twice at once: told again, a graph does nothing. One
 * that does not answer is left for the next night. Returns whether something is left to do.
 */
export async function continueHistories(deps: ExpireDeps, limits = LIMITS): Promise<boolean> {
  const began = deps.clock.now();
  let at = await roundAt(deps);
  for (let seen = 0; at !== null; seen += AT_ONCE) {
    if (seen >= limits.tenants || deps.clock.now() - began >= limits.runTime) return true;
    const some = await tenantsAfter(deps, at, AT_ONCE);
    await Promise.all(some.map(({ id, days }) => expire(deps, id, days)));
    const last = some.length < AT_ONCE ? null : (some.at(-1)?.id ?? null);
    await moveRound(deps, at, last);
    at = last;
  }
  return false;
}

async function expire(deps: ExpireDeps, tenantId: string, days: number): Promise<void> {
  try {
    const since = Math.floor((deps.clock.now() - days * DAY) / CUT_STEP) * CUT_STEP;
    await graphOf(deps, tenantId).keepHistorySince(since);
  } catch (error) {
    deps.log.error('the history was not cut off', { tenantId, ...describeError(error) });
  }
}
