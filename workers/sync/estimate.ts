import type { Millis } from '../platform/clock.ts';
import { READINGS } from './inventory-readings.ts';
import { ALL_AT_ONCE } from './read-factors.ts';
import type { SyncRun } from './run.ts';

/** How far a run is over all of its phases. */
export interface RunEstimate {
  /** Calls of the source's API that are done, of about so many. */
  calls: number;
  of: number;
  /** About when the run will have ended. */
  readyAt: Millis;
}

/**
 * Calls that a full sync makes, guessed from what a first one knows once apps are listed: assignments of people and of
 * groups, and about one detail more, for each app; roles of groups; the inventory's lists; factors.
 */
export function guessCalls(known: { calls: number; apps: number; mayHoldRoles: number; people: number }): number {
  const { calls, apps, mayHoldRoles, people } = known;
  return calls + 3 * apps + mayHoldRoles + READINGS.length + Math.min(people, ALL_AT_ONCE);
}

/**
 * Null while nothing tells how much there is to read, when the run has made all the calls that were expected, and once it
 * has ended. The rest is taken to go as fast as what is done, with the pauses in it.
 */
export function estimateOf(run: Pick<SyncRun, 'status' | 'calls' | 'startedAt' | 'progress'>): RunEstimate | null {
  const { status, calls, startedAt, progress } = run;
  const of = progress?.expectedCalls ?? 0;
  if (!progress || status !== 'running' || calls === 0 || calls >= of) return null;
  const took = Math.max(0, progress.at - startedAt);
  return { calls, of, readyAt: progress.at + Math.round((took * (of - calls)) / calls) };
}
