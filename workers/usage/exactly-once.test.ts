import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceCounters } from '../inbox/counters.ts';
import type { Channel } from '../inbox/event.ts';
import { purgeEvidence } from '../inbox/purge.ts';
import { DAY, HOUR, MINUTE } from '../platform/clock.ts';
import { updateRetention } from '../settings/retention.repository.ts';
import { foldTenant } from './fold.ts';
import { signOn, usageUnderTest } from './usage.fixtures.ts';

type Tested = Awaited<ReturnType<typeof usageUnderTest>>;
const CHANNELS: Channel[] = ['event_hook', 'eventbridge', 'tail'];

const some = (t: Tested, count: number) =>
  Array.from({ length: count }, (_, i) => signOn(`00u${i % 7}`, `0oa${i % 3}`, t.clock.now() - (i % 5) * 5 * HOUR));

describe.each([
  ['stored', 90],
  ['only counted', 0],
])('sign-ons that are %s', (_, signOnRetentionDays) => {
  it('count once by push, EventBridge and tail at once, and the counters agree', async () => {
    const t = await usageUnderTest({ signOnRetentionDays });
    const events = some(t, 60);
    const runs = CHANNELS.map((channel, at) => {
      const order = at === 1 ? [...events].reverse() : events;
      return t.consume([t.message(order.slice(0, 25), { channel }), t.message(order.slice(25), { channel })]);
    });
    for (const { acked } of await Promise.all(runs)) expect(acked).toEqual(['m0', 'm1']);
    expect(await t.counted()).toBe(60);
    expect(await t.stored()).toBe(signOnRetentionDays === 0 ? 0 : 60);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      received: 180,
      accepted: 180,
      duplicate: 120,
      processed: 60,
      pending: 0,
      dead: 0,
    });
  });

  it('count once when the same message comes again, before and after the fold', async () => {
    const t = await usageUnderTest({ signOnRetentionDays });
    const message = t.message(some(t, 20));
    await t.consume([message, message]);
    const again = await t.consume([message]);
    expect(again.report.rowsWritten).toBe(0);
    const before = await t.list();
    await foldTenant(t.db, t.tenantId);
    expect(await t.list()).toEqual(before);
    expect((await t.consume([message])).report.rowsWritten).toBe(0);
    expect((await foldTenant(t.db, t.tenantId)).rowsWritten).toBe(0);
    expect(await t.list()).toEqual(before);
  });

  it('count once in another delivery days later, and beside others of their hour', async () => {
    const t = await usageUnderTest({ signOnRetentionDays });
    const events = some(t, 20);
    await t.consume([t.message(events)]);
    await foldTenant(t.db, t.tenantId);
    t.clock.advance(3 * DAY);
    const late = signOn('00u1', '0oa1', t.clock.now() - 3 * DAY);
    await t.consume([t.message([...events.slice(5), late], { channel: 'backfill' })]);
    expect(await t.counted()).toBe(21);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ duplicate: 15, processed: 21 });
  });

  it('count once however deliveries and folds are mixed and repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(39), { minLength: 1, maxLength: 12 }), { minLength: 3, maxLength: 10 }),
        fc.array(fc.nat(9), { maxLength: 4 }),
        async (deliveries, folds) => {
          const t = await usageUnderTest({ signOnRetentionDays });
          const events = some(t, 40);
          const sent = deliveries.map((picks) => t.message(picks.flatMap((pick) => events[pick] ?? [])));
          const all = [...sent, ...[...sent].reverse()];
          for (const [at, message] of all.entries()) {
            await t.consume([message, all[(at * 3) % all.length] ?? message]);
            if (folds.includes(at)) await foldTenant(t.db, t.tenantId);
          }
          const distinct = new Set(deliveries.flat()).size;
          expect(await t.counted()).toBe(distinct);
          expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
            processed: distinct,
            duplicate: deliveries.flat().length - distinct,
          });
        },
      ),
      { numRuns: 6, seed: 20_260_601 },
    );
  });

  it('survive a transaction that fails, and one whose answer is lost', async () => {
    const t = await usageUnderTest({ signOnRetentionDays });
    const message = t.message(some(t, 30));
    for (const committed of [false, true]) {
      t.deps.evidence = () => breaking(t.db, committed);
      expect((await t.consume([message])).retried).toHaveLength(1);
    }
    t.deps.evidence = () => t.db;
    expect((await t.consume([message])).acked).toEqual(['m0']);
    for (const committed of [false, true]) {
      await expect(foldTenant(breaking(t.db, committed), t.tenantId)).rejects.toThrow('connection lost');
      expect(await t.counted()).toBe(30);
    }
    await foldTenant(t.db, t.tenantId);
    expect(await t.counted()).toBe(30);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 30,
      processed: 30,
      duplicate: 0,
    });
  });

  it('are folded once by folds that run at once', async () => {
    const t = await usageUnderTest({ signOnRetentionDays });
    for (let n = 0; n < 4; n++) await t.consume([t.message(some(t, 25))]);
    const before = await t.list();
    await Promise.all([
      foldTenant(t.db, t.tenantId),
      foldTenant(t.db, t.tenantId),
      t.consume([t.message(some(t, 10))]),
    ]);
    expect(await t.counted()).toBe(110);
    expect(before.reduce((sum, { signOns }) => sum + signOns, 0)).toBe(100);
  });
});

