import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { Principal } from '../auth/principal.ts';
import { accountId, edge, page, person, SRC } from '../graph/testing/fixtures.ts';
import { settleVerdicts } from '../issues/settle.ts';
import { iso } from '../platform/clock.ts';
import { MAX_MARKINGS, markCriticality, restateMarkings } from './criticality.ts';
import { CRM, HR, of, world } from './testing/world.ts';

describe('what is said of criticality', () => {
  it('lists, filters and tells of then', async () => {
    const { call, graph, deps, tenantId } = await world();
    const clock = deps.clock as unknown as { advance(ms: number): void };
    await graph.sayCriticality({
      by: 'label',
      sourceId: SRC,
      nodes: null,
      said: [{ nodeId: HR.id, level: 'privileged', reason: 'It carries the label Privileged in Okta.' }],
    });
    clock.advance(60_000);
    await call('PUT', of(CRM), { level: 'crown_jewel', note: 'Every customer' });
    const list = async (query: string) =>
      (await call('GET', `/apps?${query}`)).body as {
        data: { name: string; criticality: { level: string; source: string; reason: string } }[];
      };
    expect((await list('sort=criticality')).data.map(({ name, criticality }) => [name, criticality])).toEqual([
      ['crm', { level: 'crown_jewel', source: 'person', reason: 'Every customer' }],
      ['hr', { level: 'privileged', source: 'label', reason: 'It carries the label Privileged in Okta.' }],
      ['robot', { level: 'privileged', source: 'rule', reason: expect.any(String) }],
    ]);
    expect((await list('criticality=crown_jewel')).data.map(({ name }) => name)).toEqual(['crm']);
    expect((await call('GET', '/apps?criticality=worst')).status).toBe(400);
    expect((await call('GET', '/accounts?sort=criticality')).status).toBe(400);
    const detail = async (asOf?: number) =>
      (
        (await call('GET', `/apps/${CRM.id}${asOf === undefined ? '' : `?asOf=${iso(asOf)}`}`)).body as {
          node: { criticality: unknown };
        }
      ).node.criticality;
    expect(await detail()).toMatchObject({ level: 'crown_jewel', source: 'person', marking: { by: 'Sam' } });
    expect(await detail(T0 + 1_000)).toMatchObject({ level: 'ordinary', source: 'rule', marking: null });
    // by hand goes before a label, and what it suggests is said by nobody yet
    expect((await call('GET', of(HR))).body).toMatchObject({ source: 'label', suggestion: null });
    await call('PUT', of(HR), { level: 'ordinary' });
    expect((await call('GET', of(HR))).body).toMatchObject({ level: 'ordinary', source: 'person' });
    await call('DELETE', of(HR));
    expect((await call('GET', of(HR))).body).toMatchObject({ level: 'privileged', source: 'label' });
    expect(await restateMarkings(deps, tenantId, graph)).toBe(0);
  });

  it('moves the priority of the issues of those who reach it, with its reason', async () => {
    const { call, graph, deps, tenantId } = await world();
    const ada = person('ada');
    await graph.applyPage(
      page({
        nodes: ada.nodes,
        edges: [...ada.edges, edge(accountId('ada'), 'ASSIGNED_TO', CRM.id, { status: 'ACTIVE' })],
        factors: [{ accountId: accountId('ada'), state: { known: true, factors: [] } }],
        evaluate: true,
      }),
    );
    await settleVerdicts(deps, tenantId);
    const issues = async () => {
      const { results } = await deps
        .evidence(tenantId)
        .prepare('SELECT detection, priority, priority_factors AS factors FROM issues WHERE tenant_id = ? ORDER BY id')
        .bind(tenantId)
        .all<{ detection: string; priority: number; factors: string }>();
      return results;
    };
    const before = await issues();
    expect(before.length).toBeGreaterThan(0);
    for (let again = 0; again < 2; again++) await call('PUT', of(CRM), { level: 'crown_jewel' });
    const after = await issues();
    expect(after.map(({ priority }) => priority)).toEqual(before.map(({ priority }) => priority + 7));
    expect(after.every(({ factors }) => factors.includes('Reaches the crown jewel crm'))).toBe(true);
    await call('DELETE', of(CRM));
    expect((await issues()).map(({ priority }) => priority)).toEqual(before.map(({ priority }) => priority));
  });

  it('reaches the graph also when it died between the two, by the next request or the next sync', async () => {
    const { deps, tenantId, call, graph } = await world();
    const by: Principal = { kind: 'user', id: 'usr_1', name: 'Sam', role: 'source_admin', sourceIds: null };
    const written = { tenant_id: tenantId, node_id: CRM.id, level: 'crown_jewel', set_by: 'Sam', set_at: T0 };
    const write = () =>
      deps
        .evidence(tenantId)
        .prepare('INSERT INTO criticalities (tenant_id, node_id, level, set_by, set_at) VALUES (?, ?, ?, ?, ?)')
        .bind(...Object.values(written))
        .run();
    await write();
    expect(await graph.jewels()).toEqual([]);
    await markCriticality(deps, tenantId, by, { kind: 'app', id: CRM.id, level: 'crown_jewel', note: null });
    expect(await graph.jewels()).toEqual([{ id: CRM.id, name: 'crm' }]);
    await graph.sayCriticality({ by: 'person', sourceId: '', nodes: null, said: [] });
    // one row a shard
    expect(await restateMarkings(deps, tenantId, graph)).toBe(2);
    expect(await restateMarkings(deps, tenantId, graph)).toBe(0);
    expect((await call('GET', of(CRM))).body).toMatchObject({ level: 'crown_jewel', source: 'person' });
    // taken back, but the graph was not told
    await deps.evidence(tenantId).prepare('DELETE FROM criticalities WHERE tenant_id = ?').bind(tenantId).run();
    expect((await call('DELETE', of(CRM))).status).toBe(204);
    expect(await graph.jewels()).toEqual([]);
  });

  it('may be said of so many things', async () => {
    const { deps, tenantId, call } = await world();
    await deps
      .evidence(tenantId)
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
         INSERT INTO criticalities (tenant_id, node_id, level, set_by, set_at)
         SELECT ?1, 'app_' || i, 'privileged', 'Sam', 0 FROM n`,
      )
      .bind(tenantId, MAX_MARKINGS)
      .run();
    expect(await call('PUT', of(CRM), { level: 'crown_jewel' })).toMatchObject({
      status: 409,
      body: { code: 'criticality.too_many' },
    });
  });
});
