import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { migrateGraph } from '../../db/graph/migrate.ts';
import { GRAPH_MIGRATIONS } from '../../db/graph/migrations.ts';
import { freshTenant, T0 } from '../../test/deps.ts';
import { claimName } from './name.ts';
import {
  account,
  accountId,
  app,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  person,
  remove,
  role,
  SYNC,
  upsert,
} from './testing/fixtures.ts';
import { openTx } from './tx.ts';

describe('a shard', () => {
  it('answers for the tenant of its name only', async () => {
    const tenantId = freshTenant();
    await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
      expect(claimName(openTx(storage.sql), `${tenantId}/0`)).toBe(tenantId);
      expect(claimName(openTx(storage.sql), undefined)).toBe(tenantId);
      for (const other of ['tnt_other/0', `${tenantId}/1`, tenantId, '/0', '']) {
        expect(() => claimName(openTx(storage.sql), other)).toThrow('another tenant');
      }
    });
  });

  it('applies each migration once, and keeps what was there when one fails', async () => {
    await runInDurableObject(env.GRAPH.getByName(`${freshTenant()}/0`), (_, { storage }) => {
      const more = [...GRAPH_MIGRATIONS, { name: '9001_test', sql: 'CREATE TABLE extra (id TEXT)' }];
      migrateGraph(storage, more);
      migrateGraph(storage, more);
      storage.sql.exec("INSERT INTO extra VALUES ('x')");
      const broken = [
        ...more,
        { name: '9002_test', sql: 'CREATE TABLE second (id TEXT); CREATE TABLE extra (id TEXT)' },
      ];
      expect(() => migrateGraph(storage, broken)).toThrow();
      expect(storage.sql.exec('SELECT id FROM extra').toArray()).toHaveLength(1);
      expect(() => storage.sql.exec('SELECT * FROM second')).toThrow('no such table');
    });
  });

  it('keeps everything over an eviction', async () => {
    const { graph, tenantId } = await graphWith(1);
    await graph.applyPage(
      pageOfPeople(['u1'], { nodes: [group('g1')], edges: [edge(accountId('u1'), 'MEMBER_OF', group('g1').id)] }),
    );
    const before = await graph.node(accountId('u1'));
    await evictDurableObject(env.GRAPH.getByName(`${tenantId}/0`));
    expect(await graph.node(accountId('u1'))).toEqual(before);
    expect((await graph.applyPage({ ...pageOfPeople(['u1']), asOf: T0 + 1 })).rowsWritten).toBe(0);
  });

  it('forgets everything when the tenant goes, and can begin again', async () => {
    const { graph } = await graphWith(3);
    await graph.applyPage(pageOfPeople(['u1', 'u2', 'u3'], { nodes: [group('g1')] }));
    await graph.destroy();
    await graph.destroy();
    expect(await graph.counts()).toMatchObject({ account: 0, group: 0, edges: 0 });
    await graph.applyPage(pageOfPeople(['u1']));
    expect((await graph.counts()).account).toBe(1);
  });
});

describe('the number of shards', () => {
  it('makes no difference to any answer', async () => {
    const natives = Array.from({ length: 40 }, (_, i) => `u${i}`);
    const staff = group('staff');
    const admins = group('admins');
    const answers = [];
    for (const shards of [1, 3]) {
      const { graph } = await graphWith(shards);
      await graph.applyPage(
        pageOfPeople(natives, {
          nodes: [staff, admins, role('SUPER_ADMIN'), ORG, app('crm')],
          edges: [
            ...natives.map((native) => edge(accountId(native), 'MEMBER_OF', staff.id)),
            edge(accountId('u7'), 'MEMBER_OF', admins.id),
            edge(staff.id, 'ASSIGNED_TO', app('crm').id),
            edge(admins.id, 'HOLDS_ROLE', role('SUPER_ADMIN').id),
            edge(role('SUPER_ADMIN').id, 'GRANTS', ORG.id),
          ],
        }),
      );
      await graph.applyDelta({
        changes: [
          remove(edge(accountId('u3'), 'MEMBER_OF', staff.id), T0 + 1),
          { op: 'removeNode', nodeId: accountId('u4'), at: T0 + 1, by: SYNC },
        ],
        signals: [],
      });
      const evaluated = await graph.evaluateAll();
      const changes = (await graph.takeChanges(500)).flatMap((taken) => taken.changes);
      const subjects = changes.map(({ seq: _, ...change }) => JSON.stringify(change)).sort();
      const ids = [...natives.flatMap((native) => [accountId(native), identityId(native)]), staff.id, ORG.id];
      answers.push({
        evaluated: evaluated.evaluated,
        subjects,
        counts: await graph.counts(),
        list: await graph.list({ kind: 'identity', limit: 15 }),
        nodes: await Promise.all(ids.map((id) => graph.node(id, 10))),
        paths: await Promise.all(ids.map((id) => graph.path(id))),
        reaches: await Promise.all(ids.map((id) => graph.reach(id))),
        views: await Promise.all(natives.map((native) => graph.accountView(accountId(native)))),
        identity: await graph.identity(identityId('u7')),
        verdicts: await graph.verdicts(identityId('u7')),
      });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.counts).toMatchObject({ account: 39, globalAdmins: 1 });
  });

  it('splits a delta that is larger than one call takes', async () => {
    const { graph } = await graphWith(1);
    const staff = group('staff');
    await graph.applyPage(page({ nodes: [staff, account('u1')] }));
    const changes = Array.from({ length: 20_100 }, (_, i) =>
      upsert(edge(accountId('u1'), 'MEMBER_OF', `grp_${i}`), T0),
    );
    expect((await graph.applyDelta({ changes, signals: [] })).rowsWritten).toBeGreaterThan(0);
    expect((await graph.counts()).edges).toBe(20_100);
  });
});

describe('a large source', () => {
  it('loads and judges 20,000 accounts', async () => {
    const { graph } = await graphWith(1);
    const everyone = group('everyone');
    for (let start = 0; start < 20_000; start += 2_500) {
      const people = Array.from({ length: 2_500 }, (_, i) => person(`u${start + i}`));
      await graph.applyPage(
        page({
          nodes: [everyone, ...people.flatMap(({ nodes }) => nodes)],
          edges: people.flatMap(({ nodes, edges }) => [...edges, edge(nodes[1]?.id ?? '', 'MEMBER_OF', everyone.id)]),
        }),
      );
    }
    expect(await graph.counts()).toMatchObject({ identity: 20_000, account: 20_000, edges: 40_000 });
    expect((await graph.evaluateAll()).evaluated).toBe(20_000);
    expect((await graph.evaluateAll()).rowsWritten).toBe(0);
    const page1 = await graph.list({ kind: 'identity', limit: 200, q: 'user u19' });
    expect(page1.data).toHaveLength(200);
    expect((await graph.node(everyone.id, 10))?.in).toHaveLength(10);
  });
});
