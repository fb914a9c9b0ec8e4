import { Hono } from 'hono';
import { configList } from './config-list.ts';
import { notFound } from './errors.ts';
import { type OktaDeps, type OktaEnv, originOf, setLinks } from './http.ts';

/** What the org is connected to: the parts below `/api/v1` that only describe. */
export function integrationRoutes(deps: OktaDeps) {
  const { world } = deps.org;
  const { estate } = world;
  const app = new Hono<OktaEnv>();
  configList(app, 'authorizationServers', {
    kind: 'AuthorizationServer',
    items: () => estate.authorizationServers,
    render: (item, base) => {
      const self = `${base}/api/v1/authorizationServers/${item.id}`;
      return {
        ...item,
        _links: {
          self: { href: self, hints: { allow: ['GET'] } },
          policies: { href: `${self}/policies`, hints: { allow: ['GET'] } },
        },
      };
    },
  });
  configList(app, 'inlineHooks', { kind: 'InlineHook', items: () => estate.inlineHooks });

  return app
    .get('/authorizationServers/:id/policies', (c) => {
      const id = c.req.param('id');
      const policies = estate.authorizationPolicies.get(id);
      if (policies === undefined) throw notFound(id, 'AuthorizationServer');
      const self = `${originOf(c)}/api/v1/authorizationServers/${id}/policies`;
      setLinks(c, null);
      return c.json(
        policies.map((policy) => ({
          ...policy,
          _links: {
            self: { href: `${self}/${policy.id}`, hints: { allow: ['GET'] } },
            rules: { href: `${self}/${policy.id}/rules`, hints: { allow: ['GET'] } },
          },
        })),
      );
    })
    .get('/agentPools', (c) => {
      const { poolType } = c.req.query();
      setLinks(c, null);
      const pools = estate.agentPools.filter(({ type }) => poolType === undefined || type === poolType);
      return c.json(
        pools.map((pool) => ({
          ...pool,
          _links: { self: { href: `${originOf(c)}/api/v1/agentPools/${pool.id}`, hints: { allow: ['GET'] } } },
        })),
      );
    });
}
