import { Hono } from 'hono';
import { setAppStatus, unassignApp, unassignAppFromGroup } from '../actions/apps.ts';
import { emit } from '../actions/org.ts';
import { iso } from '../core/clock.ts';
import { matches } from '../core/scim-filter.ts';
import type { App, AppUser, Grant, RefreshToken } from '../world/model.ts';
import { invalid, notFound } from './errors.ts';
import { findGroup } from './groups.routes.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, readFilter, sendList, setLinks } from './http.ts';
import { renderAppUser, renderUser } from './render.ts';
import { renderApp } from './render-app.ts';
import { findUser } from './users.routes.ts';

const FILTER = {
  paths: ['status', 'id', 'name', 'lastUpdated', 'user.id', 'group.id'],
  ops: ['eq', 'gt', 'ge', 'lt', 'le'],
};

/** `/api/v1/apps`. */
export function appRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { world } = org;
  const app = (c: OktaContext): App => {
    const id = c.req.param('id') ?? '';
    const found = world.apps.get(id);
    if (found === undefined) throw notFound(id, 'AppInstance');
    return found;
  };
  const assignment = (c: OktaContext, of: App): AppUser => {
    const { id } = findUser(deps, c.req.param('userId') ?? '');
    const found = world.appUsers.get(of.id)?.get(id);
    if (found === undefined) throw notFound(id, 'AppUser');
    return found;
  };
  const withUser = (appUser: AppUser, base: string) => {
    const user = world.users.get(appUser.userId);
    return user === undefined ? {} : { _embedded: { user: renderUser(world, user, base) } };
  };

  return new Hono<OktaEnv>()
    .get('/', (c) => {
      const base = originOf(c);
      const { filter, q } = c.req.query();
      const node = filter === undefined ? null : readFilter(filter, FILTER);
      const wanted = q?.toLowerCase();
      const where = (one: App) =>
        (wanted === undefined || one.label.toLowerCase().startsWith(wanted) || one.name.startsWith(wanted)) &&
        (node === null || matches(node, filterForm(one)));
      return sendList(
        c,
        world.apps.values(),
        ({ id }) => id,
        (one) => renderApp(world, one, base),
        { fallback: 200, most: 200 },
        where,
      );
    })
    .get('/:id', (c) => c.json(renderApp(world, app(c), originOf(c))))
    .post('/:id/lifecycle/:operation', (c) => {
      const operation = c.req.param('operation');
      if (operation !== 'activate' && operation !== 'deactivate') throw notFound(operation, 'Operation');
      setAppStatus(org, c.var.principal.origin, app(c), operation === 'activate' ? 'ACTIVE' : 'INACTIVE');
      return c.json({});
    })
    .get('/:id/users', (c) => {
      const base = originOf(c);
      const q = c.req.query('q')?.toLowerCase();
      const expand = c.req.query('expand') === 'user';
      return sendList(
        c,
        world.appUsers.get(app(c).id)?.values() ?? [],
        ({ userId }) => userId,
        (one) => ({ ...renderAppUser(one, base), ...(expand ? withUser(one, base) : {}) }),
        { fallback: 50, most: 500 },
        (one) => q === undefined || one.userName.toLowerCase().startsWith(q),
      );
    })
    .get('/:id/users/:userId', (c) => c.json(renderAppUser(assignment(c, app(c)), originOf(c))))
    .delete('/:id/users/:userId', (c) => {
      const from = app(c);
      const { scope, userId } = assignment(c, from);
      const user = findUser(deps, userId);
      // What a group gives can only be taken by changing the group.
      if (scope === 'GROUP') throw invalid('scope', 'the user is assigned through a group');
      unassignApp(org, c.var.principal.origin, from, user);
      return c.body(null, 204);
    })
    .get('/:id/groups', (c) => {
      const { id } = app(c);
      const base = originOf(c);
      const self = `${base}/api/v1/apps/${id}`;
      return sendList(
        c,
        world.appGroups.get(id)?.entries() ?? [],
        ([groupId]) => groupId,
        ([groupId, { priority, lastUpdated }]) => ({
          id: groupId,
          lastUpdated: iso(lastUpdated),
          priority,
          profile: {},
          _links: {
            app: { href: self },
            self: { href: `${self}/groups/${groupId}` },
            group: { href: `${base}/api/v1/groups/${groupId}` },
          },
        }),
        { fallback: 20, most: 200, least: 20 },
      );
    })
    .delete('/:id/groups/:groupId', (c) => {
      unassignAppFromGroup(org, c.var.principal.origin, app(c), findGroup(deps, c.req.param('groupId')));
      return c.body(null, 204);
    })
    .get('/:id/grants', (c) => {
      const of = app(c);
      setLinks(c, null);
      const grants = [...world.grants.values()].filter(({ appId }) => appId === of.id);
      return c.json(grants.map((grant) => renderGrant(grant, of, originOf(c))));
    })
    .get('/:id/grants/:grantId', (c) => c.json(renderGrant(findGrant(c, app(c)), app(c), originOf(c))))
    .delete('/:id/grants/:grantId', (c) => {
      const of = app(c);
      const grant = findGrant(c, of);
      world.grants.delete(grant.id);
      const client = world.clients.get(of.id);
      if (client !== undefined) client.scopes = client.scopes.filter((scope) => scope !== grant.scopeId);
      emit(org, c.var.principal.origin, {
        type: 'app.oauth2.as.consent.revoke',
        targets: [
          { id: grant.scopeId, type: 'scope', alternateId: of.id, displayName: grant.scopeId, detailEntry: null },
        ],
      });
      return c.body(null, 204);
    })
    .get('/:id/tokens', (c) => {
      const { id } = app(c);
      const tokens = world.refreshTokens.filter(({ appId }) => appId === id);
      return sendList(
        c,
        tokens,
        (token) => token.id,
        (token) => renderRefreshToken(token, originOf(c)),
        { fallback: 20, most: 200 },
      );
    });

  function findGrant(c: OktaContext, of: App): Grant {
    const id = c.req.param('grantId') ?? '';
    const grant = world.grants.get(id);
    if (grant === undefined || grant.appId !== of.id) throw notFound(id, 'OAuth2ScopeConsentGrant');
    return grant;
  }

  /** What a filter may ask of an app, its users and groups included. */
  function filterForm(one: App) {
    const userIds = [...(world.appUsers.get(one.id)?.keys() ?? [])];
    const groupIds = [...(world.appGroups.get(one.id)?.keys() ?? [])];
    return {
      id: one.id,
      status: one.status,
      name: one.name,
      lastUpdated: iso(one.lastUpdated),
      user: userIds.map((id) => ({ id })),
      group: groupIds.map((id) => ({ id })),
    };
  }
}

