import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import { z } from 'zod';
import { MINUTE, type Millis, SECOND } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import { guardedFetch, type OutboundResponse } from '../../platform/http/outbound-fetch.ts';
import type { OktaCredential, PrivateJwk } from './credential.ts';
import { createDpopProof, type DpopKey } from './dpop.ts';
import { errorOfAnswer, oktaBadAnswer, oktaRateLimited } from './errors.ts';
import { INVENTORY_GRANTS } from './grants.ts';
import { retryAfterSeconds } from './rate.ts';

/** What Postern reads. Each is optional to the customer: a missing one becomes a coverage gap. */
export const OKTA_SCOPES = [
  'okta.users.read',
  'okta.groups.read',
  'okta.apps.read',
  'okta.roles.read',
  'okta.logs.read',
  'okta.apiTokens.read',
  'okta.eventHooks.read',
  ...INVENTORY_GRANTS.map(({ scope }) => scope),
];

/** Renewed this long before its end. */
const RENEW_BEFORE = 5 * MINUTE;
const ASSERTION_LIFETIME_SECONDS = (5 * MINUTE) / SECOND;
const TOKEN_LIMITS = { timeoutMs: 10 * SECOND, maxBytes: 100_000 };

export interface AccessToken {
  token: string;
  /** Set when the token is bound to a key: each call carries a proof. */
  dpop: DpopKey | null;
  expiresAt: Millis;
}

export type OauthCredential = Extract<OktaCredential, { type: 'oauth' }>;
type TokenDeps = Pick<Deps, 'env' | 'fetch' | 'clock'>;

const tokenAnswer = z.object({
  token_type: z.string(),
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});
const tokenError = z.object({ error: z.string() });

/**
 * Gets an access token of an OAuth service app (client credentials, `private_key_jwt`). An app that demands DPoP
 * refuses the plain request; then, and with the nonce that Okta asks for, it is repeated with a proof. When a scope is
 * refused, those that are granted are found one by one. Throws `okta.unauthorized`, `okta.bad_request`, ….
 */
export async function requestAccessToken(
  deps: TokenDeps,
  baseUrl: string,
  credential: OauthCredential,
  scopes: readonly string[] = OKTA_SCOPES,
): Promise<AccessToken> {
  const request = createTokenRequest(deps, baseUrl, credential);
  const all = await request(scopes);
  if (all.ok) return all.token;
  if (all.error !== 'invalid_scope') throw errorOfAnswer({ ...all.answer, path: '/oauth2/v1/token' });
  const granted = await grantedOf(scopes, async (some) => (await request(some)).ok);
  const some = granted.length > 0 ? await request(granted) : all;
  if (some.ok) return some.token;
  throw errorOfAnswer({ ...some.answer, path: '/oauth2/v1/token' });
}

/** Those of the scopes that are granted, by halves: where few are missing, few requests find them. */
async function grantedOf(
  scopes: readonly string[],
  isGranted: (scopes: readonly string[]) => Promise<boolean>,
): Promise<string[]> {
  if (scopes.length < 2) return [];
  const half = Math.ceil(scopes.length / 2);
  const granted: string[] = [];
  for (const part of [scopes.slice(0, half), scopes.slice(half)]) {
    granted.push(...((await isGranted(part)) ? part : await grantedOf(part, isGranted)));
  }
  return granted;
}

/** Whether a scope is granted to the service app. Throws what a token request throws for any other reason. */
export async function isScopeGranted(
  deps: TokenDeps,
  baseUrl: string,
  credential: OauthCredential,
  scope: string,
): Promise<boolean> {
  const asked = await createTokenRequest(deps, baseUrl, credential)([scope]);
  if (asked.ok) return true;
  if (asked.error === 'invalid_scope') return false;
  throw errorOfAnswer({ ...asked.answer, path: '/oauth2/v1/token' });
}

export function needsRenewal(token: AccessToken, now: Millis): boolean {
  return token.expiresAt - RENEW_BEFORE <= now;
}

type TokenResult = { ok: true; token: AccessToken } | { ok: false; error: string; answer: OutboundResponse };

function createTokenRequest(deps: TokenDeps, baseUrl: string, credential: OauthCredential) {
  const url = `${baseUrl}/oauth2/v1/token`;
  let dpop: DpopKey | null = null;
  let nonce: string | undefined;

  const send = async (scopes: readonly string[]): Promise<OutboundResponse> => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: scopes.join(' '),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await createAssertion(deps, url, credential),
    });
    const headers: Record<string, string> = {
      'Content-Type': 'application/x-www-form-urlencoded',
      Accept: 'application/json',
    };
    if (dpop) headers.DPoP = await createDpopProof(dpop, { method: 'POST', url, now: deps.clock.now(), nonce });
    return guardedFetch(deps, url, { method: 'POST', headers, body: body.toString() }, TOKEN_LIMITS);
  };

  return async (scopes: readonly string[]): Promise<TokenResult> => {
    // at most: plain, with a proof, with a proof and the nonce
    for (let attempt = 0; ; attempt++) {
      const answer = await send(scopes);
      if (answer.status === 200) return { ok: true, token: readToken(answer.text, dpop, deps.clock.now()) };
      if (answer.status === 429) {
        throw oktaRateLimited({ retryAfter: retryAfterSeconds(answer.headers, deps.clock.now(), Math.random) });
      }
      const error = readTokenError(answer.text);
      if (attempt >= 2 || (error !== 'invalid_dpop_proof' && error !== 'use_dpop_nonce')) {
        return { ok: false, error, answer };
      }
      dpop ??= await createDpopKey();
      nonce = answer.headers.get('dpop-nonce') ?? nonce;
    }
  };
}

async function createAssertion(deps: TokenDeps, audience: string, credential: OauthCredential): Promise<string> {
  const key = credential.privateKey;
  const alg = algorithmOf(key);
  const now = Math.floor(deps.clock.now() / SECOND);
  return new SignJWT({})
    .setProtectedHeader(key.kid ? { alg, kid: key.kid } : { alg })
    .setIssuer(credential.clientId)
    .setSubject(credential.clientId)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + ASSERTION_LIFETIME_SECONDS)
    .setJti(crypto.randomUUID())
    .sign(await importJWK(key, alg));
}

function algorithmOf(key: PrivateJwk): string {
  if (key.alg) return key.alg;
  if (key.kty === 'RSA') return 'RS256';
  return key.crv === 'P-521' ? 'ES512' : key.crv === 'P-384' ? 'ES384' : 'ES256';
}

async function createDpopKey(): Promise<DpopKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { privateKey, publicJwk: await exportJWK(publicKey) };
}

function readToken(text: string, dpop: DpopKey | null, now: Millis): AccessToken {
  const parsed = tokenAnswer.safeParse(parseJson(text));
  if (!parsed.success) throw oktaBadAnswer({ detail: 'The token endpoint answered without a token.' });
  const bound = parsed.data.token_type.toLowerCase() === 'dpop';
  if (bound && !dpop) throw oktaBadAnswer({ detail: 'The token endpoint bound a token to a key that was not sent.' });
  return {
    token: parsed.data.access_token,
    dpop: bound ? dpop : null,
    expiresAt: now + parsed.data.expires_in * SECOND,
  };
}

function readTokenError(text: string): string {
  const parsed = tokenError.safeParse(parseJson(text));
  return parsed.success ? parsed.data.error : 'unreadable';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
