import { Hono } from 'hono';
import { revokeConsent, revokeGrant, revokeRefreshTokens } from '../actions/consents.ts';
import { iso } from '../core/clock.ts';
import type { Consent } from '../world/estate/estate.ts';
import type { RefreshToken } from '../world/model.ts';
import { notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, sendList } from './http.ts';
import { findUser } from './users.routes.ts';

const LIMITS = { fallback: 20, most: 200 };

/** Below `/api/v1/users/{id}`: what the user let OAuth clients do, and the tokens that came of it. */
export function consentRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { world } = org;
  const user = (c: OktaContext) => findUser(deps, c.req.param('id') ?? '');
  const consentsOf = (userId: string) => [...world.estate.consents.values()].filter((one) => one.userId === userId);
  const tokensOf = (userId: string) => world.refreshTokens.filter((one) => one.userId === userId);
  const clientsOf = (userId: string): Map<string, string> => {
    const clients = new Map(consentsOf(userId).map(({ clientId, clientName }) => [clientId, clientName]));
    for (const { appId } of tokensOf(userId)) clients.set(appId, world.apps.get(appId)?.label ?? appId);
    return clients;
  };
  const client = (c: OktaContext): { id: string; name: string } => {
    const id = c.req.param('clientId') ?? '';
    const name = clientsOf(user(c).id).get(id);
    if (name === undefined) throw notFound(id, 'OAuth2Client');
    return { id, name };
  };
  const grant = (c: OktaContext): Consent => {
    const id = c.req.param('grantId') ?? '';
    const found = world.estate.consents.get(id);
    if (found === undefined || found.userId !== user(c).id) throw notFound(id, 'OAuth2ScopeConsentGrant');
    return found;
  };
  const listGrants = (c: OktaContext, consents: readonly Consent[]) =>
    sendList(
      c,
      consents,
      ({ id }) => id,
      (one) => renderConsent(one, originOf(c)),
      LIMITS,
    );

  return new Hono<OktaEnv>()
    .get('/:id/grants', (c) => listGrants(c, consentsOf(user(c).id)))
    .get('/:id/grants/:grantId', (c) => c.json(renderConsent(grant(c), originOf(c))))
    .delete('/:id/grants', (c) => {
      const of = user(c);
      for (const [id, name] of clientsOf(of.id)) revokeConsent(org, of, { id, name }, c.var.principal.origin);
      return c.body(null, 204);
    })
    .delete('/:id/grants/:grantId', (c) => {
      revokeGrant(org, c.var.principal.origin, grant(c));
      return c.body(null, 204);
    })
    .get('/:id/clients', (c) => {
      const of = user(c);
      const self = `${originOf(c)}/api/v1/users/${of.id}/clients`;
      return sendList(
        c,
        clientsOf(of.id),
        ([id]) => id,
        ([id, name]) => ({
          client_id: id,
          client_name: name,
          client_uri: null,
          logo_uri: null,
          _links: { grants: { href: `${self}/${id}/grants` }, tokens: { href: `${self}/${id}/tokens` } },
        }),
        LIMITS,
      );
    })
    .get('/:id/clients/:clientId/grants', (c) => {
      const { id } = client(c);
      return listGrants(
        c,
        consentsOf(user(c).id).filter(({ clientId }) => clientId === id),
      );
    })
    .delete('/:id/clients/:clientId/grants', (c) => {
      revokeConsent(org, user(c), client(c), c.var.principal.origin);
      return c.body(null, 204);
    })
    .get('/:id/clients/:clientId/tokens', (c) => {
      const { id } = client(c);
      return sendList(
        c,
        tokensOf(user(c).id).filter(({ appId }) => appId === id),
        (token) => token.id,
        (token) => renderToken(token, originOf(c)),
        LIMITS,
      );
    })
    .delete('/:id/clients/:clientId/tokens', (c) => {
      revokeRefreshTokens(org, c.var.principal.origin, user(c), client(c));
      return c.body(null, 204);
    });
}

function renderConsent(one: Consent, base: string) {
  const user = `${base}/api/v1/users/${one.userId}`;
  return {
    id: one.id,
    status: 'ACTIVE',
    created: iso(one.created),
    createdBy: { id: one.userId, type: 'User' },
    lastUpdated: iso(one.created),
    issuer: `${base}/oauth2/default`,
    clientId: one.clientId,
    userId: one.userId,
    scopeId: one.scope,
    source: 'END_USER',
    _links: {
      app: { href: `${base}/api/v1/apps/${one.clientId}`, title: one.clientName },
      self: { href: `${user}/grants/${one.id}`, hints: { allow: ['GET', 'DELETE'] } },
      user: { href: user },
      client: { href: `${base}/oauth2/v1/clients/${one.clientId}`, title: one.clientName },
    },
  };
}

function renderToken(token: RefreshToken, base: string) {
  const user = `${base}/api/v1/users/${token.userId}`;
  return {
    id: token.id,
    status: 'ACTIVE',
    created: iso(token.created),
    lastUpdated: iso(token.created),
    expiresAt: iso(token.expiresAt),
    issuer: `${base}/oauth2/default`,
    clientId: token.appId,
    userId: token.userId,
    scopes: token.scopes,
    _links: {
      app: { href: `${base}/api/v1/apps/${token.appId}` },
      self: { href: `${user}/clients/${token.appId}/tokens/${token.id}`, hints: { allow: ['GET', 'DELETE'] } },
      user: { href: user },
    },
  };
}
