import { completenessOf } from '../../inbox/completeness.repository.ts';
import { applyVerdictChanges } from '../../issues/apply-verdicts.ts';
import { DAY, HOUR, MINUTE, type Millis } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import type { TailState } from '../../tail/tail-state.ts';
import type { HooksInOkta } from '../event-hooks.ts';
import { channelsOfMode } from '../ingest-secrets.repository.ts';
import { pushableTypes } from '../pushable-types.ts';
import type { Source } from '../sources.repository.ts';
import { judged, type SourceVerdicts } from './changes.ts';
import { logOnlyOf, minuteOf, pushedBetween } from './observations.repository.ts';
import { capNear, counted, hourDue, loss, silence, silenceWindow } from './push-verdicts.ts';
import { PASS } from './source-verdict.ts';
import {
  DEAD_LETTERS_AFTER,
  deadLettersOpen,
  hookStateOf,
  hookVerdicts,
  syncHeld,
  tailStuck,
} from './upkeep-verdicts.ts';
import { forgetWatch, saveWatch, type Watch } from './watch.repository.ts';
import type { WatchState } from './watch-state.ts';

/** Pushed events are counted, and the hooks looked at in Okta, this often. */
export const BLOCK: Millis = 10 * MINUTE;
/** How long a delivery may take from being received to being recorded. */
const RECORDED_AFTER: Millis = 2 * MINUTE;

/** What a look needs beyond the stores; replaced by tests. */
export interface WatchPorts {
  tail(tenantId: string, sourceId: string): Promise<TailState>;
  hooks(source: Source): Promise<HooksInOkta>;
}

/**
 * One look at an active source. Reads a few rows; writes only when something is worth remembering: every ten minutes,
 * and when a verdict changed. Changes are remembered before the issues are told and forgotten after, so a look that
 * died in between is made good by the next one. Returns how many verdicts changed.
 */
export async function watchSource(deps: Deps, source: Source, watch: Watch, ports: WatchPorts): Promise<number> {
  const now = deps.clock.now();
  const { tenantId, id } = source;
  const before = watch.state ?? newState(source, now);
  const state = await observed(deps, source, withMode(before, source, now), ports);
  const window = silenceWindow(state, now);
  const push = channelsOfMode(state.mode);
  const [minute, tail] = await Promise.all([
    minuteOf(deps, tenantId, id, {
      pushedAfter: push.length > 0 ? (window?.from ?? now - BLOCK) : null,
      deadBefore: now - DEAD_LETTERS_AFTER,
    }),
    ports.tail(tenantId, id),
  ]);
  const types = pushableTypes(state.mode);
  const logOnly =
    push.length > 0 && !minute.pushed && window ? await logOnlyOf(deps, tenantId, id, window, types) : null;
  const hooked = push.includes('event_hook');
  const verdicts: SourceVerdicts = {
    'push-silent': push.length > 0 ? silence(state, minute.pushed, logOnly) : PASS,
    'push-loss': push.length > 0 ? loss(state) : PASS,
    'push-cap-near': hooked ? capNear(state, now) : PASS,
    ...(hooked ? hookVerdicts(state) : { 'hook-unverified': PASS, 'hook-inactive': PASS }),
    'tail-stuck': tailStuck(tail, state.modeSince, now),
    'sync-held': syncHeld(minute.sync),
    'dead-letters-open': deadLettersOpen(minute.dead),
  };
  const subject = { id, nativeId: new URL(source.baseUrl).host, name: source.name };
  const after = judged(state, verdicts, subject, now);
  if (after === watch.state && after.pending.length === 0) return 0;
  const saved = after === watch.state ? watch : await saveWatch(deps, watch, after);
  if (saved === null) return 0;
  await tell(deps, saved, after);
  return after.pending.length;
}

/** A source that is disabled or gone has no trouble any more: its issues resolve, and it is forgotten. */
export async function endWatch(deps: Deps, watch: Watch): Promise<void> {
  const { state, tenantId, sourceId } = watch;
  if (state) {
    const ids = Object.keys(state.verdicts) as (keyof WatchState['verdicts'])[];
    const verdicts: SourceVerdicts = Object.fromEntries(ids.map((id) => [id, PASS]));
    const subject = { id: sourceId, nativeId: sourceId, name: sourceId };
    const after = judged(state, verdicts, subject, deps.clock.now());
    // remembered first, as in a look: the next tick tells the same changes again
    if (after !== state && (await saveWatch(deps, watch, after)) === null) return;
    await applyVerdictChanges(deps, tenantId, after.pending);
  }
  await forgetWatch(deps, watch);
}

async function tell(deps: Deps, watch: Watch, state: WatchState): Promise<void> {
  if (state.pending.length === 0) return;
  await applyVerdictChanges(deps, watch.tenantId, state.pending);
  await saveWatch(deps, watch, { ...state, pending: [] });
}

function newState(source: Source, now: Millis): WatchState {
  return {
    mode: source.mode,
    modeSince: now,
    verdicts: {},
    seq: 0,
    pending: [],
    hour: null,
    countedUntil: 0,
    cap: null,
    lastPush: { event_hook: null, eventbridge: null },
    hooks: null,
  };
}

/** What was seen of push in another mode says nothing of this one. */
function withMode(state: WatchState, { mode }: Source, now: Millis): WatchState {
  return state.mode === mode ? state : { ...state, mode, modeSince: now, hour: null, hooks: null };
}

/** The state with what is due now: pushed events counted, hooks looked at, an hour compared. */
async function observed(deps: Deps, source: Source, state: WatchState, ports: WatchPorts): Promise<WatchState> {
  const now = deps.clock.now();
  const { tenantId, id } = source;
  let next = state;
  const until = Math.floor((now - RECORDED_AFTER) / BLOCK) * BLOCK;
  if (until > state.countedUntil) {
    const from = Math.max(state.countedUntil, until - DAY);
    next = counted(next, await pushedBetween(deps, tenantId, id, from, until), until);
  }
  const hooked = channelsOfMode(state.mode).includes('event_hook');
  if (hooked && (state.hooks === null || now - state.hooks.checkedAt >= BLOCK)) {
    next = { ...next, hooks: hookStateOf(await ports.hooks(source), now) };
  }
  const hour = channelsOfMode(state.mode).length > 0 ? hourDue(state, now) : null;
  if (hour !== null) {
    const { totals } = await completenessOf(deps, tenantId, {
      sourceId: id,
      since: hour,
      until: hour + HOUR,
      connectedAt: source.createdAt,
      pushable: pushableTypes(state.mode),
    });
    next = { ...next, hour: { hour, push: totals.push, missed: totals.missedByPush } };
  }
  return next;
}
