import { Hono } from 'hono';
import { unassignAppFromGroup } from '../actions/apps.ts';
import { addMember, removeMember } from '../actions/groups.ts';
import { grantGroupRole, revokeGroupRole } from '../actions/roles.ts';
import { iso } from '../core/clock.ts';
import { matches } from '../core/scim-filter.ts';
import type { App, Group, User } from '../world/model.ts';
import { forbidden, invalid, notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, readFilter, sendList } from './http.ts';
import { renderGroup, renderRole, renderRule, renderUser } from './render.ts';
import { renderApp } from './render-app.ts';
import { type RoleRow, renderRoles, roleTargetReads } from './role-rows.ts';
import { readRoleType } from './role-type.ts';
import { findUser } from './users.routes.ts';

const FILTER = {
  paths: ['id', 'type', 'lastUpdated', 'lastMembershipUpdated'],
  ops: ['eq', 'gt', 'ge', 'lt', 'le'],
};

export function findGroup(deps: OktaDeps, id: string): Group {
  const group = deps.org.world.groups.get(id);
  if (group === undefined) throw notFound(id, 'UserGroup');
  return group;
}

/** `/api/v1/groups`. */
export function groupRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { world } = org;
  const group = (c: OktaContext) => findGroup(deps, c.req.param('id') ?? '');
  /** Only plain groups can be changed by hand. */
  const changeable = (c: OktaContext): Group => {
    const found = group(c);
    if (found.type !== 'OKTA_GROUP') throw forbidden();
    return found;
  };
  const byId = ({ id }: { id: string }) => id;
  const rowsOf = (c: OktaContext): RoleRow[] => {
    const { id } = group(c);
    const roles = world.groupRoles.get(id) ?? [];
    return roles.map((role) => ({ role, assignmentType: 'GROUP', assignee: `/api/v1/groups/${id}` }));
  };
  const app = new Hono<OktaEnv>();
  roleTargetReads(app, world, rowsOf);

  return app
    .get('/', (c) => {
      const base = originOf(c);
      const { filter, search, q, expand } = c.req.query();
      const node = filter !== undefined ? readFilter(filter, FILTER) : search !== undefined ? readFilter(search) : null;
      const withStats = (expand ?? '').split(',').includes('stats');
      const wanted = q?.toLowerCase();
      const where = (one: Group) =>
        (wanted === undefined || one.name.toLowerCase().startsWith(wanted)) &&
        (node === null || matches(node, renderGroup(world, one, base, false)));
      const most = q === undefined ? 10_000 : 300;
      return sendList(
        c,
        world.groups.values(),
        byId,
        (one) => renderGroup(world, one, base, withStats),
        { fallback: most, most },
        where,
      );
    })
    .get('/rules', (c) => sendList(c, world.rules.values(), byId, renderRule, { fallback: 50, most: 200 }))
    .get('/rules/:ruleId', (c) => {
      const rule = world.rules.get(c.req.param('ruleId'));
      if (rule === undefined) throw notFound(c.req.param('ruleId'), 'GroupRule');
      return c.json(renderRule(rule));
    })
    .get('/:id', (c) => c.json(renderGroup(world, group(c), originOf(c), false)))
    .get('/:id/users', (c) => {
      const users = [...(world.members.get(group(c).id) ?? [])].flatMap((id) => world.users.get(id) ?? []);
      const render = (user: User) => renderUser(world, user, originOf(c));
      return sendList(c, users, byId, render, { fallback: 1000, most: 1000 });
    })
    .put('/:id/users/:userId', (c) => {
      const [to, user] = [changeable(c), findUser(deps, c.req.param('userId'))];
      if (user.status === 'DEPROVISIONED') throw invalid('userId', 'the user is deactivated');
      addMember(org, c.var.principal.origin, to, user);
      return c.body(null, 204);
    })
    .delete('/:id/users/:userId', (c) => {
      const [from, user] = [changeable(c), findUser(deps, c.req.param('userId'))];
      if (removeMember(org, c.var.principal.origin, from, user)) excludeFromRules(deps, from, user);
      return c.body(null, 204);
    })
    .get('/:id/apps', (c) => {
      const apps = [...(world.groupApps.get(group(c).id) ?? [])].flatMap((id) => world.apps.get(id) ?? []);
      const render = (app: App) => renderApp(world, app, originOf(c));
      return sendList(c, apps, byId, render, { fallback: 20, most: 200 });
    })
    .delete('/:id/apps/:appId', (c) => {
      const app = world.apps.get(c.req.param('appId'));
      if (app === undefined) throw notFound(c.req.param('appId'), 'AppInstance');
      unassignAppFromGroup(org, c.var.principal.origin, app, group(c));
      return c.body(null, 204);
    })
    .get('/:id/owners', (c) =>
      sendList(
        c,
        world.estate.groupOwners.get(group(c).id) ?? [],
        byId,
        (owner) => ({
          id: owner.id,
          type: owner.type,
          resolved: true,
          originId: null,
          originType: 'OKTA_DIRECTORY',
          displayName:
            owner.type === 'USER'
              ? (world.users.get(owner.id)?.profile.displayName ?? '')
              : (world.groups.get(owner.id)?.name ?? ''),
          lastUpdated: iso(owner.assigned),
        }),
        { fallback: 1000, most: 1000 },
      ),
    )
    .get('/:id/roles', (c) => c.json(renderRoles(world, rowsOf(c), c)))
    .post('/:id/roles', async (c) => {
      const to = group(c);
      const role = grantGroupRole(org, c.var.principal.origin, to, await readRoleType(c));
      return c.json(renderRole(world, role, 'GROUP', `/api/v1/groups/${to.id}`, originOf(c)), 201);
    })
    .delete('/:id/roles/:roleId', (c) => {
      const from = group(c);
      const roleId = c.req.param('roleId');
      const role = (world.groupRoles.get(from.id) ?? []).find(({ id }) => id === roleId);
      if (role === undefined) throw notFound(roleId, 'RoleAssignment');
      revokeGroupRole(org, c.var.principal.origin, from, role);
      return c.body(null, 204);
    });
}

/** A member taken out by hand must not come back by rule. */
function excludeFromRules(deps: OktaDeps, group: Group, user: User): void {
  for (const rule of deps.org.world.rules.values()) {
    if (rule.groupIds.includes(group.id) && !rule.excludedUserIds.includes(user.id)) rule.excludedUserIds.push(user.id);
  }
}
