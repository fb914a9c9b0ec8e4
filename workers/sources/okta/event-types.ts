import { ACCEPTED_PATTERNS, isAccepted } from './accepted-events.ts';
import { type EventUse, usesOf } from './event-usage.ts';
import { HOOK_ELIGIBLE, isHookEligible } from './hook-eligible.ts';
import { LOG_ONLY } from './log-only.ts';

/** A channel that brings events as they happen. */
export type LiveChannel = 'event_hook' | 'eventbridge' | 'tail';

/** One event type that Postern keeps. */
export interface EventTypeRow {
  type: string;
  /** Whether Okta lets an Event Hook subscribe to it. */
  hookEligible: boolean;
  /** The channels by which it can come and is kept. */
  channels: LiveChannel[];
  usedBy: EventUse[];
}

/** What an Event Hook of ours subscribes to: all that Okta lets it and that is kept, in alphabetical order. */
export const HOOK_TYPES: readonly string[] = HOOK_ELIGIBLE.filter((type) => isAccepted(type, 'event_hook')).sort();

/** Families of which types that are not listed yet are kept too: `prefix.*`. */
export const EVENT_FAMILIES: readonly string[] = ACCEPTED_PATTERNS.filter((pattern) => pattern.endsWith('.*')).sort();

/** The table of `accepted-events.ts` as concrete types, in alphabetical order. */
export function eventTypes(): EventTypeRow[] {
  const named = ACCEPTED_PATTERNS.filter((pattern) => !pattern.endsWith('.*'));
  const known = [...new Set([...HOOK_ELIGIBLE, ...LOG_ONLY, ...named])].sort();
  return known.flatMap((type): EventTypeRow[] => {
    const hookEligible = isHookEligible(type);
    const channels: LiveChannel[] = [];
    if (hookEligible && isAccepted(type, 'event_hook')) channels.push('event_hook');
    if (isAccepted(type, 'eventbridge')) channels.push('eventbridge');
    if (isAccepted(type, 'tail')) channels.push('tail');
    return channels.length === 0 ? [] : [{ type, hookEligible, channels, usedBy: usesOf(type) }];
  });
}
