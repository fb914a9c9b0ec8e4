import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import { type Clock, DAY, HOUR } from '../core/clock.ts';

/** A proof that cannot be accepted. */
export class DpopError extends Error {}

function publicJwk(value: unknown): JWK {
  if (typeof value !== 'object' || value === null || 'd' in value)
    throw new DpopError('the proof carries no public key');
  return value;
}

/** Checks a DPoP proof and gives the thumbprint of its key. Each `jti` works once. */
export function createDpopVerifier(clock: Clock) {
  const seen = new Map<string, number>();
  return async (
    proof: string,
    expected: { method: string; url: string; nonce?: string; accessToken?: string },
  ): Promise<string> => {
    const header = decodeProtectedHeader(proof);
    if (header.typ !== 'dpop+jwt') throw new DpopError('typ must be dpop+jwt');
    const jwk = publicJwk(header.jwk);
    const { payload } = await jwtVerify(proof, await importJWK(jwk, header.alg), {
      currentDate: new Date(clock.now()),
      clockTolerance: 300,
    });
    const { htm, htu, jti, iat, nonce, ath } = payload;
    if (htm !== expected.method || htu !== expected.url) throw new DpopError('htm or htu is not of this request');
    if (typeof jti !== 'string' || typeof iat !== 'number') throw new DpopError('jti and iat are required');
    if (Math.abs(iat * 1000 - clock.now()) > HOUR) throw new DpopError('iat is too far away');
    if (expected.nonce !== undefined && nonce !== expected.nonce) throw new DpopError('nonce is not the current one');
    if (expected.accessToken !== undefined) {
      const hash = createHash('sha256').update(expected.accessToken).digest('base64url');
      if (ath !== hash) throw new DpopError('ath does not belong to the access token');
    }
    for (const [id, until] of seen) if (until < clock.now()) seen.delete(id);
    if (seen.has(jti)) throw new DpopError('jti was used before');
    seen.set(jti, clock.now() + DAY);
    return await calculateJwkThumbprint(jwk);
  };
}

export type DpopVerifier = ReturnType<typeof createDpopVerifier>;
