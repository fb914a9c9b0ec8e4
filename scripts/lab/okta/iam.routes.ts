import { Hono } from 'hono';
import { grantClientRole, revokeClientRole } from '../actions/roles.ts';
import { revokeToken } from '../actions/tokens.ts';
import { iso } from '../core/clock.ts';
import type { OAuthClient } from '../world/model.ts';
import { notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, sendBodyList, setLinks } from './http.ts';
import { renderRole, renderToken } from './render.ts';
import { type RoleRow, renderRoles, roleTargetReads } from './role-rows.ts';
import { readRoleType } from './role-type.ts';

/** `/api/v1/iam`: who is an administrator, and the custom roles. */
export function iamRoutes(deps: OktaDeps) {
  const { world } = deps.org;
  return new Hono<OktaEnv>()
    .get('/assignees/users', (c) =>
      // Only direct assignments; whoever inherits a role from a group is found through the group.
      sendBodyList(
        c,
        'value',
        world.userRoles.keys(),
        (id) => id,
        (id) => ({
          id,
          orn: `orn:okta:directory:${world.orgId}:users:${id}`,
          _links: {
            self: { href: `${originOf(c)}/api/v1/users/${id}` },
            roles: { href: `${originOf(c)}/api/v1/users/${id}/roles` },
          },
        }),
      ),
    )
    .get('/roles', (c) =>
      sendBodyList(
        c,
        'roles',
        world.customRoles,
        ({ id }) => id,
        (role) => renderCustomRole(role, originOf(c)),
      ),
    )
    .get('/roles/:id', (c) => {
      const role = findCustomRole(c);
      return c.json(renderCustomRole(role, originOf(c)));
    })
    .get('/roles/:id/permissions', (c) => {
      const role = findCustomRole(c);
      return c.json({
        permissions: role.permissions.map((label) => ({
          label,
          created: iso(role.created),
          lastUpdated: iso(role.created),
          conditions: null,
          _links: {
            role: { href: `${originOf(c)}/api/v1/iam/roles/${role.id}` },
            self: { href: `${originOf(c)}/api/v1/iam/roles/${role.id}/permissions/${label}` },
          },
        })),
      });
    });

  function findCustomRole(c: OktaContext) {
    const id = c.req.param('id') ?? '';
    const role = world.customRoles.find((one) => one.id === id || one.label === id);
    if (role === undefined) throw notFound(id, 'CustomRole');
    return role;
  }
}

function renderCustomRole(role: { id: string; label: string; description: string; created: number }, base: string) {
  const self = `${base}/api/v1/iam/roles/${role.id}`;
  return {
    id: role.id,
    label: role.label,
    description: role.description,
    created: iso(role.created),
    lastUpdated: iso(role.created),
    _links: { self: { href: self }, permissions: { href: `${self}/permissions` } },
  };
}

/** `/api/v1/api-tokens`. */
export function apiTokenRoutes(deps: OktaDeps) {
  const { org } = deps;
  const token = (c: OktaContext) => {
    const id = c.req.param('id') ?? '';
    const found = org.world.tokens.get(id);
    if (found === undefined) throw notFound(id, 'ApiToken');
    return found;
  };
  return new Hono<OktaEnv>()
    .get('/', (c) => {
      setLinks(c, null);
      return c.json([...org.world.tokens.values()].map((one) => renderToken(org.world, one, originOf(c))));
    })
    .get('/:id', (c) => c.json(renderToken(org.world, token(c), originOf(c))))
    .delete('/:id', (c) => {
      revokeToken(org, c.var.principal.origin, token(c));
      return c.body(null, 204);
    });
}

/** `/oauth2/v1/clients`: the OAuth clients of the org and their admin roles. */
export function clientRoutes(deps: OktaDeps) {
  const { org } = deps;
  const client = (c: OktaContext): OAuthClient => {
    const id = c.req.param('id') ?? '';
    const found = org.world.clients.get(id);
    if (found === undefined) throw notFound(id, 'PublicClientApp');
    return found;
  };
  const render = (one: OAuthClient) => ({
    client_id: one.clientId,
    client_name: org.world.apps.get(one.clientId)?.label ?? one.clientId,
    application_type: 'service',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: org.world.apps.get(one.clientId)?.oauth?.authMethod ?? 'private_key_jwt',
    dpop_bound_access_tokens: one.dpop,
  });
  const rowsOf = (c: OktaContext): RoleRow[] => {
    const { clientId, roles } = client(c);
    return roles.map((role) => ({ role, assignmentType: 'CLIENT', assignee: `/oauth2/v1/clients/${clientId}` }));
  };
  const app = new Hono<OktaEnv>();
  roleTargetReads(app, org.world, rowsOf);
  return app
    .get('/', (c) => {
      setLinks(c, null);
      return c.json([...org.world.clients.values()].map(render));
    })
    .get('/:id', (c) => c.json(render(client(c))))
    .get('/:id/roles', (c) => c.json(renderRoles(org.world, rowsOf(c), c)))
    .post('/:id/roles', async (c) => {
      const of = client(c);
      const role = grantClientRole(org, c.var.principal.origin, of, await readRoleType(c));
      return c.json(renderRole(org.world, role, 'CLIENT', `/oauth2/v1/clients/${of.clientId}`, originOf(c)), 201);
    })
    .delete('/:id/roles/:roleId', (c) => {
      const of = client(c);
      const roleId = c.req.param('roleId');
      const role = of.roles.find(({ id }) => id === roleId);
      if (role === undefined) throw notFound(roleId, 'RoleAssignment');
      revokeClientRole(org, c.var.principal.origin, of, role);
      return c.body(null, 204);
    });
}
