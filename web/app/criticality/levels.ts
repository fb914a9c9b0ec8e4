/** What people may say of a node. */
export const LEVELS = [
  { value: 'crown_jewel', label: 'Crown jewel' },
  { value: 'privileged', label: 'Privileged' },
  { value: 'ordinary', label: 'Ordinary' },
] as const;

/** Kinds of nodes that have a criticality, and their place in the API. */
export const PATHS: Record<string, string> = { app: '/apps', group: '/groups', role: '/roles' };

/** Characters of a note. */
export const MAX_NOTE = 500;
