import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { freshTenant, manualClock, T0, testDeps } from '../../../test/deps.ts';
import { POSTERN } from '../../auth/principal.ts';
import { randomIds } from '../../platform/ids.ts';
import { graphOf } from '../directory.ts';
import type { GraphShard } from '../graph-shard.ts';
import { shardName } from '../name.ts';
import { forgetShards } from '../placement.ts';
import {
  accountId,
  app,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  pageOfPeople,
  remove,
  role,
  SRC,
} from '../testing/fixtures.ts';
import { openTx } from '../tx.ts';
import { findMove } from './moves.repository.ts';
import { readShards, startMove, stopMove } from './moves.ts';
import { continueMoves, runMove } from './run-move.ts';
import { MOVED, STAYS } from './tables.ts';

const natives = Array.from({ length: 30 }, (_, i) => `u${i}`);
const staff = group('staff');
const admins = group('admins');

async function company(shards: number) {
  const made = await graphWith(shards, testDeps({ clock: manualClock(), ids: randomIds }));
  await made.graph.applyPage(
    pageOfPeople(natives, {
      nodes: [staff, admins, role('SUPER_ADMIN'), ORG, app('crm')],
      edges: [
        ...natives.map((native) => edge(accountId(native), 'MEMBER_OF', staff.id)),
        edge(accountId('u7'), 'MEMBER_OF', admins.id),
        edge(staff.id, 'ASSIGNED_TO', app('crm').id),
        edge(admins.id, 'HOLDS_ROLE', role('SUPER_ADMIN').id),
        edge(role('SUPER_ADMIN').id, 'GRANTS', ORG.id),
      ],
      factors: natives.map((native) => ({ accountId: accountId(native), state: { known: true, factors: [] } })),
    }),
  );
  const needs = ['users', 'factors', 'roles', 'apps', 'assignments', 'events'] as const;
  await made.graph.setCoverage(needs.map((need) => ({ sourceId: SRC, need, reason: null, at: T0 })));
  await made.graph.applyDelta({
    changes: [remove(edge(accountId('u3'), 'MEMBER_OF', staff.id), T0 + 1)],
    signals: [],
  });
  await made.graph.evaluateAll();
  return made;
}

const shardAt = (tenantId: string, index: number, generation: number) =>
  env.GRAPH.getByName(shardName(tenantId, index, generation));

function rowsOf(tenantId: string, index: number, generation: number, table: string): Promise<number> {
  return runInDurableObject(shardAt(tenantId, index, generation), (_, { storage }) =>
    Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n),
  );
}

describe('what a shard holds', () => {
  it('moves, or is named among what stays', async () => {
    await runInDurableObject(env.GRAPH.getByName(`${freshTenant()}/0`), (_, { storage }) => {
      const tables = storage.sql
        .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
        .toArray()
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('_cf_') && !name.startsWith('sqlite_'));
      expect(tables.sort()).toEqual([...MOVED.map(({ name }) => name), ...STAYS].sort());
    });
  });
});

