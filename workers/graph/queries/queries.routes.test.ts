import { beforeAll, describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../../test/deps.ts';
import { mounted } from '../../api/test-caller.ts';
import { iso } from '../../platform/clock.ts';
import { accountId, graphWith } from '../testing/fixtures.ts';
import { savedQueryRoutes } from './queries.routes.ts';
import { queryWorld } from './testing.ts';

function caller(tenantId: string) {
  const api = mounted({ deps: testDeps(), tenantId, routes: savedQueryRoutes() });
  return async (path: string, accept = 'application/json') => api.request(path, { headers: { accept } });
}

describe('the routes of saved queries', () => {
  let call: ReturnType<typeof caller>;
  beforeAll(async () => {
    call = caller((await queryWorld(2)).tenantId);
  });

  it('list them, with counts where they are asked for', async () => {
    const { data } = await (await call('/graph/queries')).json<{ data: Record<string, unknown>[] }>();
    expect(data).toHaveLength(45);
    expect(data[0]).toMatchObject({ id: 'agents', theme: 'inventory', needs: ['agents'], rows: null, unknown: [] });
    const counted = await (await call('/graph/queries?counts=true')).json<{ data: Record<string, unknown>[] }>();
    expect(counted.data[0]).toMatchObject({ id: 'agents', rows: { count: 1, more: false } });
  });

  it('answer rows by column, with nodes named and times told', async () => {
    const answer = await call('/graph/queries/privileged-stale-direct?limit=1');
    expect(await answer.json()).toMatchObject({
      id: 'privileged-stale-direct',
      columns: [{ id: 'account', type: 'node' }, { id: 'roles' }, { id: 'status' }, { id: 'lastLogin', type: 'time' }],
      data: [
        {
          account: { id: accountId('ada'), kind: 'account', name: 'Ada' },
          roles: 'SUPER_ADMIN',
          lastLogin: expect.stringMatching(/^2025-.*Z$/),
        },
      ],
      next: null,
    });
  });

  it('answer all rows as CSV', async () => {
    const answer = await call('/graph/queries/group-membership?limit=1', 'text/csv');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toContain('group-membership.csv');
    expect(answer.headers.get('link')).toBeNull();
    const lines = (await answer.text()).trim().split('\r\n');
    expect(lines[0]).toBe('from,from_id,to,to_id,since');
    expect(lines).toHaveLength(4);
    expect(lines.join()).toContain(`Bob,${accountId('bob')},admins`);
  });

  it('refuse what they do not know', async () => {
    expect((await call('/graph/queries/none')).status).toBe(404);
    for (const bad of ['limit=0', 'limit=201', 'cursor=zz', 'asOf=then', `asOf=${iso(T0 + 1)}`]) {
      expect([bad, (await call(`/graph/queries/agents?${bad}`)).status]).toEqual([bad, 400]);
    }
    expect((await call('/graph/queries?counts=maybe')).status).toBe(400);
  });

  it('know nothing of another tenant', async () => {
    const other = caller((await graphWith(2)).tenantId);
    expect(await (await other('/graph/queries/app-assignments')).json()).toMatchObject({ data: [], next: null });
  });
});
