import { z } from 'zod';
import { type GraphNode, nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import {
  anything,
  beforeEnd,
  edgeOf,
  idField,
  nodeOf,
  sorted,
  type Thing,
  text,
  textList,
  time,
  toDay,
} from './thing.ts';

const networkSchema = z
  .object({ connection: text, include: textList, exclude: textList })
  .nullish()
  .catch(null)
  .default(null);

const tokenSchema = z.object({
  id: idField,
  name: text,
  userId: text,
  clientName: text,
  tokenWindow: text,
  network: networkSchema,
  created: time,
  lastUpdated: time,
  expiresAt: time,
});

/** An API token (SSWS) and its owner. Okta lists those that live, and keeps no last use: it follows from the end, to the day. */
export function mapApiToken(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(tokenSchema, raw, (token) => {
    // each use moves both, that of this very listing too: to the day, so that an unchanged org writes nothing
    const expiresAt = toDay(token.expiresAt);
    const lastUpdated = toDay(token.lastUpdated);
    const node = nodeOf('credential', sourceId, token.id, token.name, {
      type: 'api_token',
      status: 'ACTIVE',
      created: token.created,
      lastUpdated,
      expiresAt,
      lastUsedAt: beforeEnd(expiresAt, token.tokenWindow),
      network: token.network && {
        connection: token.network.connection,
        include: sorted(token.network.include),
        exclude: sorted(token.network.exclude),
      },
      clientName: token.clientName,
      ownerId: token.userId,
      appId: null,
    });
    const owner = token.userId === null ? [] : [nodeId('account', sourceId, token.userId)];
    return {
      id: token.id,
      nodes: [node],
      edges: owner.map((account) => edgeOf(node.id, 'API_TOKEN_FOR', account)),
      owns: [{ kind: 'API_TOKEN_FOR', end: 'from', at: node.id }],
    };
  });
}

interface AppCredential {
  id: string;
  type: 'client_secret' | 'jwk' | 'saml_certificate';
  name: string;
  status: string | null;
  created: number | null;
  lastUpdated: number | null;
  expiresAt: number | null;
}

function ofApp(sourceId: string, appId: string, credential: AppCredential): Thing {
  const { id, type, name, ...times } = credential;
  const node: GraphNode = nodeOf('credential', sourceId, id, name, {
    type,
    ...times,
    status: times.status ?? 'ACTIVE',
    lastUsedAt: null,
    network: null,
    ownerId: null,
    appId,
  });
  const kind = type === 'client_secret' ? 'SECRET_OF' : 'KEY_OF';
  // one that is switched off signs nobody in: it is kept, and leads nowhere
  const edges = node.attributes.status === 'INACTIVE' ? [] : [edgeOf(node.id, kind, nodeId('app', sourceId, appId))];
  return { id, nodes: [node], edges, owns: [{ kind, end: 'from', at: node.id }] };
}

const secretSchema = z.object({ id: idField, status: text, created: time, lastUpdated: time });

/** A client secret. The secret itself, which Okta may send along, is not read. */
export function mapClientSecret(sourceId: string, appId: string, raw: unknown): Mapped<Thing> {
  return read(secretSchema, raw, ({ id, status, created, lastUpdated }) =>
    ofApp(sourceId, appId, {
      id: `secret/${appId}/${id}`,
      type: 'client_secret',
      name: `Client secret ${id}`,
      status,
      created,
      lastUpdated,
      expiresAt: null,
    }),
  );
}

const keySchema = z
  .object({
    id: text,
    kid: text,
    use: text,
    status: text,
    created: time,
    lastUpdated: time,
    expiresAt: time,
  })
  .refine((key) => (key.kid ?? key.id) !== null, { message: 'a key has a kid or an id' });

/** A public key of an OAuth client. */
export function mapClientKey(sourceId: string, appId: string, raw: unknown): Mapped<Thing> {
  return read(keySchema, raw, (key) => {
    const kid = key.kid ?? key.id ?? '';
    const { status, created, lastUpdated, expiresAt } = key;
    return ofApp(sourceId, appId, {
      id: `jwk/${appId}/${kid}`,
      type: 'jwk',
      name: `Key ${kid}`,
      status,
      created,
      lastUpdated,
      expiresAt,
    });
  });
}

/** A certificate that Okta signs an app's SAML assertions with. */
export function mapSamlCertificate(sourceId: string, appId: string, raw: unknown): Mapped<Thing> {
  return read(keySchema, raw, (key) => {
    const kid = key.kid ?? key.id ?? '';
    const { status, created, lastUpdated, expiresAt } = key;
    return ofApp(sourceId, appId, {
      id: `cert/${appId}/${kid}`,
      type: 'saml_certificate',
      name: `SAML certificate ${kid}`,
      status,
      created,
      lastUpdated,
      expiresAt,
    });
  });
}

const grantSchema = z.object({
  id: idField,
  scopeId: text,
  source: text,
  status: text,
  created: time,
  clientId: text,
  userId: text,
  _links: anything,
});

export interface Grant {
  id: string;
  scope: string;
  source: string | null;
  created: number | null;
}

/** An OAuth scope that an app was granted. Null for one that no longer holds, or cannot be read. */
export function grantOf(raw: unknown): (Grant & { clientId: string | null }) | null {
  const parsed = grantSchema.safeParse(raw);
  if (!parsed.success || parsed.data.scopeId === null || parsed.data.status === 'REVOKED') return null;
  const { id, scopeId, source, created, clientId } = parsed.data;
  return { id, scope: scopeId, source, created, clientId };
}
