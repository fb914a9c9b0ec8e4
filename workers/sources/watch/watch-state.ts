import { z } from 'zod';
import { SOURCE_MODES } from '../../../db/control/schema.ts';
import type { Facts, Severity, SourceDetectionId, SourceVerdictChange } from '../../detections/types.ts';
import type { Millis } from '../../platform/clock.ts';
import type { SourceMode } from '../sources.repository.ts';

/** A verdict that is not `pass`, as it was told last. */
export interface ToldVerdict {
  status: 'fail' | 'unknown';
  /** What makes it worth telling again: a share, an hour, a state. */
  grade: string;
  title: string;
  severity: Severity;
  facts: Facts;
}

/** The Event Hooks to a source, as Okta has them. */
export interface HookState {
  checkedAt: Millis;
  status: 'ok' | 'unverified' | 'inactive' | 'missing' | 'unknown';
  /** Hooks to this source that are active and verified. */
  live: number;
  /** Names of those that bring nothing and should. */
  idle: string[];
  /** Why it is not known. */
  reason: string | null;
}

/** What the watch over one source remembers. Times by our clock unless said otherwise. */
export interface WatchState {
  mode: SourceMode;
  /** Since when push is to be expected: when the watch began, or the mode changed. */
  modeSince: Millis;
  verdicts: Partial<Record<SourceDetectionId, ToldVerdict>>;
  /** Of the last change of a verdict. */
  seq: number;
  /** Changes that the issues may not have yet: told again until they have. */
  pending: SourceVerdictChange[];
  /** The last full hour (of publication) that was compared: events by push, and those it missed. */
  hour: { hour: Millis; push: number; missed: number } | null;
  /** Pushed events are counted up to here. */
  countedUntil: Millis;
  /** Okta's 24 hours of Event Hook events, from the first one; null before it. */
  cap: { since: Millis; events: number } | null;
  /** Last push of each channel before `countedUntil`. */
  lastPush: { event_hook: Millis | null; eventbridge: Millis | null };
  hooks: HookState | null;
}

const millis = z.number();
const stored = z.looseObject({
  mode: z.enum(SOURCE_MODES),
  modeSince: millis,
  verdicts: z.record(z.string(), z.unknown()),
  seq: z.number(),
  pending: z.array(z.unknown()),
  countedUntil: millis,
});

/** Null when the text is not of this version: the watch begins anew. */
export function readWatchState(text: string): WatchState | null {
  const read = stored.safeParse(JSON.parse(text));
  // written by this Worker alone: the look is for other versions of it
  return read.success ? (read.data as unknown as WatchState) : null;
}
