/**
 * How events reach Postern from an Okta org. In every mode the System Log is read as well, because push has gaps, and
 * the whole org is synced on demand and each night.
 */
export const MODES = [
  {
    value: 'hybrid',
    label: 'Hybrid',
    hint: 'Event Hook and EventBridge may both send, and the System Log fills the gaps. What comes twice counts once.',
  },
  {
    value: 'event_hook',
    label: 'Event Hook',
    hint: 'Okta pushes within seconds. Only hook-eligible types, and one retry at most: the System Log fills the rest.',
  },
  {
    value: 'eventbridge',
    label: 'EventBridge',
    hint: 'Log streaming to AWS EventBridge, relayed here by an API destination. All event types.',
  },
  {
    value: 'polling',
    label: 'Polling',
    hint: 'Postern reads the System Log. Nothing to set up in Okta but the credential; up to a minute behind.',
  },
] as const;

export const MODE_VALUES = ['hybrid', 'event_hook', 'eventbridge', 'polling'] as const;
