import { Hono } from 'hono';
import { removeEnrolment, resetFactors } from '../actions/factors.ts';
import { grantRole, revokeRole } from '../actions/roles.ts';
import {
  activateUser,
  clearSessions,
  deactivateUser,
  expirePassword,
  resetPassword,
  suspendUser,
  unlockUser,
  unsuspendUser,
} from '../actions/users.ts';
import { SECOND } from '../core/clock.ts';
import { matches } from '../core/scim-filter.ts';
import type { User } from '../world/model.ts';
import { rolesOf } from '../world/world.ts';
import { forbidden, invalid, notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, readFilter, sendList, setLinks } from './http.ts';
import { renderFactor, renderGroup, renderRole, renderUser } from './render.ts';
import { type RoleRow, renderRoles, roleTargetReads } from './role-rows.ts';
import { readRoleType } from './role-type.ts';

const FILTER = {
  paths: ['status', 'lastUpdated', 'id', 'profile.login', 'profile.email', 'profile.firstName', 'profile.lastName'],
  ops: ['eq', 'gt', 'ge', 'lt', 'le'],
};

/** Okta's search index lags behind its database. */
const SEARCH_LAG = 2 * SECOND;

/** Finds by id or log-in, as the API does. */
export function findUser(deps: OktaDeps, idOrLogin: string): User {
  const { users, logins } = deps.org.world;
  const user = users.get(idOrLogin) ?? users.get(logins.get(idOrLogin) ?? '');
  if (user === undefined) throw notFound(idOrLogin, 'User');
  return user;
}

function listUsers(deps: OktaDeps, c: OktaContext): Response {
  const { world, clock } = deps.org;
  const base = originOf(c);
  if (deps.faults.current().emptyUsers) {
    setLinks(c, null);
    return c.json([]);
  }
  const { q, filter, search } = c.req.query();
  const render = (user: User) => renderUser(world, user, base);
  if (q !== undefined) {
    const wanted = q.toLowerCase();
    const found = [...world.users.values()].filter(({ status, profile }) => {
      const texts = [profile.firstName, profile.lastName, profile.email];
      return status !== 'DEPROVISIONED' && texts.some((text) => text.toLowerCase().startsWith(wanted));
    });
    // `q` gives one short page and no cursor.
    setLinks(c, null);
    return c.json(found.slice(0, Math.min(200, Number(c.req.query('limit') ?? 10))).map(render));
  }
  let where = (user: User) => user.status !== 'DEPROVISIONED';
  if (filter !== undefined) {
    const node = readFilter(filter, FILTER);
    where = (user) => matches(node, render(user));
  } else if (search !== undefined) {
    const node = readFilter(search);
    where = (user) => user.created <= clock.now() - SEARCH_LAG && matches(node, render(user));
  }
  return sendList(c, world.users.values(), ({ id }) => id, render, { fallback: 200, most: 200 }, where);
}

