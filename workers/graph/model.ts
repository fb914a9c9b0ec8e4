import type { Millis } from '../platform/clock.ts';
import { derivedId } from '../platform/ids.ts';

/**
 * The identity graph. An **identity** (person or machine) has **accounts** in sources; accounts are members of groups,
 * are assigned to apps and hold roles; roles grant resources. `docs/graph.md` draws it.
 */
export type NodeKind = 'identity' | 'account' | 'group' | 'app' | 'role' | 'resource';

export type EdgeKind =
  | 'HAS_ACCOUNT' // identity → account
  | 'MEMBER_OF' // account → group
  | 'ASSIGNED_TO' // account → app (attributes: the app's account), group → app
  | 'HOLDS_ROLE' // account → role, group → role
  | 'GRANTS'; // role → resource or app

export type Attributes = Record<string, unknown>;

export interface GraphNode {
  id: string;
  kind: NodeKind;
  sourceId: string;
  nativeId: string;
  name: string;
  attributes: Attributes;
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

const NODE_PREFIX = {
  identity: 'idn',
  account: 'acc',
  group: 'grp',
  app: 'app',
  role: 'rol',
  resource: 'rol',
} as const;

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
  department: string | null;
  title: string | null;
  managerId: string | null;
  userType: string | null;
  employeeNumber: string | null;
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

/**
 * A fact that an event left on an account for stateful detections (a denied push, a factor reset, a new-device
 * sign-in, a role grant, an API token). Identified by (account, kind, eventId): storing it twice changes nothing.
 */
export interface Signal {
  accountId: string;
  kind: SignalKind;
  at: Millis;
  eventId: string;
  /** Groups signals of one thing: the transaction of a push, the native id of an API token, the role granted. */
  ref: string | null;
}

export type SignalKind =
  | 'push_denied'
  | 'factors_reset'
  | 'new_device_sign_in'
  | 'role_granted'
  | 'role_revoked'
  | 'api_token_created'
  | 'api_token_revoked';

/** How long a signal can matter: the longest window of a detection that reads it. */
export const SIGNAL_RETENTION_DAYS = 9;

/** One change that an event makes to the graph, last writer by `at` wins. */
export type GraphChange =
  | { op: 'upsertEdge'; edge: GraphEdge; at: Millis; by: Provenance }
  | { op: 'removeEdge'; from: string; to: string; kind: EdgeKind; at: Millis; by: Provenance }
  | { op: 'patchAccount'; accountId: string; patch: Partial<AccountAttributes>; at: Millis; by: Provenance }
  | { op: 'removeNode'; nodeId: string; at: Millis; by: Provenance }
  /** Makes the node if it is not there, from the little an event says; never overwrites. */
  | { op: 'ensureNode'; node: GraphNode; at: Millis; by: Provenance };

export interface GraphDelta {
  changes: GraphChange[];
  signals: Signal[];
}

/** A set of nodes or edges that a sync lists completely, so that what it did not see has ended. */
export type Scope =
  | { of: 'nodes'; kind: NodeKind; sourceId: string }
  | { of: 'edgesTo'; kind: EdgeKind; to: string; fromKind: NodeKind }
  | { of: 'edgesFrom'; kind: EdgeKind; from: string; toKind: NodeKind };
