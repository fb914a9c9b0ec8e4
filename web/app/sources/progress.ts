import type { SyncRun } from '~/api/sources.server';
import { number, plural, words } from '~/ui/words';

type Progress = NonNullable<SyncRun['progress']>;

/** What a phase of the sync is called while it runs. */
const PHASES: Record<string, string> = {
  queued: 'Waiting to start',
  users: 'Reading users',
  groups: 'Reading groups',
  members: 'Reading group members',
  apps: 'Reading apps',
  appUsers: 'Reading app assignments',
  appGroups: 'Reading app groups',
  admins: 'Reading administrators',
  userRoles: 'Reading roles of users',
  groupRoles: 'Reading roles of groups',
  roles: 'Drawing admin roles',
  factors: 'Reading factors',
  evaluate: 'Running the detections',
};

/** 0 to 100, of the whole run where it can be told; null while the phase does not know its end. */
export function percentOf({ progress, estimate }: Pick<SyncRun, 'progress' | 'estimate'>): number | null {
  if (estimate !== null && estimate.of > 0) return share(estimate.calls, estimate.of);
  return progress === null || progress.total <= 0 ? null : share(progress.done, progress.total);
}

function share(done: number, total: number): number {
  return Math.max(0, Math.min(100, Math.round((done / total) * 100)));
}

export function phaseText(progress: Progress | null): string {
  if (progress === null) return PHASES.queued ?? '';
  const phase = PHASES[progress.phase] ?? words(progress.phase);
  return progress.total > 1 ? `${phase}: ${number(progress.done)} of ${number(progress.total)}` : phase;
}

/** `members:00g1` as "members of 00g1": what was being listed. */
export function scopeText(scope: string): string {
  const [what = scope, of] = scope.split(':');
  return of === undefined ? words(what) : `${words(what)} of ${of}`;
}

export function more(count: number): string {
  return count === 0 ? '' : ` and ${plural(count, 'more', 'more')}`;
}
