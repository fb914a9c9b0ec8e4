import { words } from '~/ui/words';

const SLUGS: Record<string, string> = {
  group: 'groups',
  app: 'apps',
  role: 'roles',
  credential: 'credentials',
  account: 'accounts',
};

/** The page of a node. */
export function nodePath({ id, kind }: { id: string; kind: string }): string {
  return kind === 'identity' ? `/identities/${id}` : `/inventory/${SLUGS[kind] ?? 'resources'}/${id}`;
}

const PLURALS: Record<string, string> = {
  identity: 'identities',
  policy: 'policies',
};

/** `role_assignment` as "role assignment" or, of many, "role assignments". */
export function kindName(kind: string, count = 1): string {
  const one = kind === 'ai_agent' ? 'AI agent' : kind === 'api_service' ? 'API service' : words(kind).toLowerCase();
  return count === 1 ? one : (PLURALS[kind] ?? `${one}s`);
}

/** How an edge reads between its ends: "Jane *is a member of* Admins". */
const VERBS: Record<string, string> = {
  HAS_ACCOUNT: 'has the account',
  MEMBER_OF: 'is a member of',
  ASSIGNED_TO: 'is assigned to',
  HOLDS_ROLE: 'holds the role',
  GRANTS: 'gives power over',
  HAS_ROLE_ASSIGNMENT: 'has the role assignment',
  SCOPED_TO: 'is limited to',
  RESOURCE_SET_CONTAINS: 'contains',
  REALM_CONTAINS: 'contains',
  CONTAINS: 'contains',
  API_TOKEN_FOR: 'acts as',
  SECRET_OF: 'is a secret of',
  KEY_OF: 'is a key of',
  CREATOR_OF: 'made',
  DEVICE_OF: 'is a device of',
  POLICY_MAPPING: 'guards',
  APPLIES_TO: 'applies to',
  REFERS_TO: 'refers to',
  RULE_ASSIGNS: 'adds people to',
  CONNECTS_TO: 'may connect to',
  HOLDS_ENTITLEMENT: 'holds',
  ENTITLEMENT_OF: 'is an entitlement of',
  OWNER_OF: 'owns',
  AGENT_MEMBER_OF: 'belongs to',
  AGENT_POOL_FOR: 'serves',
  HOSTS_AGENT: 'hosts',
  IDP_GROUP_ASSIGNMENT: 'adds people to',
  IDENTITY_PROVIDER_FOR: 'signs in',
  CONSENTED: 'gave consent to',
  MANAGER_OF: 'manages',
  SUPER_ADMIN: 'is super administrator of',
  ORG_ADMIN: 'is organization administrator of',
  APP_ADMIN: 'administers the app',
  GROUP_ADMIN: 'administers the group',
  GROUP_MEMBERSHIP_ADMIN: 'may change the members of',
  HELP_DESK_ADMIN: 'may reset the credentials of',
  MOBILE_ADMIN: 'administers the devices of',
  ADD_MEMBER: 'may add members to',
  MANAGE_APP: 'may manage',
  RESET_PASSWORD: 'may reset the password of',
  RESET_FACTORS: 'may reset the factors of',
  READ_CLIENT_SECRET: 'may read the secret of',
};

export function verbOf(edge: string): string {
  return VERBS[edge] ?? words(edge).toLowerCase();
}

/** `MEMBER_OF` as "Member of". */
export function edgeName(edge: string): string {
  const name = edge.replaceAll('_', ' ').toLowerCase();
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replace(/\b(idp|api|swa|sso|mfa)\b/gi, (word) =>
    word.toUpperCase(),
  );
}

/** Edges that an administrator can take away, and so ask about; what is derived or what a role means is no such thing. */
const REMOVABLE = new Set([
  'MEMBER_OF',
  'ASSIGNED_TO',
  'HOLDS_ROLE',
  'HAS_ROLE_ASSIGNMENT',
  'OWNER_OF',
  'CONNECTS_TO',
  'HOLDS_ENTITLEMENT',
  'RULE_ASSIGNS',
  'CONSENTED',
  'API_TOKEN_FOR',
  'SECRET_OF',
  'KEY_OF',
  'IDP_GROUP_ASSIGNMENT',
]);

export function isRemovable(edge: string): boolean {
  return REMOVABLE.has(edge);
}
