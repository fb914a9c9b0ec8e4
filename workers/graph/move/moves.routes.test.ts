import { describe, expect, it } from 'vitest';
import { apiUnderTest } from '../../api/test-api.ts';
import { seedOneOfEach } from '../../api/test-seed.ts';
import { continueMoves } from './run-move.ts';

const operator = 'test-operator-token';
type Shards = { shards: number; change: { from: number; to: number; status: string; progress: number } | null };

async function setUp() {
  const api = apiUnderTest();
  const seed = await seedOneOfEach(api.deps);
  const path = `/api/v1/tenants/${seed.tenantId}/shards`;
  const call = async (method: string, body?: unknown, token: string = operator, at = path) => {
    const res = await api.call(method, at, { token, ...(body === undefined ? {} : { body }) });
    return { status: res.status, json: await res.json<Shards & { code?: string }>() };
  };
  return { ...api, ...seed, call };
}

describe('the shards of a tenant', () => {
  it('are changed in number by an operator, with progress to see', async () => {
    const { call, deps } = await setUp();
    const { json: first } = await call('GET');
    expect(first).toMatchObject({ change: null });
    const to = first.shards + 2;
    const begun = await call('POST', { shards: to });
    expect(begun).toMatchObject({
      status: 202,
      json: { shards: first.shards, change: { to, status: 'copying', progress: 0 } },
    });
    expect(await call('POST', { shards: to })).toMatchObject({ status: 409, json: { code: 'graph.move_under_way' } });
    await continueMoves(deps);
    expect((await call('GET')).json).toMatchObject({ shards: to, change: { status: 'done', progress: 1 } });
    expect(await call('DELETE')).toMatchObject({ status: 409, json: { code: 'graph.nothing_to_cancel' } });
    expect(await call('POST', { shards: to })).toMatchObject({ status: 409, json: { code: 'graph.nothing_to_move' } });
  });

  it('stay as they are when the change is cancelled, and both stand in the log', async () => {
    const { call, deps, tenantId } = await setUp();
    const { json: first } = await call('GET');
    await call('POST', { shards: first.shards + 1 });
    expect(await call('DELETE')).toMatchObject({ status: 202, json: { change: { status: 'cancelling' } } });
    await continueMoves(deps);
    expect((await call('GET')).json).toMatchObject({ shards: first.shards, change: { status: 'cancelled' } });
    const { results } = await deps
      .evidence(tenantId)
      .prepare('SELECT action FROM audit WHERE tenant_id = ?')
      .bind(tenantId)
      .all<{ action: string }>();
    expect(results.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['tenant.shards', 'tenant.shards.cancel']),
    );
  });

  it('are 1 to 64, of a tenant that there is, and no business of its users', async () => {
    const { call, tokens } = await setUp();
    for (const body of [{}, { shards: 0 }, { shards: 65 }, { shards: 1.5 }, { shards: '2' }]) {
      expect((await call('POST', body)).status).toBe(400);
    }
    expect((await call('POST', { shards: 2 }, tokens.super_admin)).status).toBe(403);
    for (const method of ['GET', 'DELETE']) {
      expect((await call(method, undefined, operator, '/api/v1/tenants/tnt_none/shards')).status).toBe(404);
    }
    expect((await call('POST', { shards: 3 }, operator, '/api/v1/tenants/tnt_none/shards')).status).toBe(404);
  });
});
