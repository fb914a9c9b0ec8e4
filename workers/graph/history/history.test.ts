import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tenants } from '../../../db/control/schema.ts';
import { manualClock, T0, testDeps } from '../../../test/deps.ts';
import { DAY, iso } from '../../platform/clock.ts';
import type { TenantGraph } from '../directory.ts';
import {
  account,
  accountId,
  edge,
  eventOf,
  graphWith,
  group,
  identityId,
  page,
  pageOfPeople,
  person,
  remove,
  upsert,
} from '../testing/fixtures.ts';
import { ALL_CHANGES, allChanges, CRM, changeOf, GROUPS, STEPS } from '../testing/random-history.ts';
import { openTx, type Tx } from '../tx.ts';
import type { Scope } from '../writes.ts';
import { CUT_STEP, continueHistories, type ExpireDeps, expireHistories } from './expire.ts';
import { isPurging, PURGE_ROWS, PURGE_STAMPS, purgeStep } from './purge.ts';

const shardOf = (tenantId: string, index = 0) => env.GRAPH.getByName(`${tenantId}/${index}`);

/** Work in a transaction of a shard, which throws as the shard does. */
function within<T>(tenantId: string, work: (tx: Tx) => T, index = 0): Promise<T> {
  return runInDurableObject(shardOf(tenantId, index), (_, { storage }) =>
    storage.transactionSync(() => work(openTx(storage.sql))),
  );
}

const rowsIn = (tenantId: string, table: string) =>
  within(tenantId, (tx) => tx.first<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0);

/** Everything that is told of two accounts at moments, and of what changed since the first of them. */
async function answers(graph: TenantGraph, moments: number[]) {
  const nodes = await Promise.all(
    moments.flatMap((asOf) => [accountId('u'), accountId('v')].map((id) => graph.node(id, 50, asOf))),
  );
  return { nodes, changes: await allChanges(graph, { since: moments[0] ?? 0 }) };
}