describe('a move', () => {
  it('leaves every answer as it was, and the old shards empty', async () => {
    const { deps, tenantId, graph } = await company(1);
    const ask = async () => ({
      counts: await graph.counts(),
      list: await graph.list({ kind: 'identity', limit: 10 }),
      path: await graph.path(identityId('u7')),
      before: await graph.node(accountId('u3'), 10, T0),
      changes: await graph.changes({ since: T0 - 9, until: T0 + 10, node: null, kind: null, limit: 200 }),
      coverage: await graph.coverage(),
      verdicts: await graph.verdicts(identityId('u7')),
    });
    const before = await ask();
    await graph.keepHistorySince(T0 - 9);
    await startMove(deps, tenantId, POSTERN, 3);
    await continueMoves(deps);
    expect(await findMove(deps, tenantId)).toMatchObject({ phase: 'done', error: null });
    expect(await readShards(deps, tenantId)).toMatchObject({ shards: 3 });
    const forgotten = graph.node(accountId(natives[0] ?? ''), 1, T0 - 10);
    await expect(forgotten).rejects.toMatchObject({ code: 'graph.history_expired' });
    expect(await ask()).toEqual(before);
    expect(await rowsOf(tenantId, 0, 0, 'node')).toBe(0);
    const spread = await Promise.all([0, 1, 2].map((index) => rowsOf(tenantId, index, 1, 'activity')));
    expect(spread.reduce((sum, n) => sum + n, 0)).toBe(natives.length);
    expect(Math.min(...spread)).toBeGreaterThan(0);
    // packs stay packed
    const packs = await Promise.all([0, 1, 2].map((index) => rowsOf(tenantId, index, 1, 'pack_out')));
    expect(packs.reduce((sum, n) => sum + n, 0)).toBe(natives.length);
  });

  it('raises no verdict again, and loses none that waits', async () => {
    const { deps, tenantId, graph } = await company(2);
    const waiting = (await graph.takeChanges(500)).flatMap(({ changes }) => changes);
    expect(waiting.length).toBeGreaterThan(0);
    const settled: string[] = [];
    await startMove(deps, tenantId, POSTERN, 5);
    await runMove(deps, tenantId, {
      settle: async () => {
        for (const { shard, changes } of await graph.takeChanges(500)) {
          settled.push(...changes.map(({ seq }) => String(seq)));
          for (const { seq } of changes) await graph.confirmChanges(shard, seq);
        }
      },
    });
    expect(settled.sort()).toEqual(waiting.map(({ seq }) => String(seq)).sort());
    expect((await graph.evaluateAll()).rowsWritten).toBe(0);
    expect((await graph.takeChanges(500)).flatMap(({ changes }) => changes)).toEqual([]);
    // numbers go on above those that were given
    await graph.applyDelta({
      changes: [remove(edge(accountId('u7'), 'MEMBER_OF', admins.id), T0 + 5)],
      signals: [],
    });
    const next = (await graph.takeChanges(500)).flatMap(({ changes }) => changes);
    expect(Math.min(...next.map(({ seq }) => seq))).toBeGreaterThan(Math.max(...waiting.map(({ seq }) => seq)));
  });

  it('waits for the issues, and opens the shards again while it does', async () => {
    const { deps, tenantId, graph } = await company(1);
    await startMove(deps, tenantId, POSTERN, 2);
    await runMove(deps, tenantId, { settle: () => Promise.resolve() });
    expect(await findMove(deps, tenantId)).toMatchObject({ phase: 'copying', leaseUntil: 0 });
    expect((await findMove(deps, tenantId))?.error).toContain('verdicts');
    await graph.applyPage({ ...pageOfPeople(['late']), asOf: T0 + 5 });
    await runMove(deps, tenantId);
    expect(await findMove(deps, tenantId)).toMatchObject({ phase: 'done', error: null });
    expect((await graph.counts()).account).toBe(natives.length + 1);
  });

  it('sends away who still knows the old shards only, and who does so finds the new ones', async () => {
    const { deps, tenantId, graph } = await company(1);
    await graph.counts();
    await startMove(deps, tenantId, POSTERN, 2);
    await runMove(deps, tenantId);
    await runInDurableObject(shardAt(tenantId, 0, 0), async (old: GraphShard) => {
      await expect(old.counts()).rejects.toThrow('moving');
      await expect(old.applyDelta({ changes: [], signals: [] }, T0)).rejects.toThrow('moving');
    });
    // an isolate that has not heard of it
    forgetShards(tenantId);
    const stale = graphOf({ ...deps, control: staleControl(deps.control) }, tenantId);
    expect((await stale.counts()).account).toBe(natives.length);
  });

  it('can be cancelled, and tried again', async () => {
    const { deps, tenantId, graph } = await company(1);
    await startMove(deps, tenantId, POSTERN, 2);
    await expect(startMove(deps, tenantId, POSTERN, 3)).rejects.toMatchObject({ code: 'graph.move_under_way' });
    await runMove(deps, tenantId, { settle: () => Promise.resolve() });
    await stopMove(deps, tenantId, POSTERN);
    await continueMoves(deps);
    expect(await readShards(deps, tenantId)).toMatchObject({ shards: 1, move: { phase: 'cancelled' } });
    await expect(stopMove(deps, tenantId, POSTERN)).rejects.toMatchObject({ code: 'graph.nothing_to_cancel' });
    await runInDurableObject(shardAt(tenantId, 0, 0), (_, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'trigger'").toArray()).toEqual([]);
    });
    // a run that is late begins nothing
    await runInDurableObject(shardAt(tenantId, 0, 0), async (old: GraphShard) => {
      expect(await old.moveOut({ do: 'begin', generation: 1, shards: 2, index: 0 })).toBeNull();
    });
    await expect(startMove(deps, tenantId, POSTERN, 1)).rejects.toMatchObject({ code: 'graph.nothing_to_move' });
    await startMove(deps, tenantId, POSTERN, 2);
    await continueMoves(deps);
    await continueMoves(deps);
    expect(await readShards(deps, tenantId)).toMatchObject({ shards: 2, move: { phase: 'done', toGeneration: 2 } });
    expect((await graph.counts()).account).toBe(natives.length);
  });

  it('leaves a batch aside that comes late or again', async () => {
    const tenantId = freshTenant();
    await runInDurableObject(shardAt(tenantId, 0, 1), async (shard: GraphShard, { storage }) => {
      const put = (batch: number, lastLogin: number) =>
        shard.moveIn({
          source: 0,
          batch,
          seq: 0,
          parts: [
            {
              table: 'activity',
              columns: ['account_id', 'last_login'],
              put: [['acc_1', lastLogin]],
              add: [],
              drop: [],
              ended: [],
            },
          ],
        });
      await put(2, 20);
      await put(1, 10);
      await put(2, 11);
      const rows = openTx(storage.sql).raw('SELECT last_login FROM activity');
      expect(rows).toEqual([[20]]);
    });
  });
});

/** A database that answers the first question for a tenant as it was before the move. */
function staleControl<T extends object>(control: T): T {
  let asked = 0;
  return new Proxy(control, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (name !== 'select' || asked++ > 0) return value;
      return () => ({ from: () => ({ where: () => Promise.resolve([{ count: 1, generation: 0 }]) }) });
    },
  });
}