/** A database whose transactions fail: before, or after they took effect. */
function breaking(db: D1Database, committed: boolean): D1Database {
  return new Proxy(db, {
    get(target, key) {
      if (key === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          if (committed) await target.batch(statements);
          throw new Error('D1_ERROR: Network connection lost.');
        };
      }
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('a change of retention', () => {
  it('is obeyed within a minute, and nothing counts twice over it', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 90 });
    const events = some(t, 30);
    await t.consume([t.message(events.slice(0, 10))]);
    expect(await t.stored()).toBe(10);
    await updateRetention(t.deps, t.tenantId, { signOnRetentionDays: 0 });
    t.clock.advance(MINUTE);
    await t.consume([t.message(events.slice(5, 20))]);
    expect(await t.stored()).toBe(10);
    await updateRetention(t.deps, t.tenantId, { signOnRetentionDays: 90 });
    t.clock.advance(MINUTE);
    await t.consume([t.message(events)]);
    expect(await t.counted()).toBe(30);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ processed: 30, duplicate: 25 });
  });

  it('removes sign-ons that are stored and keeps them from counting again', async () => {
    const t = await usageUnderTest();
    const events = some(t, 30);
    const failed = signOn('00u1', '0oa1', t.clock.now() - 10 * HOUR, { outcome: { result: 'FAILURE' } });
    await t.consume([t.message([...events, failed])]);
    await updateRetention(t.deps, t.tenantId, { signOnRetentionDays: 0 });
    t.clock.advance(2 * HOUR);
    await purgeEvidence(t.deps);
    expect(await t.stored()).toBe(1);
    expect(await t.rows(`SELECT 1 FROM event_targets WHERE tenant_id = ?1`)).toHaveLength(1);
    await purgeEvidence(t.deps);
    await t.consume([t.message(events, { channel: 'backfill' })]);
    expect(await t.counted()).toBe(30);
    expect(await t.stored()).toBe(1);
  });

  it('that keeps sign-ons longer than other events removes the others only', async () => {
    const t = await usageUnderTest({ eventRetentionDays: 10, signOnRetentionDays: 60 });
    const old = t.clock.now() - 20 * DAY;
    const other = signOn('00u1', '0oa1', old, { eventType: 'user.authentication.auth_via_mfa' });
    await t.consume([t.message([signOn('00u1', '0oa1', old), other])]);
    await purgeEvidence(t.deps);
    expect((await t.events()).map((row) => row.type)).toEqual(['user.authentication.sso']);
    t.clock.advance(41 * DAY);
    await purgeEvidence(t.deps);
    expect(await t.events()).toEqual([]);
    expect(await t.rows('SELECT 1 FROM event_targets WHERE tenant_id = ?1')).toEqual([]);
    expect(await t.counted()).toBe(1);
  });
});
