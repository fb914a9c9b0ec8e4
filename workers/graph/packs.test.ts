import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { TenantGraph } from './directory.ts';
import { foldPacked, isWaiting } from './packs.fold.ts';
import {
  accountId,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  remove,
  role,
  upsert,
} from './testing/fixtures.ts';
import { openTx, type Tx } from './tx.ts';

const [STAFF, ADMINS] = [group('staff', 'Staff'), group('admins', 'Admins')];
const SUPER = role('SUPER_ADMIN');
const NATIVES = Array.from({ length: 30 }, (_, n) => `u${n}`);
const memberships = (natives: string[], to = STAFF.id) => natives.map((n) => edge(accountId(n), 'MEMBER_OF', to));

/** A shard of thirty people, all in one group, as one page of a sync brought them. */
async function world() {
  const made = await graphWith(1);
  await made.graph.applyPage(
    pageOfPeople(NATIVES, {
      nodes: [STAFF, ADMINS, SUPER, ORG],
      edges: [...memberships(NATIVES), edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id), edge(SUPER.id, 'GRANTS', ORG.id)],
    }),
  );
  return made;
}

function inShard<T>(tenantId: string, work: (tx: Tx, storage: DurableObjectStorage) => T): Promise<T> {
  return runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) =>
    work(openTx(storage.sql), storage),
  );
}

const stored = (tenantId: string) =>
  inShard(tenantId, (tx) => ({
    rows: tx.raw<[string]>("SELECT from_id FROM edge_row WHERE kind = 'MEMBER_OF' ORDER BY 1").map(([id]) => id),
    packs: tx.raw<[string, string]>('SELECT to_id, ends FROM pack_in ORDER BY to_id, stamp'),
    waiting: isWaiting(tx),
  }));

const groupsOf = async (graph: TenantGraph, native: string) =>
  (await graph.identity(identityId(native)))?.groups.map(({ id, since }) => [id, since]);

