import type { FailedScope, HeldScope } from './run.ts';
import type { SyncState } from './sync-state.ts';

/** Scopes that are remembered to be read again; beyond it the whole stretch of time is. */
export const MAX_AGAIN = 200;
/** Failed scopes that are remembered so as not to be told again. */
const MAX_FAILING = 50;

/** Listings that only a change brings about: if one fails, the next run would not know that it is due. */
const ON_CHANGE = ['groups', 'members', 'appUsers', 'appGroups', 'factors'];

/**
 * What the next delta begins with. `readAt`: when the source answered first, by its clock. Time moves on only where
 * everything that changed before it was read or is remembered; what failed is never skipped. `more`: scopes of other
 * phases that are remembered too.
 */
export function afterRun(
  before: SyncState,
  failed: FailedScope[],
  held: HeldScope[],
  readAt: number,
  more: readonly string[] = [],
): SyncState {
  // what is held may be a listing that was not whole; a right that was never given is no failure
  const lost = [...failed.filter((scope) => !scope.leftOut && !scope.optional), ...held].map(({ scope }) => scope);
  const again = [...new Set([...lost.filter((scope) => scope === 'apps' || isOne(scope)), ...more])].sort();
  const listsFailed = lost.some((scope) => scope === 'users' || ON_CHANGE.includes(scope));
  const failing = [...new Set(lost)].sort().slice(0, MAX_FAILING);
  if (listsFailed || again.length > MAX_AGAIN) return { ...before, failing };
  return { ...before, since: readAt, again, failing };
}

function isOne(scope: string): boolean {
  const [phase, id] = splitScope(scope);
  return id !== '' && ON_CHANGE.includes(phase);
}

/** `members:00g…` → `['members', '00g…']`. */
export function splitScope(scope: string): [phase: string, id: string] {
  const at = scope.indexOf(':');
  return at === -1 ? [scope, ''] : [scope.slice(0, at), scope.slice(at + 1)];
}

/** The ids of one phase among remembered scopes. */
export function againOf(state: SyncState, phase: string): string[] {
  return state.again.flatMap((scope) => (splitScope(scope)[0] === phase ? [splitScope(scope)[1]] : []));
}
