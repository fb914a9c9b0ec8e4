import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { nodeId } from '../graph/model.ts';
import { DAY, iso } from '../platform/clock.ts';
import { eventId } from '../sources/okta/log-event.ts';
import { sourceCounters } from './counters.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';

const transient = () => new Error('D1_ERROR: Network connection lost.');

describe('a delivery', () => {
  it('is recorded, has its effects and is marked processed', async () => {
    const t = inboxUnderTest();
    const raw = rawEvent();
    const { acked } = await t.consume([t.message([raw], { ignored: 2 })]);
    expect(acked).toEqual(['m0']);
    expect(await t.deliveries()).toMatchObject([
      {
        status: 'processed',
        channel: 'event_hook',
        events: 3,
        accepted: 1,
        ignored: 2,
        duplicate: 0,
        dead: 0,
        attempts: 1,
        processed_at: T0,
      },
    ]);
    expect(await t.events()).toMatchObject([{ uuid: raw.uuid, channels: 1 }]);
    expect(t.did.deltas[0]?.changes).toContainEqual(
      expect.objectContaining({ op: 'patchAccount', accountId: nodeId('account', 'src_a', '00uada') }),
    );
    expect(t.did.settled).toBe(1);
    expect(t.did.refreshes).toMatchObject([
      { tenant: t.tenantId, source: 'src_a', refresh: { users: ['00uada'], groups: [], apps: [] } },
    ]);
    expect(t.did.woken).toEqual([`${t.tenantId}/src_a`]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      received: 3,
      accepted: 1,
      ignored: 2,
      duplicate: 0,
      processed: 1,
      pending: 0,
      dead: 0,
      lagSeconds: 1,
      oldestPendingSeconds: null,
      lastReceivedAt: T0,
    });
  });

  it('is stored with everything lists and detections read', async () => {
    const t = inboxUnderTest();
    const raw = rawEvent({ debugContext: { debugData: { requestUri: "/it's" } }, transaction: { id: 'tx' } });
    await t.consume([t.message([raw])]);
    const [row] = await t.rows<Record<string, string>>('SELECT * FROM events WHERE tenant_id = ?1');
    expect(row).toMatchObject({
      id: eventId(t.tenantId, 'src_a', String(raw.uuid)),
      source_id: 'src_a',
      published_at: T0 - 1_000,
      stored_at: T0,
      actor_id: '00uadmin',
      actor_type: 'User',
      actor_name: 'Eve',
      outcome: 'SUCCESS',
      outcome_reason: null,
      client_ip: '203.0.113.9',
      transaction_id: 'tx',
    });
    expect(JSON.parse(row?.targets ?? '')).toEqual([
      { id: '00uada', type: 'User', name: 'Ada', alternateId: 'ada@acme.test' },
    ]);
    expect(JSON.parse(row?.body ?? '')).toMatchObject({
      debugData: { requestUri: "/it's" },
      actorAlternateId: 'eve@acme.test',
    });
  });

  it('by the tail does not wake the tail', async () => {
    const t = inboxUnderTest();
    await t.consume([t.message([rawEvent()], { channel: 'tail' })]);
    expect(t.did.woken).toEqual([]);
    expect((await sourceCounters(t.deps, t.tenantId, 'src_a')).lagSeconds).toBeNull();
  });

  it('of nothing but ignored events is counted and done', async () => {
    const t = inboxUnderTest();
    await t.consume([t.message([], { ignored: 7, tooLarge: 1 })]);
    expect(await t.deliveries()).toMatchObject([{ status: 'processed', events: 8, accepted: 1, ignored: 7, dead: 1 }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      received: 8,
      accepted: 1,
      ignored: 7,
      dead: 1,
    });
    expect(t.did.deltas).toEqual([]);
  });

  it('asks for no refresh about what the daily sync has covered', async () => {
    const t = inboxUnderTest();
    await t.consume([t.message([rawEvent({ published: iso(T0 - 2 * DAY) })], { channel: 'tail' })]);
    expect(t.did.deltas).toHaveLength(1);
    expect(t.did.refreshes).toEqual([]);
  });
});

