/** How events reach Postern from an Okta org. Every mode also syncs the whole org, on demand and each night. */
export const MODES = [
  {
    value: 'hybrid',
    label: 'Hybrid',
    hint: 'Event Hook and System Log together. Pushed events arrive in seconds; the log fills what a hook drops, since Okta retries once at most. The safe choice.',
  },
  {
    value: 'event_hook',
    label: 'Event Hook',
    hint: 'Okta pushes events. Fast, but only hook-eligible event types, and a lost delivery is lost until the next sync.',
  },
  {
    value: 'eventbridge',
    label: 'EventBridge',
    hint: 'Log streaming to AWS EventBridge, relayed to Postern by an API destination. All event types.',
  },
  {
    value: 'polling',
    label: 'Polling',
    hint: 'Postern reads the System Log. Nothing to set up in Okta beyond the credential; up to a minute behind.',
  },
] as const;

export const MODE_VALUES = ['hybrid', 'event_hook', 'eventbridge', 'polling'] as const;
