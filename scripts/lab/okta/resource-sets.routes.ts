import { Hono } from 'hono';
import { iso } from '../core/clock.ts';
import type { RoleAssignment } from '../world/model.ts';
import { notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, sendBodyList } from './http.ts';

interface Member {
  id: string;
  created: number;
  href: string;
}

/** `/api/v1/iam/resource-sets`: what custom roles are limited to, and who holds them there. */
export function resourceSetRoutes(deps: OktaDeps) {
  const { world } = deps.org;
  const set = (c: OktaContext) => {
    const id = c.req.param('id') ?? '';
    const found = world.resourceSets.find((one) => one.id === id || one.label === id);
    if (found === undefined) throw notFound(id, 'ResourceSet');
    return found;
  };
  const render = (one: ReturnType<typeof set>, base: string) => {
    const self = `${base}/api/v1/iam/resource-sets/${one.id}`;
    return {
      id: one.id,
      label: one.label,
      description: one.description,
      created: iso(one.created),
      lastUpdated: iso(one.created),
      _links: {
        self: { href: self },
        resources: { href: `${self}/resources` },
        bindings: { href: `${self}/bindings` },
      },
    };
  };

  /** Custom role → who holds it on this resource set. */
  const bindings = (setId: string, base: string): Map<string, Member[]> => {
    const found = new Map<string, Member[]>();
    const visit = (href: string, roles: readonly RoleAssignment[]) => {
      for (const role of roles) {
        if (role.custom?.resourceSetId !== setId) continue;
        const members = found.get(role.custom.roleId) ?? [];
        members.push({ id: role.id, created: role.created, href: `${base}${href}` });
        found.set(role.custom.roleId, members);
      }
    };
    for (const [id, roles] of world.userRoles) visit(`/api/v1/users/${id}`, roles);
    for (const [id, roles] of world.groupRoles) visit(`/api/v1/groups/${id}`, roles);
    for (const [id, { roles }] of world.clients) visit(`/oauth2/v1/clients/${id}`, roles);
    return found;
  };

  return new Hono<OktaEnv>()
    .get('/', (c) =>
      sendBodyList(
        c,
        'resource-sets',
        world.resourceSets,
        ({ id }) => id,
        (one) => render(one, originOf(c)),
      ),
    )
    .get('/:id', (c) => c.json(render(set(c), originOf(c))))
    .get('/:id/resources', (c) => {
      const { id } = set(c);
      const base = originOf(c);
      return sendBodyList(
        c,
        'resources',
        world.estate.resourceSetMembers.get(id) ?? [],
        (one) => one.id,
        (one) => ({
          id: one.id,
          orn: one.orn,
          created: iso(one.created),
          lastUpdated: iso(one.created),
          _links: {
            self: { href: hrefOf(one.orn, base) },
            resource: { href: `${base}/api/v1/iam/resource-sets/${id}/resources/${one.id}` },
          },
        }),
      );
    })
    .get('/:id/bindings', (c) => {
      const { id } = set(c);
      const base = originOf(c);
      const self = `${base}/api/v1/iam/resource-sets/${id}/bindings`;
      return sendBodyList(
        c,
        'roles',
        bindings(id, base).keys(),
        (roleId) => roleId,
        (roleId) => ({
          id: roleId,
          _links: {
            self: { href: `${base}/api/v1/iam/roles/${roleId}` },
            members: { href: `${self}/${roleId}/members` },
          },
        }),
      );
    })
    .get('/:id/bindings/:roleId/members', (c) => {
      const { id } = set(c);
      const base = originOf(c);
      const roleId = c.req.param('roleId');
      const members = bindings(id, base).get(roleId);
      if (members === undefined) throw notFound(roleId, 'ResourceSetBinding');
      return sendBodyList(
        c,
        'members',
        members,
        (member) => member.id,
        ({ href, created, ...member }) => ({
          ...member,
          created: iso(created),
          lastUpdated: iso(created),
          _links: { self: { href } },
        }),
      );
    });
}

/** The address behind Okta's name of a resource. */
function hrefOf(orn: string, base: string): string {
  const [, , , , kind = '', ...rest] = orn.split(':');
  const [first, second] = rest;
  if (first === undefined) return `${base}/api/v1/${kind}`;
  if (kind === 'apps') return `${base}/api/v1/apps/${second ?? first}`;
  return second === undefined ? `${base}/api/v1/${kind}/${first}` : `${base}/api/v1/${kind}/${first}/users`;
}