describe('a history that is cut off', () => {
  it('tells the same of every later moment, in steps of any size, and dies half-way without harm', async () => {
    await fc.assert(
      fc.asyncProperty(
        STEPS,
        fc.array(fc.nat(1000), { maxLength: 14 }),
        fc.integer({ min: -2, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, ranks, cut, rows) => {
          const { graph, tenantId } = await graphWith(1);
          await graph.applyPage(page({ nodes: [...GROUPS, CRM, account('u'), account('v')] }));
          let at = T0;
          const timed = steps.map((step, place) => {
            at += step.gap;
            return { change: changeOf(step, at), at, rank: ranks[place] ?? place };
          });
          for (const { change, at: when } of timed.sort((a, b) => a.rank - b.rank)) {
            if (change) await graph.applyDelta({ changes: [change], signals: [] });
            else {
              await graph.applyPage(
                page({ nodes: [account('u', { department: String(when) }), account('v')], asOf: when }),
              );
            }
          }
          const since = T0 + cut;
          const moments = Array.from({ length: Math.max(1, (at - since) / 2 + 2) }, (_, n) => since + 2 * n);
          const before = await answers(graph, moments);
          await graph.keepHistorySince(since);
          for (let more = true, n = 0; more; n++) {
            if (n % 2 === 0) {
              await expect(
                within(tenantId, (tx) => {
                  purgeStep(tx, rows);
                  throw new Error('the shard died');
                }),
              ).rejects.toThrow('the shard died');
            }
            if (n % 3 === 0) expect(await answers(graph, moments)).toEqual(before);
            more = await within(tenantId, (tx) => purgeStep(tx, rows));
          }
          expect(await answers(graph, moments)).toEqual(before);
          // nothing that ended before is left, but the beginnings of what went on
          const ended = await within(tenantId, (tx) =>
            tx.raw<
              [number]
            >(`SELECT count(*) FROM edge_history x WHERE ended_at < ${since} AND (gone = 1 OR NOT EXISTS (
              SELECT 1 FROM edge e WHERE e.from_id = x.from_id AND e.kind = x.kind AND e.to_id = x.to_id
            ) AND NOT EXISTS (
              SELECT 1 FROM edge_history y WHERE y.from_id = x.from_id AND y.kind = x.kind AND y.to_id = x.to_id
              AND y.ended_at >= ${since}))`),
          );
          expect(ended).toEqual([[0]]);
          await expect(graph.node(accountId('u'), 1, since - 1)).rejects.toMatchObject({
            code: 'graph.history_expired',
          });
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  it('refuses earlier moments at once, in every question, and says since when it is kept', async () => {
    const { graph } = await graphWith(3);
    await graph.applyPage(pageOfPeople(['ada'], { nodes: [group('g')] }));
    await graph.keepHistorySince(T0 - DAY);
    const [ada, then] = [identityId('ada'), T0 - DAY - 1];
    const refused = { code: 'graph.history_expired', status: 400, detail: expect.stringContaining(iso(T0 - DAY)) };
    for (const ask of [
      () => graph.node(accountId('ada'), 1, then),
      () => graph.identity(ada, then),
      () => graph.path(ada, undefined, then),
      () => graph.reach(ada, then),
      () => graph.blastRadius(ada, then),
      () => graph.changes({ ...ALL_CHANGES, since: then }),
      () => graph.lookup([ada], [], then),
    ]) {
      await expect(ask()).rejects.toMatchObject(refused);
    }
    expect(await graph.identity(ada, T0 - DAY)).toBeNull();
    expect(await graph.identity(ada, T0)).not.toBeNull();
    // going back has no effect
    await graph.keepHistorySince(0);
    await expect(graph.identity(ada, then)).rejects.toMatchObject(refused);
  });

  it('forgets by the alarm, in as many rounds as it takes', async () => {
    const { graph, tenantId } = await graphWith(1);
    const natives = Array.from({ length: 2_000 }, (_, n) => `u${n}`);
    const [G, members] = [group('g'), natives.map((native) => edge(accountId(native), 'MEMBER_OF', group('g').id))];
    const MEMBERS: Scope = { of: 'edgesTo', kind: 'MEMBER_OF', to: G.id, fromKind: 'account' };
    const close = (asOf: number) => ({
      ...{ scope: MEMBERS, seen: [], asOf, removalLimitPercent: 100, evaluate: false },
      by: { kind: 'sync' as const, id: `syn_${asOf}` },
    });
    await graph.applyPage(page({ nodes: [G, ...natives.map((native) => account(native))], edges: members }));
    for (let day = 1; day <= 14; day++) {
      await graph.closeScope(close(T0 + day * DAY));
      await graph.applyPage(
        page({ edges: members, asOf: T0 + day * DAY + 1, by: { kind: 'sync', id: `syn_d${day}` } }),
      );
    }
    const kept = await rowsIn(tenantId, 'edge_history');
    expect(kept).toBe(14 * natives.length);
    expect(kept).toBeGreaterThan(5 * PURGE_ROWS);
    await graph.keepHistorySince(T0 + 13 * DAY + 2);
    // the platform may have rung it meanwhile
    while (await within(tenantId, isPurging)) await runDurableObjectAlarm(shardOf(tenantId));
    expect(await rowsIn(tenantId, 'edge_history')).toBe(natives.length);
    expect(await graph.node(G.id, 10, T0 + 13 * DAY + 2)).toMatchObject({ in: { length: 10 } });
  });

  it('keeps of a person only since when they are there, and forgets pages of which nothing is packed', async () => {
    const { graph, tenantId } = await graphWith(1);
    const member = edge(accountId('ada'), 'MEMBER_OF', group('g').id);
    await graph.applyPage(page({ ...person('ada', { department: 'Legal' }, 'Ada Old'), edges: [member] }));
    await graph.applyPage(
      page({ nodes: [group('g')], edges: [edge(accountId('bob'), 'MEMBER_OF', group('g').id)], asOf: T0 + 1 }),
    );
    await graph.applyDelta({ changes: [remove(member, T0 + 5), upsert(member, T0 + 6)], signals: [] });
    await graph.applyPage(page({ ...person('ada', { department: 'IT' }, 'Ada New'), asOf: T0 + 10 }));
    expect(await rowsIn(tenantId, 'pack_stamp')).toBe(2);
    await graph.keepHistorySince(T0 + 20);
    await runDurableObjectAlarm(shardOf(tenantId));
    const left = await within(tenantId, (tx) => tx.raw('SELECT name, attributes FROM node_history ORDER BY id'));
    expect(left.flat().join()).not.toMatch(/Ada Old|Legal/);
    expect(await graph.node(accountId('ada'), 1, T0 + 20)).toMatchObject({ node: { name: 'Ada New', beganAt: T0 } });
    expect(await rowsIn(tenantId, 'pack_stamp')).toBe(1);
  });
});

it('forgets all pages of which nothing is packed, however many those are', async () => {
  const { graph, tenantId } = await graphWith(1);
  await within(tenantId, (tx) =>
    tx.run(
      `WITH RECURSIVE n(stamp) AS (SELECT 1 UNION ALL SELECT stamp + 1 FROM n WHERE stamp < ?)
       INSERT INTO pack_stamp (stamp, at, by) SELECT stamp, ?, '{}' FROM n`,
      2 * PURGE_STAMPS + 500,
      T0,
    ),
  );
  await graph.keepHistorySince(T0 + DAY);
  while (await within(tenantId, (tx) => isPurging(tx))) await runDurableObjectAlarm(shardOf(tenantId));
  expect(await rowsIn(tenantId, 'pack_stamp')).toBe(1);
});

/** A whole round; what other tests left under way is ended before. */
async function nightly(deps: ExpireDeps): Promise<void> {
  while (await continueHistories(deps));
  for (let left = await expireHistories(deps); left; ) left = await continueHistories(deps);
}

describe('the nightly cut', () => {
  async function tenant(days?: number) {
    const clock = manualClock(T0);
    const made = await graphWith(2, testDeps({ clock }));
    const { deps, tenantId, graph } = made;
    if (days !== undefined) {
      await deps.control.update(tenants).set({ historyRetentionDays: days }).where(eq(tenants.id, tenantId));
    }
    await graph.applyPage(pageOfPeople(['ada']));
    await graph.applyDelta({
      changes: [{ op: 'removeNode', nodeId: accountId('ada'), at: T0 + DAY, by: eventOf('d') }],
      signals: [],
    });
    return { ...made, clock };
  }

  it('follows the setting of each tenant, at most a week late', async () => {
    const [short, usual] = [await tenant(90), await tenant()];
    const { clock, deps } = short;
    clock.set(T0 + DAY + 90 * DAY + CUT_STEP);
    await nightly(deps);
    await expect(short.graph.identity(identityId('ada'), T0)).rejects.toMatchObject({ code: 'graph.history_expired' });
    expect(await usual.graph.identity(identityId('ada'), T0)).not.toBeNull();
    for (const index of [0, 1]) await runDurableObjectAlarm(shardOf(short.tenantId, index));
    expect(await rowsIn(short.tenantId, 'node_history')).toBe(0);
    clock.set(T0 + DAY + 365 * DAY + CUT_STEP);
    await nightly(deps);
    await expect(usual.graph.identity(identityId('ada'), T0)).rejects.toMatchObject({ code: 'graph.history_expired' });
  });

  it('writes nothing when it runs again, and one graph that is away does not stop the others', async () => {
    const { tenantId, graph, deps, clock } = await tenant(90);
    clock.set(T0 + 200 * DAY);
    const dying = {
      ...deps,
      env: {
        ...deps.env,
        GRAPH: new Proxy(deps.env.GRAPH, {
          get: (target, method) => {
            if (method !== 'getByName') return Reflect.get(target, method, target);
            return (name: string) => {
              if (name === `${tenantId}/1`) throw new Error('the shard died');
              return target.getByName(name);
            };
          },
        }),
      },
    };
    const other = await tenant(90);
    await nightly(dying);
    await expect(other.graph.identity(identityId('ada'), T0)).rejects.toMatchObject({ code: 'graph.history_expired' });
    await nightly(deps);
    await expect(graph.identity(identityId('ada'), T0)).rejects.toMatchObject({ code: 'graph.history_expired' });
    for (const index of [0, 1]) await runDurableObjectAlarm(shardOf(tenantId, index));
    const written = () =>
      within(tenantId, (tx) => tx.raw('SELECT * FROM meta UNION ALL SELECT name, at FROM kept_since'));
    const before = await written();
    await nightly(deps);
    expect(await written()).toEqual(before);
    expect(await runDurableObjectAlarm(shardOf(tenantId))).toBe(false);
  });
});
