import { words } from '~/ui/words';

export const ROLES = ['super_admin', 'issue_responder', 'source_admin', 'viewer'] as const;

/** As the API has it. */
export const MIN_PASSWORD = 12;

const MAY: Record<(typeof ROLES)[number], string> = {
  super_admin: 'everything in this tenant',
  issue_responder: 'works issues',
  source_admin: 'connects sources and integrations',
  viewer: 'reads',
};

export const ROLE_CHOICES = ROLES.map((value) => ({ value, label: `${words(value)}: ${MAY[value]}` }));
