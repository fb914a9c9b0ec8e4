import type { Attributes, GraphNode } from '../../../graph/model.ts';
import { nodeOf, partly } from './thing.ts';

/**
 * What lies beyond Okta and is not connected (yet): an Active Directory domain, an Entra tenant, a GitHub organization.
 * Kinds are named as OktaHound's hybrid edges name them. `people-beyond.ts` draws their people.
 */
export type ExternalKind =
  | 'ADDomain'
  | 'ADComputer'
  | 'LDAPDirectory'
  | 'AZTenant'
  | 'GH_Organization'
  | 'AWSAccount'
  | 'GCPOrganization'
  | 'SalesforceOrg'
  | 'Jamf'
  | 'Snowflake'
  | 'OnePassword'
  | 'OktaOrg'
  | 'IdentityProvider';

/** Native id of an external node: `{kind}/{name in lower case}`. */
export function externalId(kind: ExternalKind, name: string): string {
  return `${kind}/${name.trim().toLowerCase().slice(0, 150)}`;
}

export function externalNode(sourceId: string, kind: ExternalKind, name: string): GraphNode {
  return beyondNode(sourceId, kind, externalId(kind, name), name.trim(), {});
}

/** Systems, people and groups that a connected source may have: `sync/other-orgs.ts` says whether one does. */
const MAY_BE_CONNECTED: ReadonlySet<string> = new Set([
  'OktaOrg',
  'IdentityProvider',
  'OktaUser',
  'IdpUser',
  'OktaGroup',
]);

export function mayBeConnected(externalKind: unknown): boolean {
  return typeof externalKind === 'string' && MAY_BE_CONNECTED.has(externalKind);
}

/** A system beyond Okta, or a person or a group of one. */
export function beyondNode(
  sourceId: string,
  externalKind: string,
  nativeId: string,
  name: string,
  attributes: Attributes,
): GraphNode {
  const node = nodeOf('external', sourceId, nativeId, name, { externalKind, ...attributes });
  if (mayBeConnected(externalKind)) return partly(node);
  return { ...node, attributes: { ...node.attributes, connected: false } };
}

/** The host of an Okta org from what names it: its address, the host itself, or its subdomain at Okta. */
export function orgHost(name: string): string {
  const text = name.trim().toLowerCase();
  if (URL.canParse(text) && text.startsWith('http')) return new URL(text).host;
  const [host = ''] = text.split('/');
  return /^[a-z0-9-]+$/.test(host) ? `${host}.okta.com` : host;
}

interface Beyond {
  kind: ExternalKind;
  /** App settings (`settings.app`) that name the tenant, best first. */
  named: readonly string[];
}

/** By the app's name in Okta's catalogue. The settings' names are those of the catalogue's own forms. */
const BY_CATALOGUE: Record<string, Beyond> = {
  active_directory: { kind: 'ADDomain', named: ['namingContext', 'domain', 'domainName'] },
  ldap_sun_one: { kind: 'LDAPDirectory', named: ['host'] },
  office365: { kind: 'AZTenant', named: ['msftTenant', 'tenant', 'domain', 'wsFedDomain'] },
  azure_active_directory: { kind: 'AZTenant', named: ['msftTenant', 'tenant', 'domain'] },
  github: { kind: 'GH_Organization', named: ['githubOrg', 'organization'] },
  githubcloud: { kind: 'GH_Organization', named: ['githubOrg', 'organization'] },
  github_enterprise_cloud: { kind: 'GH_Organization', named: ['githubOrg', 'organization'] },
  github_enterprise_managed_user: { kind: 'GH_Organization', named: ['githubOrg', 'enterprise', 'organization'] },
  amazon_aws: { kind: 'AWSAccount', named: ['awsAccountId', 'accountId', 'identityProviderArn'] },
  amazon_aws_sso: { kind: 'AWSAccount', named: ['acsURL', 'accountId'] },
  aws_idp: { kind: 'AWSAccount', named: ['awsAccountId', 'accountId'] },
  google: { kind: 'GCPOrganization', named: ['domain', 'afwDomain'] },
  salesforce: { kind: 'SalesforceOrg', named: ['customDomain', 'instanceType', 'loginUrl'] },
  snowflake: { kind: 'Snowflake', named: ['subdomain', 'subDomain', 'accountName'] },
  jamf: { kind: 'Jamf', named: ['domain', 'jamfDomain', 'baseUrl'] },
  jamfsoftwareserver: { kind: 'Jamf', named: ['domain', 'jamfDomain', 'baseUrl'] },
  '1password_business': { kind: 'OnePassword', named: ['subDomain', 'subdomain'] },
  okta_org2org: { kind: 'OktaOrg', named: ['baseUrl', 'orgUrl', 'subDomain'] },
};

export const DIRECTORY_APPS: ReadonlySet<string> = new Set(['active_directory', 'ldap_interface', 'ldap_sun_one']);

/** What an app of the catalogue leads to, by its name there. */
export function externalKindOf(name: string | null): ExternalKind | null {
  return BY_CATALOGUE[name ?? '']?.kind ?? null;
}

/** What an app of the catalogue stands for beyond Okta. Named by its settings; by the app's own label without them. */
export function beyond(
  sourceId: string,
  app: { name: string | null; label: string | null; settings: Record<string, unknown> | null },
): { node: GraphNode; kind: ExternalKind } | null {
  const known = BY_CATALOGUE[app.name ?? ''];
  if (!known) return null;
  const named = known.named
    .map((key) => app.settings?.[key])
    .find((value) => typeof value === 'string' && value !== '');
  const told = typeof named === 'string' ? named : null;
  // the same org goes by its address here, and by its host where it is an identity provider
  const name = told !== null && known.kind === 'OktaOrg' ? orgHost(told) : (told ?? app.label);
  return name === null ? null : { node: externalNode(sourceId, known.kind, name), kind: known.kind };
}
