import { type Context, Hono } from 'hono';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { emit } from '../actions/org.ts';
import { DAY } from '../core/clock.ts';
import type { OAuthClient } from '../world/model.ts';
import { type AccessTokens, TOKEN_LIFE } from './access-tokens.ts';
import type { DpopVerifier } from './dpop.ts';
import { type OktaDeps, originOf } from './http.ts';

interface TokenDeps extends OktaDeps {
  accessTokens: AccessTokens;
  verifyDpop: DpopVerifier;
}

type TokenErrorCode =
  | 'invalid_client'
  | 'invalid_scope'
  | 'invalid_request'
  | 'unsupported_grant_type'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce';

class TokenError extends Error {
  readonly code: TokenErrorCode;
  readonly status: 400 | 401;
  constructor(code: TokenErrorCode, description: string) {
    super(description);
    this.code = code;
    this.status = code === 'invalid_client' ? 401 : 400;
  }
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** `POST /oauth2/v1/token`: client credentials with a signed assertion. */
export function tokenRoutes(deps: TokenDeps) {
  const { org } = deps;
  const usedAssertions = new Map<string, number>();
  // A nonce lives one day; the previous ones stay good for three.
  const nonces: { value: string; madeAt: number }[] = [];

  const currentNonce = (): string => {
    const newest = nonces.at(-1);
    if (newest !== undefined && org.clock.now() - newest.madeAt < DAY) return newest.value;
    const value = org.ids.opaque(22);
    nonces.push({ value, madeAt: org.clock.now() });
    return value;
  };

  const verifyAssertion = async (assertion: string, audience: string[]): Promise<OAuthClient> => {
    const clientId = unverifiedIssuer(assertion);
    const client = org.world.clients.get(clientId);
    if (client === undefined) throw new TokenError('invalid_client', 'The client is not known.');
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(client.jwks), {
      issuer: clientId,
      subject: clientId,
      audience,
      algorithms: ALGORITHMS,
      currentDate: new Date(org.clock.now()),
    });
    const now = Math.floor(org.clock.now() / 1000);
    if (payload.exp === undefined || payload.exp > now + TOKEN_LIFE) {
      throw new TokenError('invalid_client', 'exp must not be more than one hour ahead.');
    }
    for (const [jti, until] of usedAssertions) if (until < now) usedAssertions.delete(jti);
    if (payload.jti !== undefined) {
      const used = `${clientId} ${payload.jti}`;
      if (usedAssertions.has(used)) throw new TokenError('invalid_client', 'The client_assertion was used before.');
      usedAssertions.set(used, payload.exp);
    }
    return client;
  };

  const proveKey = async (c: Context, client: OAuthClient, url: string): Promise<string | null> => {
    const proof = c.req.header('dpop');
    // A client that does not need proofs gets a plain token, whatever its library sends along.
    if (!client.dpop) return null;
    if (proof === undefined) throw new TokenError('invalid_dpop_proof', 'The DPoP proof JWT header is missing.');
    const nonce = nonceOf(proof);
    const known = nonces.some(({ value, madeAt }) => value === nonce && org.clock.now() - madeAt < 3 * DAY);
    if (nonce === null || !known) {
      throw new TokenError('use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.');
    }
    try {
      return await deps.verifyDpop(proof, { method: 'POST', url, nonce });
    } catch {
      throw new TokenError('invalid_dpop_proof', 'The DPoP proof is not valid.');
    }
  };

  return new Hono().post('/oauth2/v1/token', async (c) => {
    const url = `${originOf(c)}/oauth2/v1/token`;
    try {
      const form = new URLSearchParams(await c.req.text());
      if (form.get('grant_type') !== 'client_credentials') {
        throw new TokenError('unsupported_grant_type', 'Only client_credentials is supported.');
      }
      if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
        throw new TokenError('invalid_client', 'A client_assertion is required.');
      }
      const audiences = [url, `${deps.baseUrl()}/oauth2/v1/token`];
      const client = await verifyAssertion(form.get('client_assertion') ?? '', audiences);
      const boundTo = await proveKey(c, client, url);
      const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
      const missing = scopes.filter((scope) => !client.scopes.includes(scope));
      if (scopes.length === 0 || missing.length > 0) {
        throw new TokenError(
          'invalid_scope',
          `One or more scopes are not configured for the client: ${missing.join(' ')}`,
        );
      }
      const accessToken = await deps.accessTokens.issue(client, scopes, originOf(c), boundTo);
      const actor = {
        id: client.clientId,
        type: 'PublicClientApp',
        alternateId: client.clientId,
        displayName: client.clientId,
        detailEntry: null,
      };
      emit(org, { actor }, { type: 'app.oauth2.token.grant.access_token', debugData: { scope: scopes.join(' ') } });
      const token_type = boundTo === null ? 'Bearer' : 'DPoP';
      return c.json({ token_type, expires_in: TOKEN_LIFE, access_token: accessToken, scope: scopes.join(' ') });
    } catch (error) {
      const failure =
        error instanceof errors.JOSEError
          ? new TokenError('invalid_client', 'The client_assertion is not valid.')
          : error;
      if (!(failure instanceof TokenError)) throw failure;
      if (failure.code === 'use_dpop_nonce') c.header('dpop-nonce', currentNonce());
      if (failure.status === 401) c.header('WWW-Authenticate', `Basic realm="lab", error="${failure.code}"`);
      return c.json({ error: failure.code, error_description: failure.message }, failure.status);
    }
  });
}

function claimsOf(jwt: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function unverifiedIssuer(assertion: string): string {
  const { iss } = claimsOf(assertion);
  return typeof iss === 'string' ? iss : '';
}

function nonceOf(proof: string): string | null {
  const { nonce } = claimsOf(proof);
  return typeof nonce === 'string' ? nonce : null;
}
