import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { VerdictChange } from '../detections/types.ts';
import { DAY, HOUR } from '../platform/clock.ts';
import type { GraphShard } from './graph-shard.ts';
import { failing, fakeEvaluator, PASSING, shardOf, withEvaluator } from './testing/fake-evaluator.ts';
import { account, accountId, edge, group, page, pageOfPeople, role, upsert } from './testing/fixtures.ts';

describe('the alarm', () => {
  /** Fails for a week after the account was made. */
  const forAWeek = fakeEvaluator({
    'admin-role-granted': (view, now) => {
      const until = (view.attributes.created ?? 0) + 7 * DAY;
      return now < until ? failing('Fresh', { recheckAt: until }) : PASSING;
    },
  });

  async function withAlarm(evaluator = forAWeek) {
    const made = await withEvaluator(evaluator);
    const settled: VerdictChange[][] = [];
    await runInDurableObject(shardOf(made.tenantId), (shard: GraphShard) => {
      shard.settle = async (_, tenantId, changes) => {
        expect(tenantId).toBe(made.tenantId);
        settled.push(changes);
      };
    });
    return { ...made, settled };
  }

  it('ends verdicts by time, carries them to the issues, and sets itself anew', async () => {
    const { graph, tenantId, clock, settled, settle } = await withAlarm();
    await graph.applyPage(
      page({
        nodes: [account('u1', { created: T0 - DAY }), account('u2', { created: T0 - 2 * DAY })],
        evaluate: true,
      }),
    );
    expect(await settle()).toHaveLength(2);
    const due = await runInDurableObject(shardOf(tenantId), (_, { storage }) => storage.getAlarm());
    expect((due ?? 0) - Date.now()).toBeGreaterThan(5 * DAY - HOUR);
    expect((due ?? 0) - Date.now()).toBeLessThanOrEqual(5 * DAY);
    clock.set(T0 + 5 * DAY);
    expect(await runDurableObjectAlarm(shardOf(tenantId))).toBe(true);
    expect(settled.flat()).toMatchObject([{ status: 'pass', subject: { nativeId: 'u2' } }]);
    expect(await settle()).toEqual([]);
    // Twice does no harm.
    expect(await runDurableObjectAlarm(shardOf(tenantId))).toBe(true);
    expect(settled.flat()).toHaveLength(1);
    clock.set(T0 + 6 * DAY);
    expect(await runDurableObjectAlarm(shardOf(tenantId))).toBe(true);
    expect(settled.flat()).toHaveLength(2);
    expect(await runDurableObjectAlarm(shardOf(tenantId))).toBe(false);
  });

  it('that dies before the issues have the changes brings them again', async () => {
    const { graph, tenantId, clock, changes } = await withAlarm();
    await graph.applyPage(page({ nodes: [account('u1', { created: T0 })], evaluate: true }));
    await graph.confirmChanges(0, (await changes())[0]?.seq ?? 0);
    clock.set(T0 + 7 * DAY);
    const received: VerdictChange[] = [];
    let down = true;
    await runInDurableObject(shardOf(tenantId), async (shard: GraphShard) => {
      shard.settle = async (_deps, _tenant, given) => {
        if (down) throw new Error('D1 is away');
        received.push(...given);
      };
      await expect(shard.alarm()).rejects.toThrow('D1 is away');
    });
    expect(await changes()).toMatchObject([{ status: 'pass' }]);
    down = false;
    await runInDurableObject(shardOf(tenantId), (shard: GraphShard) => shard.alarm());
    expect(received).toMatchObject([{ status: 'pass' }]);
    expect(await changes()).toEqual([]);
  });

  it('gives up a late retry for a new alarm', async () => {
    const { tenantId } = await withAlarm();
    await runInDurableObject(shardOf(tenantId), async (shard: GraphShard, { storage }) => {
      shard.settle = () => Promise.reject(new Error('must not be called'));
      await shard.alarm({ isRetry: true, retryCount: 5, scheduledTime: 0 });
      expect(await storage.getAlarm()).toBeGreaterThan(Date.now());
      await storage.deleteAlarm();
    });
  });

  it('does not spin on a verdict that fails past its time', async () => {
    const stuck = fakeEvaluator({ 'admin-role-granted': () => failing('Stuck', { recheckAt: T0 + HOUR }) });
    const { graph, tenantId, clock } = await withAlarm(stuck);
    await graph.applyPage({ ...pageOfPeople(['u1']), evaluate: true });
    clock.set(T0 + 2 * HOUR);
    await runDurableObjectAlarm(shardOf(tenantId));
    const next = await runInDurableObject(shardOf(tenantId), (_, { storage }) => storage.getAlarm());
    expect((next ?? 0) - Date.now()).toBeGreaterThan(5 * 60_000);
  });

  it('takes up what a large change left over', async () => {
    const { graph, tenantId, settled, changes } = await withAlarm(
      fakeEvaluator({ 'no-mfa-admin': (view) => (view.tier === 'none' ? PASSING : failing('Admin')) }),
    );
    const everyone = group('everyone');
    const natives = Array.from({ length: 5_200 }, (_, i) => `m${i}`);
    for (let i = 0; i < natives.length; i += 2_000) {
      const part = natives.slice(i, i + 2_000);
      await graph.applyPage(
        page({
          nodes: [everyone, role('ORG_ADMIN'), ...part.map((native) => account(native))],
          edges: part.map((native) => edge(accountId(native), 'MEMBER_OF', everyone.id)),
        }),
      );
    }
    const { evaluated } = await graph.applyDelta({
      changes: [upsert(edge(everyone.id, 'HOLDS_ROLE', role('ORG_ADMIN').id), T0 + 1)],
      signals: [],
    });
    expect(evaluated).toBe(5_000);
    // The alarm is due at once and may run by itself as well: who carries a change first does not matter.
    await runInDurableObject(shardOf(tenantId), (shard: GraphShard) => shard.alarm());
    expect(await changes()).toEqual([]);
    expect(new Set(settled.flat().map((change) => change.subject.id)).size).toBe(5_200);
    expect(new Set(settled.flat().map((change) => change.seq)).size).toBe(5_200);
  });
});