/** `/api/v1/users`. */
export function userRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { world } = org;
  const user = (c: OktaContext) => findUser(deps, c.req.param('id') ?? '');
  const lifecycle: Readonly<
    Record<string, { from: readonly string[]; refusal: string; run: (c: OktaContext, u: User) => void }>
  > = {
    suspend: {
      from: ['ACTIVE'],
      refusal: 'Cannot suspend a user that is not active',
      run: (c, u) => suspendUser(org, c.var.principal.origin, u),
    },
    unsuspend: {
      from: ['SUSPENDED'],
      refusal: 'Cannot unsuspend a user that is not suspended',
      run: (c, u) => unsuspendUser(org, c.var.principal.origin, u),
    },
    unlock: {
      from: ['LOCKED_OUT'],
      refusal: 'The user is not locked out',
      run: (c, u) => unlockUser(org, c.var.principal.origin, u),
    },
    activate: {
      from: ['STAGED', 'PROVISIONED', 'DEPROVISIONED'],
      refusal: 'This operation is not allowed in the current status',
      run: (c, u) => activateUser(org, c.var.principal.origin, u),
    },
    deactivate: {
      from: ['STAGED', 'PROVISIONED', 'ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'SUSPENDED'],
      refusal: 'The user is already deactivated',
      run: (c, u) => deactivateUser(org, c.var.principal.origin, u),
    },
    expire_password: {
      from: ['ACTIVE', 'RECOVERY', 'LOCKED_OUT'],
      refusal: 'This operation is not allowed in the current status',
      run: (c, u) => expirePassword(org, c.var.principal.origin, u),
    },
    reset_password: {
      from: ['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT'],
      refusal: 'This operation is not allowed in the current status',
      run: (c, u) => {
        // Okta holds no password of somebody who signs in elsewhere.
        if (u.provider.type !== 'OKTA') throw forbidden();
        resetPassword(org, c.var.principal.origin, u);
        if (c.req.query('revokeSessions') === 'true') clearSessions(org, c.var.principal.origin, u);
      },
    },
    reset_factors: {
      from: ['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'SUSPENDED', 'PROVISIONED', 'STAGED'],
      refusal: 'This operation is not allowed in the current status',
      run: (c, u) => resetFactors(org, c.var.principal.origin, u),
    },
  };

  const rowsOf = (c: OktaContext): RoleRow[] => {
    const owner = user(c);
    return rolesOf(world, owner.id).map(({ role, assignmentType, groupId }) => {
      const assignee = groupId === null ? `/api/v1/users/${owner.id}` : `/api/v1/groups/${groupId}`;
      return { role, assignmentType, assignee };
    });
  };
  const app = new Hono<OktaEnv>();
  roleTargetReads(app, world, rowsOf);
  app
    .get('/', (c) => listUsers(deps, c))
    // whose API token it is; a service app is nobody
    .get('/me', (c) => c.json(renderUser(world, findUser(deps, c.var.principal.origin.actor.id), originOf(c))))
    .get('/:id', (c) => c.json(renderUser(world, user(c), originOf(c))))
    .get('/:id/groups', (c) => {
      const base = originOf(c);
      const groups = [...(world.userGroups.get(user(c).id) ?? [])].flatMap((id) => world.groups.get(id) ?? []);
      return sendList(
        c,
        groups,
        ({ id }) => id,
        (g) => renderGroup(world, g, base, false),
        { fallback: 200, most: 200 },
      );
    })
    .get('/:id/appLinks', (c) => {
      const links = [...(world.userApps.get(user(c).id) ?? [])].flatMap((id) => world.apps.get(id) ?? []);
      return c.json(
        links.map((one, i) => ({
          id: one.id,
          label: one.label,
          linkUrl: `${originOf(c)}/home/${one.name}/${one.id}`,
          logoUrl: `${originOf(c)}/assets/${one.name}.png`,
          appName: one.name,
          appInstanceId: one.id,
          appAssignmentId: world.appUsers.get(one.id)?.get(user(c).id)?.assignmentId ?? '',
          credentialsSetup: false,
          hidden: false,
          sortOrder: i,
        })),
      );
    })
    .get('/:id/factors', (c) => {
      const owner = user(c);
      return c.json((world.factors.get(owner.id) ?? []).map((factor) => renderFactor(factor, owner.id, originOf(c))));
    })
    .get('/:id/factors/:factorId', (c) => {
      const owner = user(c);
      return c.json(renderFactor(findFactor(owner, c.req.param('factorId')), owner.id, originOf(c)));
    })
    .delete('/:id/factors/:factorId', (c) => {
      const owner = user(c);
      removeEnrolment(org, c.var.principal.origin, owner, findFactor(owner, c.req.param('factorId')));
      return c.body(null, 204);
    })
    .get('/:id/roles', (c) => c.json(renderRoles(world, rowsOf(c), c)))
    .post('/:id/roles', async (c) => {
      const owner = user(c);
      const type = await readRoleType(c);
      if ((world.userRoles.get(owner.id) ?? []).some((role) => role.type === type))
        throw invalid('type', 'already assigned');
      const role = grantRole(org, c.var.principal.origin, owner, type);
      return c.json(renderRole(world, role, 'USER', `/api/v1/users/${owner.id}`, originOf(c)), 201);
    })
    .delete('/:id/roles/:roleId', (c) => {
      const owner = user(c);
      const roleId = c.req.param('roleId');
      const role = (world.userRoles.get(owner.id) ?? []).find(({ id }) => id === roleId);
      if (role === undefined) throw notFound(roleId, 'RoleAssignment');
      // The org must keep the one super admin whom nothing else can replace.
      if (owner.id === world.rootAdminId && role.type === 'SUPER_ADMIN') throw forbidden();
      revokeRole(org, c.var.principal.origin, owner, role);
      return c.body(null, 204);
    })
    .delete('/:id/sessions', (c) => {
      clearSessions(org, c.var.principal.origin, user(c), c.req.query('oauthTokens') === 'true');
      return c.body(null, 204);
    })
    .post('/:id/lifecycle/:operation', (c) => {
      const owner = user(c);
      const operation = lifecycle[c.req.param('operation')];
      if (operation === undefined) throw notFound(c.req.param('operation'), 'Operation');
      if (!operation.from.includes(owner.status)) throw invalid('status', operation.refusal);
      if (owner.id === world.rootAdminId && owner.status === 'ACTIVE') throw forbidden();
      operation.run(c, owner);
      const name = c.req.param('operation');
      if (name === 'reset_password' && c.req.query('sendEmail') === 'false') {
        return c.json({ resetPasswordUrl: `${originOf(c)}/reset_password/${org.ids.opaque(20)}` });
      }
      return c.json({});
    });

  function findFactor(owner: User, factorId: string) {
    const factor = (world.factors.get(owner.id) ?? []).find(({ id }) => id === factorId);
    if (factor === undefined) throw notFound(factorId, 'UserFactor');
    return factor;
  }
  return app;
}
