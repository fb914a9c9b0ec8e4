import { isLiveAssignment } from '../../../graph/assignment.ts';
import { type EdgeKind, type GraphEdge, type GraphNode, nodeId } from '../../../graph/model.ts';
import { beyondNode, type ExternalKind, externalKindOf, mayBeConnected } from './externals.ts';
import { signOnOf } from './sign-on.ts';
import { edgeOf } from './thing.ts';

/**
 * People of systems beyond Okta that one org may have drawn one by one: its accounts times the apps that lead there.
 * Each is a node on every shard. In a larger org the systems stand for their people.
 */
export const MAX_PEOPLE_BEYOND = 50_000;

/** What a person of a system is called, as OktaHound's hybrid edges name them. */
const PERSON_OF: Partial<Record<ExternalKind, string>> = {
  ADDomain: 'ADUser',
  LDAPDirectory: 'LDAPUser',
  AZTenant: 'AZUser',
  GH_Organization: 'GH_User',
  AWSAccount: 'AWSUser',
  GCPOrganization: 'GCPUser',
  SalesforceOrg: 'SalesforceUser',
  Jamf: 'jamf_Account',
  Snowflake: 'SnowflakeUser',
  OnePassword: 'OP_User',
  OktaOrg: 'OktaUser',
  IdentityProvider: 'IdpUser',
};

/** How the people of an app's system and its users are tied. */
export interface PeopleBeyond {
  /** Such as `AZUser`. */
  kind: string;
  tie: Extract<EdgeKind, 'USER_SYNC' | 'OUTBOUND_SSO' | 'SWA'>;
  /** Native id of their system; null where it has no name. */
  system: string | null;
}

/** Undefined for an app that leads to no system; null for one that does not sign people in there. */
export function peopleOf(app: {
  name: string | null;
  signOnMode: string | null;
  system: string | null;
}): PeopleBeyond | null | undefined {
  const system = externalKindOf(app.name);
  const kind = system && PERSON_OF[system];
  if (!kind) return undefined;
  // from a directory people come to Okta; to the others Okta signs them in
  if (system === 'ADDomain' || system === 'LDAPDirectory') return { kind, tie: 'USER_SYNC', system: app.system };
  const signOn = signOnOf(app.signOnMode);
  if (signOn === null) return null;
  return { kind, tie: signOn === 'federated' ? 'OUTBOUND_SSO' : 'SWA', system: app.system };
}

/**
 * A person beyond Okta. `of`: the native id of the app or identity provider whose listing tells of it. `system`: of
 * people that another connected source may have, where they are.
 */
export function personNode(
  sourceId: string,
  of: { appId: string } | { idpId: string } | { directoryId: string },
  kind: string,
  person: { key: string; name: string },
  system: string | null = null,
): GraphNode {
  const [by = ''] = Object.values(of);
  const nativeId = `${kind}/${by}/${person.key.trim().toLowerCase().slice(0, 200)}`;
  // ids of users are told apart by the case of their letters
  const where = mayBeConnected(kind) ? { system, externalId: person.key.trim() } : {};
  return beyondNode(sourceId, kind, nativeId, person.name, { ...of, ...where });
}

interface AppUser {
  /** Native id of the Okta user. */
  id: string;
  status: string;
  externalId: string | null;
  userName: string | null;
  /** The password that is set here is set there. */
  passwords: boolean;
}

/** Whom a row of an app's users stands for in the app's system. Nobody, where that is not told or not live. */
export function personBeyond(
  sourceId: string,
  appId: string,
  { kind, tie, system }: PeopleBeyond,
  user: AppUser,
): { node: GraphNode; edges: GraphEdge[] } | null {
  const key = user.externalId ?? user.userName;
  if (!key || !isLiveAssignment(user.status)) return null;
  const node = personNode(sourceId, { appId }, kind, { key, name: user.userName ?? key }, system);
  const account = nodeId('account', sourceId, user.id);
  const inward = tie === 'USER_SYNC';
  const edges = [inward ? edgeOf(node.id, tie, account) : edgeOf(account, tie, node.id)];
  // whoever rules a directory is whoever is in it
  if (inward && system !== null) edges.push(edgeOf(nodeId('external', sourceId, system), 'SYSTEM_CONTAINS', node.id));
  if (user.passwords) edges.push(edgeOf(account, 'PASSWORD_SYNC', node.id));
  return { node, edges };
}

/** What stands behind an identity provider is one of these. */
export function personKindBehind(system: string | null): string {
  return PERSON_OF[(system ?? 'IdentityProvider') as ExternalKind] ?? 'IdpUser';
}

/**
 * The account in a directory's domain that holds the service principal name of Okta's desktop sign-on: with its key,
 * tickets are made for anybody of the domain. An org with an address of its own is known by `subdomain`. Null where
 * neither tells the org's name.
 * https://help.okta.com/oie/en-us/content/topics/directory/configuring_agentless_sso.htm
 */
export function kerberosAccount(
  sourceId: string,
  appId: string,
  orgUrl: string,
  subdomain: string | null = null,
): GraphNode | null {
  const org = /^https:\/\/([a-z0-9-]+)\.((?:okta|oktapreview|okta-emea|okta-gov)\.com|okta\.mil)$/i.exec(orgUrl);
  const [, host = subdomain, cell = 'okta.com'] = org ?? [];
  if (host === null) return null;
  const name = `HTTP/${host}.kerberos.${cell}`.toLowerCase().replace('http/', 'HTTP/');
  // not among those whom the listing of the app's users tells of
  return personNode(sourceId, { directoryId: appId }, 'ADUser', { key: name, name });
}
