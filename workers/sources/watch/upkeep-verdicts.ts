import { HOUR, MINUTE, type Millis } from '../../platform/clock.ts';
import type { HeldScope, SyncStatus } from '../../sync/run.ts';
import type { TailState } from '../../tail/tail-state.ts';
import type { HooksInOkta } from '../event-hooks.ts';
import { HOOK_TYPES } from '../okta/event-types.ts';
import { KEEP, PASS, type SourceVerdict } from './source-verdict.ts';
import type { HookState, WatchState } from './watch-state.ts';

/** How long the log may be out of reach. */
export const TAIL_FAILED_AFTER: Millis = 15 * MINUTE;
/** How long it may be merely behind, or wait for the rate limit. */
export const TAIL_BEHIND_AFTER: Millis = HOUR;
/** The longest that two polls are apart is a quarter of an hour, after failures. */
export const TAIL_STOPPED_AFTER: Millis = 20 * MINUTE;
/** A few failures in a row are a hiccup. */
const TAIL_FAILURES = 5;

/** Whether the System Log is read. By our clock alone. */
export function tailStuck(tail: TailState, watchedSince: Millis, now: Millis): SourceVerdict {
  const since = tail.caughtUpAt ?? watchedSince;
  const silentFor = now - Math.max(tail.lastPollAt ?? 0, watchedSince);
  const facts = {
    state: tail.state,
    itSaid: tail.error,
    failuresInARow: tail.failures,
    readToItsEndAt: tail.caughtUpAt,
    lastAskedAt: tail.lastPollAt,
    newestEventAt: tail.lastEventAt,
  };
  const fail = (grade: string, severity: 'medium' | 'critical'): SourceVerdict => ({
    status: 'fail',
    title: grade === 'behind' ? 'System Log Is Behind' : 'System Log Cannot Be Read',
    severity,
    grade,
    facts,
  });
  if (silentFor >= TAIL_STOPPED_AFTER) return fail('stopped', 'critical');
  if (tail.state === 'idle') return PASS;
  if (tail.state === 'failed') {
    return tail.failures >= TAIL_FAILURES && now - since >= TAIL_FAILED_AFTER ? fail('failed', 'critical') : KEEP;
  }
  return now - since >= TAIL_BEHIND_AFTER ? fail('behind', 'medium') : KEEP;
}

/** The newest full sync of a source. */
export interface NewestSync {
  id: string;
  status: SyncStatus;
  endedAt: Millis | null;
  held: HeldScope[];
}

/** Whether the last full sync left removals to a person. While one goes on, what was said of the last one stays. */
export function syncHeld(run: NewestSync | null): SourceVerdict {
  if (run?.status === 'queued' || run?.status === 'running') return KEEP;
  if (run?.status !== 'held') return PASS;
  const held = run.held.map(({ scope, existing, removing }) => `${scope}: ${removing} of ${existing}`);
  return {
    status: 'fail',
    title: 'Sync Waits for a Decision',
    severity: 'high',
    grade: run.held.map(({ scope }) => scope).join(),
    facts: { run: run.id, heldAt: run.endedAt, held },
  };
}

/** How long an event may wait for a person's decision. */
export const DEAD_LETTERS_AFTER: Millis = HOUR;
/** Dead letters that are counted; from there on it is "or more". */
export const MOST_DEAD_LETTERS = 1_000;

export interface OpenDeadLetters {
  /** At most `MOST_DEAD_LETTERS`. */
  open: number;
  oldestAt: Millis | null;
}

/** Told again when their number has grown tenfold. */
export function deadLettersOpen({ open, oldestAt }: OpenDeadLetters): SourceVerdict {
  if (open === 0) return PASS;
  const more = open >= MOST_DEAD_LETTERS;
  return {
    status: 'fail',
    title: 'Dead Letters Wait for a Decision',
    severity: 'medium',
    grade: String(String(open).length),
    facts: { open: more ? `${MOST_DEAD_LETTERS} or more` : open, oldestAt },
  };
}

/** What Okta's answer means for this source. */
export function hookStateOf(found: HooksInOkta, now: Millis): HookState {
  const known = { checkedAt: now, live: 0, idle: [], reason: null };
  if (!found.ok) return { ...known, status: 'unknown', reason: found.error };
  const ours = found.hooks.filter((hook) => hook.ours);
  const isLive = (hook: (typeof ours)[number]) => hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
  const live = ours.filter(isLive);
  const brought = new Set(live.flatMap((hook) => hook.types));
  const missing = new Set(HOOK_TYPES.filter((type) => !brought.has(type)));
  // one that others stand in for was switched off on purpose
  const idle = ours.filter((hook) => !isLive(hook) && hook.types.some((type) => missing.has(type)));
  const state = { ...known, live: live.length, idle: idle.map((hook) => hook.name) };
  if (ours.length === 0) return { ...state, status: 'missing' };
  if (idle.length === 0) return { ...state, status: 'ok' };
  return { ...state, status: idle.some((hook) => hook.status === 'ACTIVE') ? 'unverified' : 'inactive' };
}

/** Both hook detections, from what Okta was seen to have last. A hybrid source may do without hooks. */
export function hookVerdicts({ hooks, mode }: WatchState): Record<'hook-unverified' | 'hook-inactive', SourceVerdict> {
  if (hooks === null) return { 'hook-unverified': KEEP, 'hook-inactive': KEEP };
  if (hooks.status === 'unknown') {
    const unknown = { status: 'unknown' as const, reason: hooks.reason ?? 'Okta does not tell its hooks' };
    return { 'hook-unverified': unknown, 'hook-inactive': unknown };
  }
  const fail = (title: string): SourceVerdict => ({
    status: 'fail',
    title,
    severity: 'medium',
    grade: hooks.idle.join(),
    facts: { hooks: hooks.idle, activeAndVerified: hooks.live, checkedAt: hooks.checkedAt },
  });
  const missing = hooks.status === 'missing' && mode === 'event_hook';
  const off = missing ? fail('No Event Hook in Okta') : fail('Event Hook Not Active');
  return {
    'hook-unverified': hooks.status === 'unverified' ? fail('Event Hook Not Verified') : PASS,
    'hook-inactive': hooks.status === 'inactive' || missing ? off : PASS,
  };
}
