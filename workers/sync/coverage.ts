import type { CoverageInput } from '../graph/port.ts';
import type { Millis } from '../platform/clock.ts';
import type { FailedScope } from './run.ts';

type Need = CoverageInput['need'];

/** What the detections miss when a scope could not be read. Groups carry admin roles, so they count as roles. */
const NEED_OF_PHASE: Record<string, Need> = {
  users: 'users',
  groups: 'roles',
  members: 'roles',
  apps: 'apps',
  appUsers: 'assignments',
  appGroups: 'assignments',
  admins: 'roles',
  userRoles: 'roles',
  groupRoles: 'roles',
  factors: 'factors',
};

/** What a full sync judges: `events` is the tail's. */
const NEEDS: readonly Need[] = ['users', 'factors', 'roles', 'apps', 'assignments'];

/**
 * Coverage after a run. `complete`: everything was read, so needs without a failure are covered; else (a confirmation
 * reads a few scopes) only failures are told. Single objects that were left out do not take the rest with them.
 */
export function coverageOf(sourceId: string, failed: FailedScope[], complete: boolean, at: Millis): CoverageInput[] {
  const reasons = new Map<Need, string>();
  for (const { scope, reason, leftOut } of failed) {
    const need = NEED_OF_PHASE[scope.split(':')[0] ?? ''];
    if (need && !leftOut && !reasons.has(need)) reasons.set(need, reason);
  }
  return NEEDS.filter((need) => complete || reasons.has(need)).map((need) => ({
    sourceId,
    need,
    reason: reasons.get(need) ?? null,
    at,
  }));
}