describe('the same event again', () => {
  it('by all three channels is stored once, says so, and has its effects once', async () => {
    const t = inboxUnderTest();
    const raw = rawEvent();
    for (const channel of ['event_hook', 'eventbridge', 'tail'] as const) {
      await t.consume([t.message([raw], { channel })]);
    }
    expect(await t.events()).toMatchObject([{ channels: 1 | 2 | 4 }]);
    expect(t.did.deltas).toHaveLength(1);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      received: 3,
      accepted: 3,
      duplicate: 2,
      processed: 1,
      pending: 0,
    });
  });

  it('within one batch and within one delivery', async () => {
    const t = inboxUnderTest();
    const raw = rawEvent();
    const { acked } = await t.consume([t.message([raw, raw]), t.message([raw, rawEvent()], { channel: 'tail' })]);
    expect(acked).toEqual(['m0', 'm1']);
    expect(await t.events()).toHaveLength(2);
    expect(await t.deliveries()).toMatchObject([
      { accepted: 2, duplicate: 1 },
      { accepted: 2, duplicate: 1 },
    ]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 4,
      duplicate: 2,
      processed: 2,
    });
    expect((await t.events()).map((row) => row.channels).sort()).toEqual([4, 5]);
  });

  it('under another source or tenant is another event', async () => {
    const t = inboxUnderTest();
    const other = inboxUnderTest();
    const raw = rawEvent();
    await t.consume([t.message([raw]), t.message([raw], { sourceId: 'src_b' }), other.message([raw])]);
    expect(await t.events()).toHaveLength(2);
    expect(await other.events()).toHaveLength(1);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_b')).toMatchObject({ accepted: 1, duplicate: 0 });
  });
});

describe('the same message again', () => {
  it('changes nothing, counts nothing and writes nothing', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent(), rawEvent({ uuid: null })], { ignored: 1 });
    await t.consume([message]);
    const before = [
      await t.events(),
      await t.deliveries(),
      await t.dead(),
      await sourceCounters(t.deps, t.tenantId, 'src_a'),
    ];
    const { acked, report } = await t.consume([message, message], 2);
    expect(acked).toEqual(['m0', 'm1']);
    expect(report.rowsWritten).toBe(0);
    expect(t.did.deltas).toHaveLength(1);
    expect([
      await t.events(),
      await t.deliveries(),
      await t.dead(),
      await sourceCounters(t.deps, t.tenantId, 'src_a'),
    ]).toEqual(before);
  });

  it.each(['graph', 'settle', 'refresh'] as const)('after a crash in %s repeats the effects', async (where) => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent()]);
    t.failures[where].push(transient());
    const first = await t.consume([message]);
    expect(first.acked).toEqual([]);
    expect(first.retried).toMatchObject([{ msgId: 'm0' }]);
    expect(await t.deliveries()).toMatchObject([{ status: 'pending' }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 1,
      processed: 0,
      pending: 1,
      oldestPendingSeconds: 0,
    });
    const second = await t.consume([message], 2);
    expect(second.acked).toEqual(['m0']);
    expect(t.did.refreshes).toHaveLength(1);
    expect(await t.deliveries()).toMatchObject([{ status: 'processed', attempts: 2 }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 1,
      processed: 1,
      pending: 0,
      duplicate: 0,
    });
  });

  it('after a crash between effects and mark repeats them, with the same refresh', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent()]);
    const working = t.deps.evidence;
    // the first batch() records, the second would mark
    let batches = 0;
    t.deps.evidence = () =>
      new Proxy(t.db, {
        get: (db, key) => {
          if (key === 'batch' && ++batches > 1) return () => Promise.reject(transient());
          const value = Reflect.get(db, key);
          return typeof value === 'function' ? value.bind(db) : value;
        },
      });
    expect((await t.consume([message])).acked).toEqual([]);
    t.deps.evidence = working;
    expect((await t.consume([message], 2)).acked).toEqual(['m0']);
    expect(t.did.deltas).toHaveLength(2);
    expect(t.did.refreshes[0]).toEqual(t.did.refreshes[1]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 1,
      processed: 1,
      duplicate: 0,
    });
  });

  it('events of a delivery that is not done are done by whichever comes next', async () => {
    const t = inboxUnderTest();
    const raw = rawEvent();
    t.failures.graph.push(transient());
    await t.consume([t.message([raw])]);
    await t.consume([t.message([raw], { channel: 'tail' })]);
    expect(t.did.deltas).toHaveLength(1);
  });
});
