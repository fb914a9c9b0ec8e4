import { z } from 'zod';
import { type GraphEdge, type GraphNode, nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { type ExternalKind, externalId, externalNode, orgHost } from './externals.ts';
import { personKindBehind, personNode } from './people-beyond.ts';
import { anything, edgeOf, idField, nodeOf, partly, sorted, type Thing, text, textList, time } from './thing.ts';

const groupsPolicy = z
  .object({ action: text, assignments: textList, filter: textList, sourceAttributeName: text })
  .nullish()
  .catch(null);

const idpSchema = z.object({
  id: idField,
  name: text,
  type: text,
  status: text,
  created: time,
  protocol: z
    .object({
      type: text,
      issuer: z.object({ url: text }).nullish().catch(null),
      endpoints: anything,
      credentials: anything,
    })
    .nullish()
    .catch(null),
  policy: z
    .object({
      accountLink: z.object({ action: text, filter: anything }).nullish().catch(null),
      provisioning: z
        .object({ action: text, profileMaster: z.boolean().nullish().catch(null), groups: groupsPolicy })
        .nullish()
        .catch(null),
      subject: z.object({ matchType: text, matchAttribute: text }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

type Idp = z.infer<typeof idpSchema>;

/**
 * An identity provider: whom it signs in, how it links and makes accounts, which groups it puts them into. What stands
 * behind it is drawn as external; an attacker there signs in as whoever it may sign in.
 */
export function mapIdentityProvider(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(idpSchema, raw, (idp) => {
    const { accountLink, provisioning, subject } = idp.policy ?? {};
    const assignments = sorted(provisioning?.groups?.assignments ?? []);
    const node = nodeOf('identity_provider', sourceId, idp.id, idp.name, {
      type: idp.type,
      status: idp.status,
      created: idp.created,
      protocol: idp.protocol?.type ?? null,
      issuer: issuerOf(idp),
      url: urlOf(idp),
      accountLink: accountLink && { action: accountLink.action, filter: accountLink.filter },
      provisioning: provisioning && {
        action: provisioning.action,
        profileMaster: provisioning.profileMaster ?? null,
        groups: provisioning.groups && {
          action: provisioning.groups.action,
          assignments,
          filter: sorted(provisioning.groups.filter),
          sourceAttributeName: provisioning.groups.sourceAttributeName,
        },
      },
      subjectMatch: subject && { type: subject.matchType, attribute: subject.matchAttribute },
    });
    // one that is switched off lets nobody in: what stands behind it is not tied to the org
    const behind = idp.status === 'INACTIVE' ? null : behindOf(sourceId, idp);
    const edges: GraphEdge[] = assignments.map((groupId) =>
      edgeOf(node.id, 'IDP_GROUP_ASSIGNMENT', nodeId('group', sourceId, groupId)),
    );
    if (behind) edges.push(edgeOf(behind.id, 'INBOUND_ORG_SSO', node.id));
    return {
      id: idp.id,
      nodes: behind ? [node, behind] : [node],
      edges,
      owns: [
        { kind: 'IDP_GROUP_ASSIGNMENT', end: 'from', at: node.id },
        { kind: 'INBOUND_ORG_SSO', end: 'to', at: node.id },
      ],
    };
  });
}

function issuerOf(idp: Idp): string | null {
  const trust = idp.protocol?.credentials?.trust;
  const issuer = typeof trust === 'object' && trust !== null && 'issuer' in trust ? trust.issuer : null;
  return idp.protocol?.issuer?.url ?? (typeof issuer === 'string' ? issuer : null);
}

function urlOf(idp: Idp): string | null {
  const endpoints = idp.protocol?.endpoints ?? {};
  for (const name of ['sso', 'authorization']) {
    const endpoint = endpoints[name];
    if (typeof endpoint !== 'object' || endpoint === null || !('url' in endpoint)) continue;
    if (typeof endpoint.url === 'string') return endpoint.url;
  }
  return null;
}

/** Entra's issuers name the tenant: `https://login.microsoftonline.com/{tenant}/v2.0`, `https://sts.windows.net/{tenant}/`. */
const ENTRA = /^https:\/\/(?:login\.microsoftonline\.(?:com|us)|sts\.windows\.net)\/([^/]+)/i;
const OKTA = /^https:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:okta|oktapreview|okta-emea|okta-gov)\.com)\b/i;

function behindOf(sourceId: string, idp: Idp): GraphNode | null {
  const address = addressOf(issuerOf(idp), urlOf(idp));
  if (address !== null) {
    const { kind, name } = systemAt(address);
    return externalNode(sourceId, kind, name);
  }
  return idp.type === null ? null : externalNode(sourceId, 'IdentityProvider', idp.name ?? idp.type);
}

/** Okta's SAML issuers are all at one host: which org it is, the address of the sign-on tells. */
const ANY_OKTA = /^https?:\/\/www\.okta(?:preview|-emea|-gov)?\.com\//i;

function addressOf(issuer: unknown, url: unknown): string | null {
  const named = typeof issuer === 'string' && !ANY_OKTA.test(issuer) ? [issuer, url] : [url, issuer];
  return named.find((one) => typeof one === 'string') ?? null;
}

function systemAt(address: string): { kind: ExternalKind; name: string } {
  const entra = ENTRA.exec(address)?.[1];
  if (entra) return { kind: 'AZTenant', name: entra };
  const okta = OKTA.exec(address)?.[1];
  if (okta) return { kind: 'OktaOrg', name: orgHost(okta) };
  return { kind: 'IdentityProvider', name: URL.canParse(address) ? new URL(address).host : address };
}

const linkedSchema = z.object({ id: idField, externalId: text });

/** What the users of an identity provider are called, and the native id of the system that they are of. */
export interface PeopleBehind {
  kind: string;
  system: string | null;
}

/**
 * A user that an identity provider may sign in. `people`: the provider's own users, where they are drawn one by one:
 * whoever is such a person is the account's owner to Okta.
 */
export function mapIdpUser(
  sourceId: string,
  idpId: string,
  raw: unknown,
  people: PeopleBehind | null = null,
): Mapped<Thing> {
  return read(linkedSchema, raw, ({ id, externalId: key }) => {
    const account = nodeId('account', sourceId, id);
    const edge = edgeOf(nodeId('identity_provider', sourceId, idpId), 'IDENTITY_PROVIDER_FOR', account);
    if (people === null || key === null) return { id: account, nodes: [], edges: [edge], owns: [] };
    const person = personNode(sourceId, { idpId }, people.kind, { key, name: key }, people.system);
    return { id: account, nodes: [person], edges: [edge, edgeOf(person.id, 'INBOUND_SSO', account)], owns: [] };
  });
}

/** Who stands behind an identity provider, from what the graph has of it. */
export function idpPeople(idp: { issuer: unknown; url: unknown }): PeopleBehind {
  const address = addressOf(idp.issuer, idp.url);
  if (address === null) return { kind: personKindBehind(null), system: null };
  const { kind, name } = systemAt(address);
  return { kind: personKindBehind(kind), system: externalId(kind, name) };
}

const serverSchema = z.object({
  id: idField,
  name: text,
  issuer: text,
  audiences: textList,
  status: text,
  issuerMode: text,
});

/** An authorization server. Its policies are counted apart. */
export function mapAuthorizationServer(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(serverSchema, raw, ({ id, name, issuer, audiences, status, issuerMode }) => {
    const attributes = { issuer, issuerMode, audiences: sorted(audiences), status };
    return { id, nodes: [partly(nodeOf('authorization_server', sourceId, id, name, attributes))], edges: [], owns: [] };
  });
}
