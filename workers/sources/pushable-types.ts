import { HOOK_TYPES } from './okta/event-types.ts';
import type { SourceMode } from './sources.repository.ts';

/** Types that push can bring: EventBridge streams them all (null), a hook what Okta lets it; polling has no push. */
export function pushableTypes(mode: SourceMode): readonly string[] | null {
  if (mode === 'eventbridge') return null;
  return mode === 'polling' ? [] : HOOK_TYPES;
}
