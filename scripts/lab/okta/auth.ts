import { createMiddleware } from 'hono/factory';
import { byUser, type Org } from '../actions/org.ts';
import { useToken } from '../actions/tokens.ts';
import { canSignIn, rolesOf } from '../world/world.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { DpopVerifier } from './dpop.ts';
import { forbidden, invalidToken, OktaError } from './errors.ts';
import { type OktaContext, type OktaEnv, originOf, type Principal } from './http.ts';
import { rolesAllow, scopeAllows } from './permissions.ts';

interface AuthDeps {
  org: Org;
  accessTokens: AccessTokens;
  verifyDpop: DpopVerifier;
}

/** Lets a call through when its token is valid and both the scope and the role allow it. */
export function requirePrincipal(deps: AuthDeps) {
  return createMiddleware<OktaEnv>(async (c, next) => {
    const principal = await authenticate(deps, c);
    const { method, path } = c.req;
    if (principal.scopes !== null && !scopeAllows(principal.scopes, method, path)) {
      throw new OktaError(403, 'E0000006', 'The access token provided does not contain the required scopes.', {
        headers: {
          'WWW-Authenticate':
            'Bearer authorization_uri="/oauth2/v1/authorize", realm="lab", error="insufficient_scope", ' +
            'error_description="The access token provided does not contain the required scopes."',
        },
      });
    }
    if (!rolesAllow(principal.roles, method, path)) throw forbidden();
    c.set('principal', principal);
    await next();
  });
}

async function authenticate(deps: AuthDeps, c: OktaContext): Promise<Principal> {
  const header = c.req.header('authorization') ?? '';
  const space = header.indexOf(' ');
  const [scheme, token] = [header.slice(0, space).toLowerCase(), header.slice(space + 1).trim()];
  if (scheme === 'ssws') return sswsPrincipal(deps.org, token);
  if (scheme === 'bearer' || scheme === 'dpop') return await oauthPrincipal(deps, c, scheme, token);
  throw invalidToken();
}

function sswsPrincipal(org: Org, secret: string): Principal {
  const token = org.world.tokens.get(org.world.tokenSecrets.get(secret) ?? '');
  const owner = token === undefined ? undefined : org.world.users.get(token.userId);
  if (token === undefined || owner === undefined || !canSignIn(owner) || token.expiresAt < org.clock.now()) {
    throw invalidToken();
  }
  useToken(org, token);
  const roles = rolesOf(org.world, owner.id).filter(({ role }) => role.status === 'ACTIVE');
  return {
    kind: 'ssws',
    id: token.id,
    roles: roles.map(({ role }) => role.type),
    scopes: null,
    origin: { ...byUser(owner), tokenId: token.id },
  };
}

function badAccessToken(scheme: string): OktaError {
  const name = scheme === 'dpop' ? 'DPoP' : 'Bearer';
  return new OktaError(401, 'E0000011', 'Invalid token provided', {
    headers: { 'WWW-Authenticate': `${name} realm="lab", error="invalid_token"` },
  });
}

async function oauthPrincipal(deps: AuthDeps, c: OktaContext, scheme: string, token: string): Promise<Principal> {
  const read = await deps.accessTokens.read(token);
  const client = read === null ? undefined : deps.org.world.clients.get(read.clientId);
  if (read === null || client === undefined) throw badAccessToken(scheme);
  if ((read.boundTo !== null) !== (scheme === 'dpop')) throw badAccessToken(scheme);
  if (read.boundTo !== null) {
    const url = `${originOf(c)}${c.req.path}`;
    try {
      const key = await deps.verifyDpop(c.req.header('dpop') ?? '', { method: c.req.method, url, accessToken: token });
      if (key !== read.boundTo) throw badAccessToken(scheme);
    } catch {
      throw badAccessToken(scheme);
    }
  }
  const app = deps.org.world.apps.get(client.clientId);
  return {
    kind: 'oauth',
    id: client.clientId,
    roles: client.roles.filter(({ status }) => status === 'ACTIVE').map(({ type }) => type),
    scopes: read.scopes,
    origin: {
      actor: {
        id: client.clientId,
        type: 'PublicClientApp',
        alternateId: client.clientId,
        displayName: app?.label ?? client.clientId,
        detailEntry: null,
      },
    },
  };
}
