/** A list of what the graph holds beside people: its place in the console and in the API. */
export interface Inventory {
  slug: string;
  /** Of the list in the API; a row is below it. */
  path: string;
  one: string;
  many: string;
  lead: string;
  statuses?: readonly string[];
  /** Kinds that one list tells apart, the first unless told; a list of one kind has none. */
  kinds?: readonly string[];
}

const INVENTORIES: readonly Inventory[] = [
  {
    slug: 'groups',
    path: '/groups',
    one: 'group',
    many: 'groups',
    lead: 'Who belongs together, and so gets apps and admin roles together.',
  },
  {
    slug: 'apps',
    path: '/apps',
    one: 'app',
    many: 'apps',
    lead: 'What people sign in to, and what holds rights of its own.',
    statuses: ['ACTIVE', 'INACTIVE'],
  },
  {
    slug: 'roles',
    path: '/roles',
    one: 'role',
    many: 'roles',
    lead: 'Administrator roles, standard and custom, and what they give power over.',
  },
  {
    slug: 'credentials',
    path: '/credentials',
    one: 'credential',
    many: 'credentials',
    lead: 'API tokens, client secrets, keys and certificates, with whom they act for.',
    statuses: ['ACTIVE', 'INACTIVE'],
  },
  {
    slug: 'resources',
    path: '/resources',
    one: 'resource',
    many: 'resources',
    lead: 'Everything else that a source holds: policies, role assignments, devices, agents and more.',
    kinds: [
      'resource',
      'policy',
      'role_assignment',
      'resource_set',
      'group_rule',
      'identity_provider',
      'authenticator',
      'authorization_server',
      'device',
      'zone',
      'behavior',
      'device_assurance',
      'trusted_origin',
      'user_type',
      'realm',
      'log_stream',
      'hook',
      'agent_pool',
      'agent',
      'api_service',
      'service_account',
      'ai_agent',
      'entitlement',
      'external',
    ],
  },
];

/** Null for a list that there is not. */
export function inventoryOf(slug: string): Inventory | null {
  return INVENTORIES.find((one) => one.slug === slug) ?? null;
}
