import { type CoverageInput, INVENTORY_NEEDS } from '../graph/port.ts';
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
const NEEDS: readonly Need[] = ['users', 'factors', 'roles', 'apps', 'assignments', ...INVENTORY_NEEDS];

/** Scopes of the inventory are named by their need: `policies/PASSWORD`, `grants:0oa…`. */
export function needOf(scope: string): Need | undefined {
  const phase = scope.split(/[:/]/)[0] ?? '';
  return NEED_OF_PHASE[phase] ?? INVENTORY_NEEDS.find((need) => need === phase);
}

/** Rights that were there and are gone: what was readable and is refused now is a failure of the run after all. */
export function lostSince(known: CoverageInput[], sourceId: string, failed: FailedScope[]): FailedScope[] {
  const covered = new Set(
    known.filter((one) => one.sourceId === sourceId && one.reason === null).map(({ need }) => need),
  );
  return failed.flatMap(({ scope, reason, optional }) => {
    const need = needOf(scope);
    return optional === 'right' && need && covered.has(need) ? [{ scope, reason }] : [];
  });
}

/**
 * Coverage after a run. `complete`: everything was read, so needs without a failure are covered; else (a confirmation
 * reads a few scopes) only failures are told. Single objects that were left out do not take the rest with them.
 */
export function coverageOf(sourceId: string, failed: FailedScope[], complete: boolean, at: Millis): CoverageInput[] {
  const reasons = new Map<Need, string>();
  for (const { scope, reason, leftOut } of failed) {
    const need = needOf(scope);
    if (need && !leftOut && !reasons.has(need)) reasons.set(need, reason);
  }
  return NEEDS.filter((need) => complete || reasons.has(need)).map((need) => ({
    sourceId,
    need,
    reason: reasons.get(need) ?? null,
    at,
  }));
}