describe('packed memberships', () => {
  it('take one row for a group and page, and are found from either end', async () => {
    const { graph, tenantId } = await world();
    const before = await stored(tenantId);
    expect([before.rows, before.packs.length, before.waiting]).toEqual([[], 1, true]);
    expect(await groupsOf(graph, 'u7')).toEqual([[STAFF.id, T0]]);
    expect((await graph.node(STAFF.id))?.in).toHaveLength(30);
    expect((await graph.node(STAFF.id))?.in[0]?.edge).toMatchObject({ beganAt: T0, by: { kind: 'sync', id: 'syn_1' } });
    expect((await stored(tenantId)).waiting).toBe(false);
    expect((await graph.counts()).edges).toBe(30 + 30 + 2);
    expect((await graph.reachableBy({ to: STAFF.id, limit: 5 })).counts.total).toBe(30);
  });

  it('cost nothing when they come again, in one page or in parts, before and after they are turned round', async () => {
    const { graph } = await world();
    const again = (natives: string[]) => page({ edges: memberships(natives), asOf: T0 + 5 });
    expect((await graph.applyPage(again(NATIVES))).rowsWritten).toBe(0);
    expect((await graph.applyPage(again(NATIVES.slice(3, 9)))).rowsWritten).toBe(0);
    await groupsOf(graph, 'u1');
    expect((await graph.applyPage(again(NATIVES))).rowsWritten).toBe(0);
    const more = await graph.applyPage(page({ edges: memberships(['u1', 'u2'], ADMINS.id), asOf: T0 + 6 }));
    expect(more.rowsWritten).toBeLessThanOrEqual(3);
    expect(await groupsOf(graph, 'u1')).toEqual([
      [ADMINS.id, T0 + 6],
      [STAFF.id, T0],
    ]);
  });

  it('leave the pack alone when they change: one membership is a few small rows', async () => {
    const { graph, tenantId } = await world();
    await groupsOf(graph, 'u1');
    const [one] = memberships(['u4']);
    if (!one) throw new Error('no edge');
    const ended = await graph.applyDelta({ changes: [remove(one, T0 + 10)], signals: [] });
    expect(ended.rowsWritten).toBeLessThanOrEqual(10);
    expect(await groupsOf(graph, 'u4')).toEqual([]);
    expect(await graph.identity(identityId('u4'), T0 + 9)).toMatchObject({ groups: [{ id: STAFF.id, since: T0 }] });
    expect((await graph.node(STAFF.id))?.in).toHaveLength(29);
    await graph.applyDelta({ changes: [upsert(one, T0 + 20)], signals: [] });
    expect(await groupsOf(graph, 'u4')).toEqual([[STAFF.id, T0 + 20]]);
    const after = await stored(tenantId);
    expect(after.rows).toEqual([accountId('u4')]);
    expect(after.packs[0]?.[1]).not.toContain(accountId('u4'));
    expect((await graph.applyPage(page({ edges: memberships(NATIVES), asOf: T0 + 30 }))).rowsWritten).toBe(0);
  });

  it('end with their group, and come back when it is listed again', async () => {
    const { graph, tenantId } = await world();
    const scope = { of: 'edgesTo', kind: 'MEMBER_OF', to: STAFF.id, fromKind: 'account' } as const;
    const close = (seen: string[], at: number) =>
      graph.closeScope({
        scope,
        seen: seen.map((native) => accountId(native)),
        asOf: at,
        by: { kind: 'sync', id: 'syn_2' },
        removalLimitPercent: 100,
        evaluate: false,
      });
    expect(await close(NATIVES, T0 + 5)).toMatchObject({ removed: 0, rowsWritten: 0 });
    expect(await close([], T0 + 6)).toMatchObject({ removed: 30 });
    expect((await graph.node(STAFF.id))?.in).toEqual([]);
    expect((await stored(tenantId)).packs).toEqual([]);
    await graph.applyPage(page({ edges: memberships(NATIVES), asOf: T0 + 7 }));
    expect((await graph.node(STAFF.id))?.in).toHaveLength(30);
    expect((await graph.node(STAFF.id, 50, T0 + 6))?.in).toEqual([]);
    expect((await graph.node(STAFF.id, 50, T0 + 5))?.in).toHaveLength(30);
  });

  it('are turned round whole or not at all, and after a restart as well', async () => {
    const { graph, tenantId } = await world();
    await inShard(tenantId, (_, storage) => {
      const fail = () =>
        storage.transactionSync(() => {
          expect(foldPacked(openTx(storage.sql))).toBe(true);
          throw new Error('killed');
        });
      expect(fail).toThrow('killed');
      expect(isWaiting(openTx(storage.sql))).toBe(true);
    });
    await evictDurableObject(env.GRAPH.getByName(`${tenantId}/0`));
    expect(await groupsOf(graph, 'u9')).toEqual([[STAFF.id, T0]]);
    await inShard(tenantId, (tx) => {
      expect(foldPacked(tx)).toBe(false);
      expect(tx.rowsWritten).toBe(0);
    });
  });

  it('are turned round in as many rounds as it takes', async () => {
    const { graph, tenantId } = await world();
    await graph.applyPage(page({ edges: memberships(NATIVES.slice(0, 5), ADMINS.id), asOf: T0 + 1 }));
    const turned = () =>
      inShard(tenantId, (tx) =>
        tx
          .raw<[string, string]>('SELECT from_id, ends FROM pack_out ORDER BY from_id')
          .map(([from, ends]) => [from, (JSON.parse(ends) as [string, number][]).map(([to]) => to).sort()]),
      );
    await inShard(tenantId, (tx) => expect(foldPacked(tx, 1)).toBe(true));
    const expected = NATIVES.map((native, n) => [
      accountId(native),
      n < 5 ? [ADMINS.id, STAFF.id].sort() : [STAFF.id],
    ]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    expect(await turned()).toEqual(expected);
    // a few more pages than wait are read one by one
    for (const n of [2, 3, 4]) {
      await graph.applyPage(page({ edges: memberships([`u${n + 10}`], ADMINS.id), asOf: T0 + n }));
      await inShard(tenantId, (tx) => foldPacked(tx, 1));
    }
    expect((await turned()).flatMap(([, ends]) => ends)).toHaveLength(38);
    expect((await graph.identity(identityId('u12')))?.groups).toHaveLength(2);
  });

  it('count once where a page repeats them, beside those that are known', async () => {
    const { graph } = await world();
    const [one, two] = [memberships(['u1'], ADMINS.id), memberships(['u2'], ADMINS.id)];
    await graph.applyPage(page({ edges: [...one, ...one], asOf: T0 + 1 }));
    await graph.applyPage(page({ edges: [...two, ...one, ...two, ...memberships(NATIVES)], asOf: T0 + 2 }));
    expect((await graph.node(ADMINS.id))?.in.map(({ edge: { from, beganAt } }) => [from, beganAt]).sort()).toEqual(
      [
        [accountId('u1'), T0 + 1],
        [accountId('u2'), T0 + 2],
      ].sort(),
    );
    expect((await graph.counts()).edges).toBe(30 + 30 + 2 + 2);
  });

  it('keep the way to tier zero up to date', async () => {
    const { graph } = await world();
    const way = async (native: string) => (await graph.path(identityId(native)))?.map((step) => step.node.name) ?? null;
    expect(await way('u1')).toBeNull();
    const [member] = memberships(['u1'], ADMINS.id);
    if (!member) throw new Error('no edge');
    await graph.applyDelta({ changes: [upsert(member, T0 + 1)], signals: [] });
    expect(await way('u1')).toEqual(['User u1', 'User u1', 'Admins', 'SUPER_ADMIN', 'acme']);
    await graph.applyPage(page({ edges: memberships(['u2'], ADMINS.id), asOf: T0 + 2 }));
    expect(await way('u2')).toHaveLength(5);
    await graph.applyDelta({ changes: [remove(member, T0 + 3)], signals: [] });
    expect([await way('u1'), (await way('u2'))?.length]).toEqual([null, 5]);
    await graph.applyPage(
      pageOfPeople(['late'], { edges: memberships(['late'], ADMINS.id), asOf: T0 + 4, evaluate: true }),
    );
    expect(await way('late')).toHaveLength(5);
  });
});