function renderGrant(grant: Grant, app: App, base: string) {
  return {
    id: grant.id,
    status: 'ACTIVE',
    created: iso(grant.created),
    createdBy: { id: grant.createdBy, type: 'User' },
    lastUpdated: iso(grant.created),
    issuer: base,
    clientId: app.id,
    scopeId: grant.scopeId,
    source: 'ADMIN',
    _links: {
      app: { href: `${base}/api/v1/apps/${app.id}`, title: app.label },
      self: { href: `${base}/api/v1/apps/${app.id}/grants/${grant.id}`, hints: { allow: ['GET', 'DELETE'] } },
      client: { href: `${base}/oauth2/v1/clients/${app.id}`, title: app.label },
    },
  };
}

function renderRefreshToken(token: RefreshToken, base: string) {
  return {
    id: token.id,
    status: 'ACTIVE',
    created: iso(token.created),
    lastUpdated: iso(token.created),
    expiresAt: iso(token.expiresAt),
    issuer: base,
    clientId: token.appId,
    userId: token.userId,
    scopes: token.scopes,
    _links: {
      app: { href: `${base}/api/v1/apps/${token.appId}` },
      self: { href: `${base}/api/v1/apps/${token.appId}/tokens/${token.id}` },
      user: { href: `${base}/api/v1/users/${token.userId}` },
    },
  };
}
