import { Hono } from 'hono';
import { configList } from './config-list.ts';
import { notFound } from './errors.ts';
import { type OktaDeps, type OktaEnv, originOf, setLinks } from './http.ts';
import { findUser } from './users.routes.ts';

/** User types, realms, linked objects: what describes users without being one. */
export function directoryRoutes(deps: OktaDeps) {
  const { world } = deps.org;
  const { estate } = world;
  const app = new Hono<OktaEnv>();
  configList(app, 'meta/types/user', { kind: 'UserType', items: () => estate.userTypes });
  configList(app, 'realms', { kind: 'Realm', items: () => estate.realms });

  return app
    .get('/meta/schemas/user/linkedObjects', (c) => {
      setLinks(c, null);
      return c.json(estate.linkedObjects);
    })
    .get('/users/:id/linkedObjects/:name', (c) => {
      const { id, profile } = findUser(deps, c.req.param('id'));
      const link = (userId: string) => ({ _links: { self: { href: `${originOf(c)}/api/v1/users/${userId}` } } });
      const name = c.req.param('name');
      if (name === 'manager') return c.json(profile.managerId === undefined ? [] : [link(profile.managerId)]);
      if (name !== 'subordinate') throw notFound(name, 'LinkedObject');
      const reports = [...world.users.values()].filter((user) => user.profile.managerId === id);
      return c.json(reports.map((user) => link(user.id)));
    });
}
