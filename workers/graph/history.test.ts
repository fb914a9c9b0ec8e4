import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { account, accountId, edge, eventOf, graphWith, group, page, remove, upsert } from './testing/fixtures.ts';

const G = group('g1');
const MEMBERSHIP = edge(accountId('u1'), 'MEMBER_OF', G.id);

async function historyOf(tenantId: string, table: 'node_history' | 'edge_history', columns: string) {
  return runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) =>
    storage.sql.exec(`SELECT ${columns} FROM ${table} ORDER BY ended_at`).toArray(),
  );
}

describe('the history', () => {
  it('tells from when to when an edge was there, and by what', async () => {
    const { graph, tenantId } = await graphWith(1);
    await graph.applyPage(page({ nodes: [account('u1'), G], edges: [MEMBERSHIP] }));
    await graph.applyDelta({ changes: [remove(MEMBERSHIP, T0 + 20)], signals: [] });
    // Came and went within one delta, in whichever order it lists them.
    await graph.applyDelta({ changes: [remove(MEMBERSHIP, T0 + 40), upsert(MEMBERSHIP, T0 + 30)], signals: [] });
    const columns = 'began_at, began_by, ended_at, ended_by, gone';
    expect(await historyOf(tenantId, 'edge_history', columns)).toEqual([
      { began_at: T0, began_by: 'sync:syn_1', ended_at: T0 + 20, ended_by: `event:evt_${T0 + 20}`, gone: 1 },
      {
        began_at: T0 + 30,
        began_by: `event:evt_${T0 + 30}`,
        ended_at: T0 + 40,
        ended_by: `event:evt_${T0 + 40}`,
        gone: 1,
      },
    ]);
  });

  it('keeps versions of what changed, none of what only moved', async () => {
    const { graph, tenantId } = await graphWith(1);
    const crm = 'app_x';
    const assignment = (status: string) => edge(accountId('u1'), 'ASSIGNED_TO', crm, { status });
    await graph.applyPage(page({ nodes: [account('u1')], edges: [assignment('ACTIVE')] }));
    await graph.applyPage(page({ nodes: [account('u1', { lastLogin: T0 })], asOf: T0 + 1 }));
    await graph.applyPage(page({ nodes: [{ ...G, attributes: { lastUpdated: 1 } }], asOf: T0 + 1 }));
    await graph.applyPage(page({ nodes: [{ ...G, attributes: { lastUpdated: 2 } }], asOf: T0 + 2 }));
    expect(await historyOf(tenantId, 'node_history', 'id')).toEqual([]);
    await graph.applyPage(
      page({ nodes: [account('u1', { department: 'IT' })], edges: [assignment('SUSPENDED')], asOf: T0 + 3 }),
    );
    await graph.applyDelta({
      changes: [
        {
          op: 'patchAccount',
          accountId: accountId('u1'),
          patch: { status: 'SUSPENDED' },
          at: T0 + 4,
          by: eventOf('s'),
        },
        { op: 'removeNode', nodeId: accountId('u1'), at: T0 + 5, by: eventOf('d') },
      ],
      signals: [],
    });
    const versions = await historyOf(tenantId, 'node_history', 'began_at, ended_at, gone, ended_by, attributes');
    expect(
      versions.map(({ attributes, ...version }) => {
        const { department, status } = JSON.parse(String(attributes)) as Record<string, unknown>;
        return { ...version, department, status };
      }),
    ).toEqual([
      { began_at: T0, ended_at: T0 + 3, gone: 0, ended_by: 'sync:syn_1', department: null, status: 'ACTIVE' },
      { began_at: T0 + 3, ended_at: T0 + 4, gone: 0, ended_by: 'event:evt_s', department: 'IT', status: 'ACTIVE' },
      { began_at: T0 + 4, ended_at: T0 + 5, gone: 1, ended_by: 'event:evt_d', department: 'IT', status: 'SUSPENDED' },
    ]);
    expect(await historyOf(tenantId, 'edge_history', 'began_at, ended_at, gone, attributes')).toEqual([
      { began_at: T0, ended_at: T0 + 3, gone: 0, attributes: '{"status":"ACTIVE"}' },
      { began_at: T0 + 3, ended_at: T0 + 5, gone: 1, attributes: '{"status":"SUSPENDED"}' },
    ]);
  });
});
