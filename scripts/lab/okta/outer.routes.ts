import { Hono } from 'hono';
import { deactivateAgent } from '../actions/ai-agents.ts';
import { matches } from '../core/scim-filter.ts';
import type { ConfigItem } from '../world/estate/estate.ts';
import { invalid, notFound } from './errors.ts';
import { type OktaDeps, type OktaEnv, originOf, readFilter, sendBodyList, sendList } from './http.ts';

/** The parts of the API that do not lie below `/api/v1`: service accounts, AI agents, installed services. */
export function outerRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { estate } = org.world;
  const app = new Hono<OktaEnv>();
  const find = (items: readonly ConfigItem[], id: string, kind: string): ConfigItem => {
    const found = items.find((item) => item.id === id);
    if (found === undefined) throw notFound(id, kind);
    return found;
  };

  for (const [path, items] of [
    ['/privileged-access/api/v1/service-accounts', () => estate.serviceAccounts],
    ['/privileged-access/api/v1/okta-service-accounts', () => estate.oktaServiceAccounts],
  ] as const) {
    const render = (item: ConfigItem, base: string) => ({
      ...item,
      _links: { self: { href: `${base}${path}/${item.id}`, hints: { allow: ['GET'] } } },
    });
    app.get(path, (c) =>
      sendList(
        c,
        items(),
        ({ id }) => id,
        (item) => render(item, originOf(c)),
        { fallback: 20, most: 200, least: 1 },
      ),
    );
    app.get(`${path}/:id`, (c) => c.json(render(find(items(), c.req.param('id'), 'ServiceAccount'), originOf(c))));
  }

  const services = '/integrations/api/v1/api-services';
  const renderService = (item: ConfigItem, base: string) => ({
    ...item,
    _links: {
      self: { href: `${base}${services}/${item.id}`, hints: { allow: ['GET'] } },
      client: { href: `${base}/oauth2/v1/clients/${item.id}`, hints: { allow: ['GET'] } },
    },
  });
  const agents = '/workload-principals/api/v1/ai-agents';
  const renderAgent = (item: ConfigItem, base: string) => ({
    ...item,
    _links: {
      self: { href: `${base}${agents}/${item.id}` },
      connections: { href: `${base}${agents}/${item.id}/connections` },
    },
  });

  return app
    .get(services, (c) =>
      sendList(
        c,
        estate.apiServices,
        ({ id }) => id,
        (item) => renderService(item, originOf(c)),
        { fallback: 200, most: 200 },
      ),
    )
    .get(`${services}/:id`, (c) =>
      c.json(renderService(find(estate.apiServices, c.req.param('id'), 'APIServiceIntegration'), originOf(c))),
    )
    .get(agents, (c) => {
      const { search } = c.req.query();
      const node = search === undefined ? null : readFilter(search);
      const found = estate.aiAgents.filter((item) => node === null || matches(node, item));
      return sendBodyList(
        c,
        'data',
        found,
        ({ id }) => id,
        (item) => renderAgent(item, originOf(c)),
        { fallback: 20, most: 200 },
      );
    })
    .get(`${agents}/:id`, (c) => c.json(renderAgent(find(estate.aiAgents, c.req.param('id'), 'AiAgent'), originOf(c))))
    .get(`${agents}/:id/connections`, (c) => {
      const { id } = find(estate.aiAgents, c.req.param('id'), 'AiAgent');
      const connections = estate.aiAgentConnections.get(id) ?? [];
      return sendBodyList(
        c,
        'data',
        connections,
        (item) => item.id,
        (item) => item,
        { fallback: 20, most: 200 },
      );
    })
    .post(`${agents}/:id/lifecycle/deactivate`, (c) => {
      const agent = find(estate.aiAgents, c.req.param('id'), 'AiAgent');
      if (agent.status !== 'ACTIVE') throw invalid('status', 'the agent is not active');
      const operation = deactivateAgent(org, c.var.principal.origin, agent);
      c.header('Location', `${originOf(c)}/workload-principals/api/v1/operations/${operation.id}`);
      return c.json(operation, 202);
    })
    .get('/workload-principals/api/v1/operations/:id', (c) => {
      const operation = estate.operations.get(c.req.param('id'));
      if (operation === undefined) throw notFound(c.req.param('id'), 'Operation');
      return c.json(operation);
    })
    .get('/attack-protection/api/v1/user-lockout-settings', (c) =>
      c.json({ preventBruteForceLockoutFromUnknownDevices: true }),
    )
    .get('/attack-protection/api/v1/authenticator-settings', (c) =>
      c.json({ verifyKnowledgeSecondWhen2faRequired: false }),
    );
}
