import { randomBytes } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { OAuthClient } from '../world/model.ts';

/** The lifetime is fixed, in seconds. */
export const TOKEN_LIFE = 3600;

export interface AccessToken {
  clientId: string;
  scopes: string[];
  /** The thumbprint of the key that the token is bound to, for DPoP. */
  boundTo: string | null;
}

/** Issues and reads access tokens: JWTs that only this lab can sign. */
export function createAccessTokens(clock: Clock, ids: Ids) {
  const key = new Uint8Array(randomBytes(32));
  return {
    async issue(client: OAuthClient, scopes: string[], issuer: string, boundTo: string | null): Promise<string> {
      const now = Math.floor(clock.now() / 1000);
      return await new SignJWT({
        ver: 1,
        cid: client.clientId,
        scp: scopes,
        ...(boundTo === null ? {} : { cnf: { jkt: boundTo } }),
      })
        .setProtectedHeader({ alg: 'HS256', kid: 'lab' })
        .setJti(`AT.${ids.opaque(40)}`)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(client.clientId)
        .setIssuedAt(now)
        .setExpirationTime(now + TOKEN_LIFE)
        .sign(key);
    },
    /** Null when the token is not ours or has expired. */
    async read(token: string): Promise<AccessToken | null> {
      try {
        const { payload } = await jwtVerify(token, key, { currentDate: new Date(clock.now()) });
        const { cid, scp, cnf } = payload;
        if (typeof cid !== 'string' || !Array.isArray(scp)) return null;
        const bound = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? String(cnf.jkt) : null;
        return { clientId: cid, scopes: scp.map(String), boundTo: bound };
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;
