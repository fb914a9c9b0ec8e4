import { type EdgeKind, type GraphEdge, type GraphNode, nodeId } from '../../../graph/model.ts';
import { beyond, DIRECTORY_APPS } from './externals.ts';
import type { PeopleBeyond } from './people-beyond.ts';
import { LINKED } from './policy-mappings.ts';
import { signOnOf } from './sign-on.ts';
import { edgeOf, type Owned } from './thing.ts';

/** How an app deals with its users and groups, from its features: what the listing of its users needs to know. */
export interface AppTraffic {
  /** Okta makes and changes its users. */
  push: boolean;
  /** Its users come to Okta. */
  pull: boolean;
  /** It is a directory, which may check passwords. */
  directory: boolean;
  /** It is told the passwords of its users (SCIM). */
  passwords: boolean;
  groupPush: boolean;
  /** Whom its users stand for in its own system; null: they are not drawn (any more); absent: it leads to none. */
  people?: PeopleBeyond | null | undefined;
}

export function trafficOf(app: { name: string | null; features: readonly string[] }): AppTraffic {
  const has = (...names: string[]) => names.some((name) => app.features.includes(name));
  const directory = DIRECTORY_APPS.has(app.name ?? '');
  return {
    push: has('PUSH_NEW_USERS', 'PUSH_PROFILE_UPDATES', 'PUSH_PENDING_USERS') && !directory,
    pull: directory || has('IMPORT_NEW_USERS', 'IMPORT_PROFILE_UPDATES', 'PROFILE_MASTERING'),
    directory,
    passwords: has('PUSH_PASSWORD_UPDATES'),
    groupPush: has('GROUP_PUSH'),
  };
}

export interface AppFace {
  id: string;
  name: string | null;
  label: string | null;
  signOnMode: string | null;
  settings: Record<string, unknown> | null;
  /** The policies that its links name: of sign-on, and of profile enrollment. */
  policyIds: readonly (string | null)[];
}

/** The policies that hold for an app, and the system beyond Okta that it opens: `externalId` is that one's native id. */
export function appTies(
  sourceId: string,
  app: AppFace,
): { nodes: GraphNode[]; edges: GraphEdge[]; owns: Owned[]; externalId: string | null } {
  const here = nodeId('app', sourceId, app.id);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const owns: Owned[] = [
    { kind: 'POLICY_MAPPING', end: 'to', at: here, having: LINKED },
    { kind: 'OUTBOUND_ORG_SSO', end: 'from', at: here },
    { kind: 'ORG_SWA', end: 'from', at: here },
    { kind: 'USER_SYNC', end: 'to', at: here },
  ];
  for (const id of new Set(app.policyIds)) {
    if (id !== null) edges.push(edgeOf(nodeId('policy', sourceId, id), 'POLICY_MAPPING', here));
  }
  const other = beyond(sourceId, app);
  if (other) {
    // from a directory people come through the app; to the others they go
    const kind = DIRECTORY_APPS.has(app.name ?? '') ? 'USER_SYNC' : signOnEdge(app.signOnMode);
    if (kind === 'USER_SYNC') edges.push(edgeOf(other.node.id, kind, here));
    else if (kind !== null) edges.push(edgeOf(here, kind, other.node.id));
    if (kind !== null) nodes.push(other.node);
  }
  return { nodes, edges, owns, externalId: other?.node.nativeId ?? null };
}

function signOnEdge(mode: string | null): EdgeKind | null {
  const signOn = signOnOf(mode);
  return signOn === null ? null : signOn === 'federated' ? 'OUTBOUND_ORG_SSO' : 'ORG_SWA';
}

/** What a synchronized account of an app means besides the assignment. */
export function trafficEdges(
  sourceId: string,
  appId: string,
  traffic: AppTraffic,
  user: { id: string; syncState: string | null; scope: string | null },
): GraphEdge[] {
  const account = nodeId('account', sourceId, user.id);
  const app = nodeId('app', sourceId, appId);
  const edges: GraphEdge[] = [];
  if (traffic.passwords) edges.push(edgeOf(app, 'READ_PASSWORD_UPDATES', account));
  if (user.syncState !== 'SYNCHRONIZED') return edges;
  // who came in is assigned directly; who is assigned through a group is sent out
  if (traffic.pull && (!traffic.push || user.scope === 'USER')) edges.push(edgeOf(app, 'USER_PULL', account));
  else if (traffic.push) edges.push(edgeOf(account, 'USER_PUSH', app));
  return edges;
}
