import type { Hono } from 'hono';
import { iso } from '../core/clock.ts';
import type { RoleAssignment } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { notFound } from './errors.ts';
import { type OktaContext, type OktaEnv, originOf, sendList } from './http.ts';
import { renderGroup, renderRole } from './render.ts';

/** One row of a role list: the assignment, how it came, and to whom. */
export interface RoleRow {
  role: RoleAssignment;
  assignmentType: 'USER' | 'GROUP' | 'CLIENT';
  /** The path of the assignee. */
  assignee: string;
}

/** Renders a role list; `expand=targets/groups` or `targets/catalog/apps` embeds what limits each. */
export function renderRoles(world: World, rows: readonly RoleRow[], c: OktaContext) {
  const base = originOf(c);
  const expand = c.req.query('expand');
  return rows.map(({ role, assignmentType, assignee }) => {
    const row = renderRole(world, role, assignmentType, assignee, base);
    if (role.custom !== undefined) return row;
    if (expand === 'targets/groups') {
      return { ...row, _embedded: { targets: { groups: groupTargets(world, role, base) } } };
    }
    if (expand === 'targets/catalog/apps') {
      return { ...row, _embedded: { targets: { catalog: { apps: appTargets(world, role, base) } } } };
    }
    return row;
  });
}

function groupTargets(world: World, role: RoleAssignment, base: string) {
  const ids = world.estate.roleTargets.get(role.id)?.groupIds ?? [];
  return ids.flatMap((id) => {
    const group = world.groups.get(id);
    return group === undefined ? [] : [renderGroup(world, group, base, false)];
  });
}

function appTargets(world: World, role: RoleAssignment, base: string) {
  const targets = world.estate.roleTargets.get(role.id)?.apps ?? [];
  return targets.flatMap(({ name, appId }) => {
    const app = [...world.apps.values()].find((one) => (appId === undefined ? one.name === name : one.id === appId));
    if (app === undefined) return [];
    return [
      {
        ...(appId === undefined ? {} : { id: appId }),
        name,
        displayName: app.label,
        description: null,
        status: 'ACTIVE',
        lastUpdated: iso(app.lastUpdated),
        category: 'OTHER',
        verificationStatus: 'OKTA_VERIFIED',
        website: null,
        signOnModes: [app.signOnMode],
        _links: {
          self: { href: appId === undefined ? `${base}/api/v1/catalog/apps/${name}` : `${base}/api/v1/apps/${appId}` },
        },
      },
    ];
  });
}

/** Adds the reads of one assignment and of its targets below `/:id/roles`. */
export function roleTargetReads(app: Hono<OktaEnv>, world: World, rowsOf: (c: OktaContext) => RoleRow[]): void {
  const find = (c: OktaContext): RoleRow => {
    const roleId = c.req.param('roleId') ?? '';
    const row = rowsOf(c).find(({ role }) => role.id === roleId);
    if (row === undefined) throw notFound(roleId, 'RoleAssignment');
    return row;
  };
  const limits = { fallback: 20, most: 200 };
  app.get('/:id/roles/:roleId', (c) => {
    const { role, assignmentType, assignee } = find(c);
    return c.json(renderRole(world, role, assignmentType, assignee, originOf(c)));
  });
  app.get('/:id/roles/:roleId/targets/groups', (c) =>
    sendList(
      c,
      groupTargets(world, find(c).role, originOf(c)),
      ({ id }) => id,
      (item) => item,
      limits,
    ),
  );
  app.get('/:id/roles/:roleId/targets/catalog/apps', (c) =>
    sendList(
      c,
      appTargets(world, find(c).role, originOf(c)),
      ({ name, id }) => `${name} ${id ?? ''}`,
      (item) => item,
      limits,
    ),
  );
}
