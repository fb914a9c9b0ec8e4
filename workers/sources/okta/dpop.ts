import { createHash } from 'node:crypto';
import { type CryptoKey as JoseKey, type JWK, SignJWT } from 'jose';
import { type Millis, SECOND } from '../../platform/clock.ts';

/** The key pair that access tokens are bound to; it lives in memory, as long as the token. */
export interface DpopKey {
  privateKey: JoseKey;
  publicJwk: JWK;
}

export interface DpopRequest {
  method: string;
  /** Query and fragment do not count. */
  url: string;
  now: Millis;
  nonce?: string | undefined;
  /** The access token that goes with the proof; absent at the token endpoint. */
  accessToken?: string | undefined;
}

/** A DPoP proof (RFC 9449 §4.2), signed with ES256. */
export async function createDpopProof(key: DpopKey, request: DpopRequest): Promise<string> {
  const { origin, pathname } = new URL(request.url);
  const claims: Record<string, string> = { htm: request.method, htu: `${origin}${pathname}` };
  if (request.nonce) claims.nonce = request.nonce;
  if (request.accessToken) claims.ath = createHash('sha256').update(request.accessToken).digest('base64url');
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk })
    .setIssuedAt(Math.floor(request.now / SECOND))
    .setJti(crypto.randomUUID())
    .sign(key.privateKey);
}
