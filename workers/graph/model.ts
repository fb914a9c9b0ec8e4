import type { Millis } from '../platform/clock.ts';
import { derivedId, type IdPrefix } from '../platform/ids.ts';

/**
 * The identity graph. An **identity** (person or machine) has **accounts** in sources; accounts are members of groups,
 * are assigned to apps and hold roles; roles grant resources. `docs/graph.md` draws it.
 */
export const NODE_KINDS = [
  'identity',
  'account',
  'group',
  'app',
  'role',
  'resource',
  'user_type',
  'group_rule',
  'role_assignment',
  'resource_set',
  'credential',
  'authenticator',
  'policy',
  'zone',
  'behavior',
  'device_assurance',
  'trusted_origin',
  'identity_provider',
  'authorization_server',
  'device',
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
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** What a sync or an event writes. `docs/graph.md` tells which of them an attacker can walk. */
export const EDGE_KINDS = [
  'HAS_ACCOUNT', // identity → account
  'MEMBER_OF', // account → group
  'ASSIGNED_TO', // account → app (attributes: the app's account), group → app
  'HOLDS_ROLE', // account, group or app → role
  'GRANTS', // role → resource or app
  'HAS_ROLE_ASSIGNMENT', // account, group or app → role assignment
  'SCOPED_TO', // role assignment → group, app, resource set or the org
  'RESOURCE_SET_CONTAINS',
  'REALM_CONTAINS', // realm → account
  'API_TOKEN_FOR', // credential → account
  'SECRET_OF', // credential → app
  'KEY_OF', // credential → app
  'CREATOR_OF', // account → api service or credential
  'DEVICE_OF', // device → account
  'POLICY_MAPPING', // policy → app
  'APPLIES_TO', // policy → group
  'REFERS_TO', // policy → zone, behavior or device assurance that a rule of it names
  'RULE_ASSIGNS', // group rule → group
  'CONNECTS_TO', // AI agent → app, authorization server, service account, AI agent or external secret (attributes: types, scopes)
  'HOLDS_ENTITLEMENT', // account → entitlement
  'ENTITLEMENT_OF', // entitlement → app
  'OWNER_OF', // account or group → group, service account or AI agent
  'AGENT_MEMBER_OF', // agent → agent pool
  'AGENT_POOL_FOR', // agent pool → app
  'HOSTS_AGENT', // external computer → agent
  'IDP_GROUP_ASSIGNMENT', // identity provider → group
  'IDENTITY_PROVIDER_FOR', // identity provider → account or the org
  'CONSENTED', // account → app (attributes: scopes)
  'MANAGER_OF', // account → account
  'GROUP_PULL',
  'GROUP_PUSH',
  'MEMBERSHIP_SYNC', // group → group, either of them external; a system → group where there are too many
  'SYSTEM_CONTAINS', // external system → external person or group
  'SAME_AS', // external → what it is in another connected source, or the other way round
  'USER_PULL',
  'USER_PUSH',
  'USER_SYNC',
  'PASSWORD_SYNC', // account → external person, and the other way round; a domain → account
  'READ_PASSWORD_UPDATES',
  'SWA',
  'ORG_SWA',
  'INBOUND_SSO',
  'INBOUND_ORG_SSO',
  'OUTBOUND_SSO',
  'OUTBOUND_ORG_SSO',
  'KERBEROS_SSO',
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

/** What role assignments give their holders (`privileges/`): never stored, told at the time of the question. */
export const DERIVED_KINDS = [
  'SUPER_ADMIN', // holder → the org
  'ORG_ADMIN', // holder → account, group or device
  'APP_ADMIN', // holder → app or API service
  'GROUP_ADMIN', // holder → account or group
  'GROUP_MEMBERSHIP_ADMIN', // holder → group
  'HELP_DESK_ADMIN', // holder → account
  'MOBILE_ADMIN', // holder → device
  'ADD_MEMBER', // holder of a custom role → group
  'MANAGE_APP', // holder of a custom role → app
  'RESET_PASSWORD', // holder of a custom role → account
  'RESET_FACTORS', // holder of a custom role → account
  'READ_CLIENT_SECRET', // holder → client secret
  'CONTAINS', // the org → what is in it
] as const;
export type DerivedKind = (typeof DERIVED_KINDS)[number];

/** Every kind of edge that a path may show. */
export type AnyEdgeKind = EdgeKind | DerivedKind;

/**
 * Edges that tell of something without giving power over it: paths do not walk them. The others follow OktaHound's
 * traversable kinds, and assignments, which open an app (https://bloodhound.specterops.io/opengraph/extensions/okta).
 */
export const CONTEXT_EDGES: ReadonlySet<EdgeKind> = new Set<EdgeKind>([
  'HAS_ROLE_ASSIGNMENT',
  'SCOPED_TO',
  'CREATOR_OF',
  'DEVICE_OF',
  'POLICY_MAPPING',
  'APPLIES_TO',
  'REFERS_TO',
  'RULE_ASSIGNS',
  'ENTITLEMENT_OF',
  'OWNER_OF',
  'IDP_GROUP_ASSIGNMENT',
  'CONSENTED',
  'MANAGER_OF',
  'GROUP_PUSH',
  'USER_PULL',
  'USER_PUSH',
  'USER_SYNC',
  'SWA',
  'ORG_SWA',
]);

export type Attributes = Record<string, unknown>;

export interface GraphNode {
  id: string;
  kind: NodeKind;
  sourceId: string;
  nativeId: string;
  name: string;
  attributes: Attributes;
  /**
   * Only these attributes are told; what is stored besides them stays. `make`: the node is made where it is missing.
   * `patch`: it is not, and its stored name stays too. `mention`: it is made where it is missing, else nothing changes.
   */
  partial?: 'make' | 'patch' | 'mention';
}

export interface GraphEdge {
  from: string;
  to: string;
  kind: EdgeKind;
  attributes: Attributes;
}

/** What made a change: kept with every node and edge as the evidence of its beginning and end. */
export interface Provenance {
  kind: 'sync' | 'event';
  /** Sync run id or event id. */
  id: string;
}

/** Ids tell their kind, but for roles and resources, which share a prefix. */
export const NODE_PREFIX = {
  identity: 'idn',
  account: 'acc',
  group: 'grp',
  app: 'app',
  role: 'rol',
  resource: 'rol',
  user_type: 'uty',
  group_rule: 'gru',
  role_assignment: 'ras',
  resource_set: 'rst',
  credential: 'crd',
  authenticator: 'aut',
  policy: 'pol',
  zone: 'zon',
  behavior: 'bhv',
  device_assurance: 'dva',
  trusted_origin: 'tro',
  identity_provider: 'idp',
  authorization_server: 'asv',
  device: 'dev',
  realm: 'rlm',
  log_stream: 'lst',
  hook: 'hok',
  agent_pool: 'agp',
  agent: 'agt',
  api_service: 'aps',
  service_account: 'sva',
  ai_agent: 'aia',
  entitlement: 'ent',
  external: 'ext',
} as const satisfies Record<NodeKind, IdPrefix>;

/** The id of a source's object: derived, so that a mapper needs no look-up. */
export function nodeId(kind: NodeKind, sourceId: string, nativeId: string): string {
  return derivedId(NODE_PREFIX[kind], kind, sourceId, nativeId);
}

/** The tier-zero resource of a source: the org itself. */
export function orgNode(sourceId: string, name: string): GraphNode {
  return {
    id: nodeId('resource', sourceId, 'org'),
    kind: 'resource',
    sourceId,
    nativeId: 'org',
    name,
    attributes: { tierZero: true },
  };
}

/** Attributes of an Okta user's account node, from the user object. */
export interface AccountAttributes {
  /** Okta status: STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED, DEPROVISIONED. */
  status: string;
  login: string | null;
  email: string | null;
  created: Millis | null;
  activated: Millis | null;
  statusChanged: Millis | null;
  lastLogin: Millis | null;
  passwordChanged: Millis | null;
  /** False when `credentials.password` is absent: passwordless or federated. */
  hasPassword: boolean;
  /** OKTA, ACTIVE_DIRECTORY, LDAP, FEDERATION, SOCIAL, IMPORT. */
  provider: string | null;
  /** Of ACTIVE_DIRECTORY: which domain, as the user object names it. */
  providerName?: string;
  department: string | null;
  title: string | null;
  managerId: string | null;
  userType: string | null;
  employeeNumber: string | null;
  /** Whether the source has verified `email`; absent: it does not say. */
  emailVerified?: boolean;
  /** True when only an event named this account so far: a refresh brings the rest. */
  stub?: boolean;
}

/** Attributes of an account → app edge: the account inside the app (Okta AppUser). */
export interface AssignmentAttributes {
  /** ACTIVE, APPROVED, DEPROVISIONED, IMPLICIT, IMPORTED, INACTIVE, MATCHED, PENDING, PROVISIONED, REVOKED, STAGED, SUSPENDED, UNASSIGNED. */
  status: string;
  scope: 'USER' | 'GROUP';
  externalId: string | null;
  userName: string | null;
}

export interface Factor {
  id: string;
  /** push, sms, webauthn, question, email, … */
  type: string;
  provider: string;
  /** ACTIVE, PENDING_ACTIVATION, … */
  status: string;
}

/** What is known of an account's factors. `unknown` carries why: not fetched yet, or refused by the source. */
export type FactorState = { known: true; factors: Factor[] } | { known: false; reason: string };
