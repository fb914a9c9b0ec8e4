import { beforeAll, describe, expect, it } from 'vitest';
import { remediationSettings } from '../../db/control/schema.ts';
import { can } from '../auth/principal.ts';
import { limitedSession } from '../auth/test-app.ts';
import { apiUnderTest } from './test-api.ts';
import { codeOf, PUBLIC, type Route, registeredRoutes, SHARED, segmentOf, sendTo } from './test-routes.ts';
import { seedOneOfEach } from './test-seed.ts';

const api = apiUnderTest();
/** What an issue responder may call, who was granted all that one can be. */
const REACHED = registeredRoutes(api).filter(
  ({ name, permission }) =>
    !PUBLIC.includes(name) && permission && (permission === 'remediate' || can('issue_responder', permission)),
);
let a: Awaited<ReturnType<typeof seedOneOfEach>>;
const send = (route: Route, token: string) => sendTo(api, route, token, a.ids);

describe('who sees some sources only', () => {
  const onOne = (route: Route) => route.path.includes(':') && !SHARED.includes(segmentOf(route.path));
  /** Ids that are of no source. */
  const OF_NOBODY = ['users', 'tokens', 'tenants', 'integrations', 'automations', 'deliveries', 'archive:day'];
  let own: string;
  let others: string;

  beforeAll(async () => {
    a = await seedOneOfEach(api.deps);
    own = await limitedSession(api.deps, a.tenantId, [a.ids.sources ?? ''], ['remediate']);
    others = await limitedSession(api.deps, a.tenantId, ['src_other'], ['remediate']);
  });

  it.each(REACHED.filter(({ sources }) => sources === 'tenant'))('$name is closed to them', async (route) => {
    for (const session of [own, others]) {
      const res = await send(route, session);
      expect([res.status, await codeOf(res)]).toEqual([403, 'forbidden']);
    }
  });

  it.each(REACHED.filter((route) => (route.sources === 'own' || route.sources === 'id') && onOne(route)))(
    '$name does not find what is of another source',
    async (route) => {
      const res = await send(route, others);
      expect([res.status, await codeOf(res)]).toEqual([404, expect.stringMatching(/not_found$/)]);
      if (route.method === 'GET') expect((await send(route, own)).status).toBe(200);
    },
  );

  it.each(REACHED.filter((route) => route.method === 'GET' && route.sources !== 'tenant' && !onOne(route)))(
    '$name does not show it',
    async (route) => {
      const res = await send(route, others);
      expect(res.status).toBe(200);
      const text = await res.text();
      for (const [of, id] of Object.entries(a.ids)) if (!OF_NOBODY.includes(of)) expect(text).not.toContain(id);
      expect((await send(route, own)).status).toBe(200);
    },
  );

  it('lists what is of their own, and nothing for a source that is not', async () => {
    const lists = {
      sources: 'sources',
      identities: 'identities',
      accounts: 'accounts',
      apps: 'apps',
      events: 'events',
    };
    for (const [list, of] of Object.entries(lists)) {
      const ids = async (session: string, query = '') => {
        const res = await api.call('GET', `/api/v1/${list}${query}`, { token: session });
        return (await res.json<{ data: { id: string }[] }>()).data.map(({ id }) => id);
      };
      expect([list, await ids(own)]).toEqual([list, [a.ids[of]]]);
      if (list === 'sources') continue;
      expect([list, await ids(own, `?source=${a.ids.sources}`)]).toEqual([list, [a.ids[of]]]);
      expect([list, await ids(others, `?source=${a.ids.sources}`)]).toEqual([list, []]);
    }
  });

  it('cannot send or plan for another source from a body', async () => {
    const attempts: [string, unknown][] = [
      ['/api/v1/issues/send', { integrationId: a.ids.integrations, issueIds: [a.ids.issues] }],
      ['/api/v1/remediations', { planId: a.ids.remediations, confirm: 'seed' }],
    ];
    await api.deps.control
      .insert(remediationSettings)
      .values({ tenantId: a.tenantId, enabled: true, updatedAt: 1, updatedBy: 'seed' });
    for (const [path, body] of attempts) {
      const res = await api.call('POST', path, { token: others, body });
      expect([path, res.status, await codeOf(res)]).toEqual([path, 404, expect.stringMatching(/not_found$/)]);
    }
  });
});
