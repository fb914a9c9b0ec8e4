import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { asOfLens } from './as-of.ts';
import type { ChangeRow } from './changes.ts';
import { literal } from './lens.ts';
import {
  account,
  accountId,
  assigned,
  edge,
  eventOf,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  person,
  remove,
  role,
  upsert,
} from './testing/fixtures.ts';
import { ALL_CHANGES as ALL, allChanges, CRM, changeOf, GROUPS, present, STEPS } from './testing/random-history.ts';
import { openTx, type Tx } from './tx.ts';

const SUPER = role('SUPER_ADMIN');
const ADMINS = group('admins', 'Admins');
const MEMBER = edge(accountId('ada'), 'MEMBER_OF', ADMINS.id);

describe.each([1, 3])('the graph of a moment over %i shard(s)', (shards) => {
  async function world() {
    const made = await graphWith(shards);
    await made.graph.applyPage(
      pageOfPeople(['ada', 'bob'], {
        nodes: [SUPER, ADMINS, ORG, CRM],
        edges: [MEMBER, edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id), edge(SUPER.id, 'GRANTS', ORG.id)],
      }),
    );
    return made.graph;
  }

  it('is the one before and after each change', async () => {
    const graph = await world();
    await graph.applyDelta({ changes: [remove(MEMBER, T0 + 10)], signals: [] });
    await graph.applyDelta({ changes: [upsert(assigned(accountId('ada'), CRM.id), T0 + 20)], signals: [] });
    await graph.applyPage(page({ nodes: [group('admins', 'Owners')], asOf: T0 + 30 }));
    const ada = identityId('ada');
    const tierAt = async (at: number) => (await graph.identity(ada, at))?.identity.tier;
    expect(await graph.identity(ada, T0 - 1)).toBeNull();
    expect(await tierAt(T0)).toBe('global_admin');
    expect(await tierAt(T0 + 10)).toBe('none');
    expect(await graph.path(ada, undefined, T0 + 9)).toHaveLength(5);
    expect(await graph.path(ada, undefined, T0 + 10)).toBeNull();
    expect(await graph.path(ada, CRM.id, T0 + 19)).toBeNull();
    expect(await graph.path(ada, CRM.id, T0 + 20)).toHaveLength(3);
    expect(await graph.reach(ada, T0 + 5)).toMatchObject({ apps: 0, groups: 1, roles: 1 });
    expect(await graph.blastRadius(ada, T0 + 25)).toMatchObject({ apps: 1, groups: 0, roles: 0 });
    expect((await graph.node(ADMINS.id, 10, T0 + 29))?.node).toMatchObject({ name: 'Admins', beganAt: T0 });
    expect((await graph.node(ADMINS.id, 10, T0 + 30))?.node).toMatchObject({ name: 'Owners', beganAt: T0 });
    expect((await graph.node(ADMINS.id, 10, T0 + 9))?.in).toMatchObject([
      { edge: { beganAt: T0, by: { kind: 'sync', id: 'syn_1' } } },
    ]);
    expect((await graph.node(ADMINS.id, 10, T0 + 10))?.in).toEqual([]);
  });

  it('has the versions of that time, and nothing from after it', async () => {
    const graph = await world();
    await graph.applyPage(page({ ...person('ada', { status: 'SUSPENDED', lastLogin: T0 + 3 }), asOf: T0 + 5 }));
    await graph.applyDelta({
      changes: [{ op: 'removeNode', nodeId: accountId('ada'), at: T0 + 9, by: eventOf('d') }],
      signals: [],
    });
    const attributes = async (at: number) => (await graph.identity(identityId('ada'), at))?.identity.attributes;
    expect(await attributes(T0 + 4)).toMatchObject({ status: 'ACTIVE', lastLogin: null });
    expect(await attributes(T0 + 5)).toMatchObject({ status: 'SUSPENDED' });
    expect(await attributes(T0 + 9)).toBeUndefined();
    expect(await graph.identity(identityId('ada'))).toBeNull();
    expect((await graph.identity(identityId('ada'), T0 + 8))?.groups).toEqual([
      { id: ADMINS.id, name: 'Admins', since: T0 },
    ]);
  });

  it('knows from a late event that an edge was there before', async () => {
    const graph = await world();
    const assignment = (status: string) => assigned(accountId('bob'), CRM.id, status);
    await graph.applyDelta({ changes: [upsert(assignment('ACTIVE'), T0 + 10)], signals: [] });
    await graph.applyDelta({ changes: [upsert(assignment('SUSPENDED'), T0 + 20)], signals: [] });
    await graph.applyDelta({ changes: [upsert(assignment('ACTIVE'), T0 + 5)], signals: [] });
    const open = async (at: number) => (await graph.path(identityId('bob'), CRM.id, at)) !== null;
    expect([await open(T0 + 4), await open(T0 + 7), await open(T0 + 15), await open(T0 + 20)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('lists what changed, with what made it, page by page', async () => {
    const graph = await world();
    await graph.applyDelta({ changes: [remove(MEMBER, T0 + 10)], signals: [] });
    await graph.applyPage(page({ nodes: [group('admins', 'Owners')], asOf: T0 + 30 }));
    const rows = await allChanges(graph, { since: T0 + 1 });
    expect(rows).toMatchObject([
      { at: T0 + 30, change: 'changed', kind: 'group', node: { id: ADMINS.id, name: 'Owners' }, edge: null },
      {
        at: T0 + 10,
        change: 'ended',
        kind: 'MEMBER_OF',
        by: { kind: 'event', id: `evt_${T0 + 10}` },
        node: null,
        edge: { from: { id: accountId('ada'), kind: 'account' }, to: { id: ADMINS.id, kind: 'group' } },
      },
    ]);
    const everything = await allChanges(graph);
    expect(everything).toHaveLength(4 + 4 + 2 + 3 + 2);
    expect(await allChanges(graph, { limit: 2 })).toEqual(everything);
    expect(await allChanges(graph, { until: T0 + 10, since: T0 + 1 })).toEqual([]);
    const of = async (query: object) => (await graph.changes({ ...ALL, ...query })).data.map((row) => row.change);
    expect(await of({ kind: 'MEMBER_OF' })).toEqual(['ended', 'began']);
    expect(await of({ kind: 'group' })).toEqual(['changed', 'began']);
    expect(await of({ node: ADMINS.id, kind: 'HOLDS_ROLE' })).toEqual(['began']);
    expect(await of({ node: CRM.id })).toEqual(['began']);
    expect(await of({ node: 'grp_none' })).toEqual([]);
    await expect(graph.changes({ ...ALL, cursor: 'zz' })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('tells nothing of another tenant', async () => {
    await world();
    const { graph } = await graphWith(shards);
    expect(await allChanges(graph)).toEqual([]);
    expect(await graph.identity(identityId('ada'), T0 + 1)).toBeNull();
  });
});

describe('the lens', () => {
  it('searches by key, as the present is: it copies no table', async () => {
    const { graph, tenantId } = await graphWith(1);
    await graph.counts();
    const plan = await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
      const asked: string[] = [];
      const tx = openTx(storage.sql);
      const spy: Tx = {
        ...tx,
        rowsWritten: 0,
        raw: (query) => {
          asked.push(query);
          return [];
        },
      };
      asOfLens(spy, T0).raw(
        `SELECT e.from_id, e.to_id FROM json_each('[]') j CROSS JOIN edge e ON e.from_id = j.value
         JOIN node n ON n.id = e.to_id ORDER BY e.to_id`,
      );
      return tx.raw<[number, number, number, string]>(`EXPLAIN QUERY PLAN ${asked[0]}`).map((row) => row[3]);
    });
    expect(plan.some((step) => step.startsWith('SEARCH'))).toBe(true);
    expect(plan.filter((step) => /MATERIALIZE|CO-ROUTINE|AUTOMATIC|SCAN [^j]/.test(step))).toEqual([]);
  });

  it('writes nothing', async () => {
    const { graph, tenantId } = await graphWith(1);
    await graph.counts();
    await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
      expect(() => asOfLens(openTx(storage.sql), T0).run('DELETE FROM main.node')).toThrow();
      expect(() => literal("x' OR 'x' = 'x")).toThrow();
    });
  });
});

function replay(rows: ChangeRow[], until: number): string[] {
  const there = new Set<string>();
  for (const row of rows.filter((one) => one.at <= until).reverse()) {
    const id = row.node ? row.node.id : `${row.edge?.from.id} ${row.kind} ${row.edge?.to.id}`;
    if (row.change === 'ended') there.delete(id);
    else there.add(id);
  }
  const accounts = [accountId('u'), accountId('v')];
  const isTheirs = (id: string) => accounts.some((one) => id.startsWith(one)) && !id.includes('HAS_ACCOUNT');
  // An edge whose account is not there is not shown.
  return [...there].filter((id) => isTheirs(id) && there.has(id.split(' ')[0] ?? '')).sort();
}

describe('a history of any kind', () => {
  it('shows each moment as it was, and as the replay of the changes gives it', async () => {
    await fc.assert(
      fc.asyncProperty(STEPS, async (steps) => {
        const { graph } = await graphWith(1);
        await graph.applyPage(page({ nodes: [...GROUPS, CRM, account('u'), account('v')] }));
        let at = T0;
        const seen: [number, string[]][] = [[T0, await present(graph)]];
        for (const step of steps) {
          at += step.gap;
          const change = changeOf(step, at);
          if (change) await graph.applyDelta({ changes: [change], signals: [] });
          else
            await graph.applyPage(page({ nodes: [account('u', { department: String(at) }), account('v')], asOf: at }));
          seen.push([at, await present(graph)]);
        }
        const rows = await allChanges(graph);
        for (const [moment, then] of seen) {
          expect(await present(graph, moment)).toEqual(then);
          expect(replay(rows, moment)).toEqual(then);
        }
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('in any order of arrival is the same by asOf and by replay', async () => {
    await fc.assert(
      fc.asyncProperty(STEPS, fc.array(fc.nat(1000), { maxLength: 14 }), async (steps, ranks) => {
        const { graph } = await graphWith(1);
        await graph.applyPage(page({ nodes: [...GROUPS, CRM, account('u'), account('v')] }));
        let at = T0;
        const timed = steps.map((step, i) => {
          at += step.gap;
          return { change: changeOf(step, at), rank: ranks[i] ?? i };
        });
        for (const { change } of timed.sort((a, b) => a.rank - b.rank)) {
          if (change) await graph.applyDelta({ changes: [change], signals: [] });
        }
        const rows = await allChanges(graph);
        for (let moment = T0; moment <= at; moment++) {
          expect(await present(graph, moment)).toEqual(replay(rows, moment));
        }
        expect(await present(graph)).toEqual(await present(graph, at));
      }),
      { numRuns: 30, seed: 6 },
    );
  });
});
