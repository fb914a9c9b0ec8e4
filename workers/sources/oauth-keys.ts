import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { derivedId } from '../platform/ids.ts';
import { createSealer } from '../platform/sealing.ts';
import {
  countUnusedKeys,
  deleteWaitingKey,
  getOauthKey,
  insertOauthKey,
  type OauthKey,
  putNextKey,
  type UsedKey,
} from './oauth-keys.repository.ts';
import { type OktaCredential, openCredential, type PrivateJwk, privateJwkSchema } from './okta/credential.ts';
import { makeKeyPair, publicPartOf } from './okta/key-pair.ts';
import { keyInUse, notOauth, tooManyKeys, unusableKey } from './sources.errors.ts';
import { getSource, type Source } from './sources.repository.ts';
import type { AuthInput } from './sources.schemas.ts';

/** A key pair that no source signs with by then is forgotten. */
export const UNUSED_KEY_LIFE: Millis = 7 * DAY;
/** Key pairs of a tenant that may wait for a source at the same time. */
export const MAX_UNUSED_KEYS = 20;

/** Makes a key pair for a source that is yet to be connected. Throws `oauth_key.too_many`. */
export async function makeUnusedKey(deps: Deps, tenantId: string, by: Principal): Promise<OauthKey> {
  if ((await countUnusedKeys(deps, tenantId)) >= MAX_UNUSED_KEYS) {
    throw tooManyKeys({ detail: `At most ${MAX_UNUSED_KEYS} may wait for a source. Use or delete one.` });
  }
  const key = await newKey(deps, tenantId);
  await insertOauthKey(deps, key);
  await note(deps, tenantId, by, 'oauth_key.create', key, {});
  return key;
}

/**
 * Makes the key pair that follows the one a source signs with. The source goes on with the old one until the new one
 * passes the connection test. Throws `not_found`, `source.not_oauth`.
 */
export async function makeNextKey(deps: Deps, tenantId: string, sourceId: string, by: Principal): Promise<OauthKey> {
  const source = await getSource(deps, tenantId, sourceId);
  if (!source) throw notFound();
  if (source.authType !== 'oauth') throw notOauth();
  const key = { ...(await newKey(deps, tenantId)), sourceId };
  await putNextKey(deps, key);
  await note(deps, tenantId, by, 'oauth_key.create', key, { sourceId });
  return key;
}

/** Forgets a key pair that no source signs with. Throws `not_found`, `oauth_key.in_use`. */
export async function deleteKey(deps: Deps, tenantId: string, id: string, by: Principal): Promise<void> {
  const key = await getOauthKey(deps, tenantId, id, deps.clock.now());
  if (!key) throw notFound();
  if (key.expiresAt === null || !(await deleteWaitingKey(deps, tenantId, id))) throw keyInUse();
  await note(deps, tenantId, by, 'oauth_key.delete', key, key.sourceId === null ? {} : { sourceId: key.sourceId });
}

/**
 * The credential that a person's input stands for, and the key it uses. `before` is the source as it is, for one that
 * keeps its key and changes its client id. Throws `oauth_key.unusable`.
 */
export async function readAuth(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  auth: AuthInput,
  before: Source | null,
): Promise<{ credential: OktaCredential; key: UsedKey }> {
  if (auth.type === 'ssws') return { credential: auth, key: null };
  const { clientId, keyId, privateKeyJwk } = auth;
  if (privateKeyJwk) {
    // the same key is the same row, however often it is saved
    const publicJwk = publicPartOf(privateKeyJwk);
    const id = derivedId('key', tenantId, sourceId, JSON.stringify(publicJwk));
    const key = { id, publicJwk, createdAt: deps.clock.now() };
    return { credential: { type: 'oauth', clientId, privateKey: privateKeyJwk }, key };
  }
  const key = await getOauthKey(deps, tenantId, keyId ?? '', deps.clock.now());
  if (!key || (key.sourceId !== null && key.sourceId !== sourceId)) throw unusableKey();
  const held = before && key.sourceId === sourceId && key.expiresAt === null;
  const privateKey = held ? await heldKey(deps, tenantId, before) : await openKey(deps, key);
  return { credential: { type: 'oauth', clientId, privateKey }, key: usedKey(key) };
}

/** The key that a source signs with. */
async function heldKey(deps: Deps, tenantId: string, source: Source): Promise<PrivateJwk> {
  const credential = await openCredential(deps, tenantId, source);
  if (credential.type !== 'oauth') throw unusableKey();
  return credential.privateKey;
}

/** The private half of a key that is not in use yet. Throws `oauth_key.unusable`. */
export async function openKey(deps: Pick<Deps, 'env'>, key: OauthKey): Promise<PrivateJwk> {
  if (key.sealedPrivateJwk === null) throw unusableKey();
  const sealer = createSealer(deps.env.SEALING_KEYS);
  return privateJwkSchema.parse(JSON.parse(await sealer.open(key.sealedPrivateJwk, contextOf(key))));
}

export function usedKey({ id, publicJwk, createdAt }: OauthKey): NonNullable<UsedKey> {
  return { id, publicJwk, createdAt };
}

async function newKey(deps: Deps, tenantId: string): Promise<OauthKey> {
  const { publicJwk, privateJwk } = await makeKeyPair();
  const now = deps.clock.now();
  const key = { tenantId, id: deps.ids.next('key') };
  const sealedPrivateJwk = await createSealer(deps.env.SEALING_KEYS).seal(JSON.stringify(privateJwk), contextOf(key));
  return { ...key, sourceId: null, publicJwk, sealedPrivateJwk, createdAt: now, expiresAt: now + UNUSED_KEY_LIFE };
}

function contextOf({ tenantId, id }: Pick<OauthKey, 'tenantId' | 'id'>): string {
  return `${tenantId}/oauth-key/${id}`;
}

function note(
  deps: Deps,
  tenantId: string,
  by: Principal,
  action: string,
  key: OauthKey,
  detail: Record<string, unknown>,
): Promise<void> {
  const kid = key.publicJwk.kid ?? null;
  return audit(deps, tenantId, by, { action, targetKind: 'oauth_key', targetId: key.id, detail: { kid, ...detail } });
}
