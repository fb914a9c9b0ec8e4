import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { nodeId } from '../graph/model.ts';
import { DAY, iso } from '../platform/clock.ts';
import { defineError } from '../platform/errors.ts';
import { eventId } from '../sources/okta/log-event.ts';
import { backoffSeconds } from './backoff.ts';
import { sourceCounters } from './counters.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';

const transient = () => new Error('D1_ERROR: Network connection lost.');
const permanent = defineError({ code: 'graph.refused', status: 400, title: 'The graph refused it' });

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

  it('after a crash between effects and mark repeats them, with the same refresh key', async () => {
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

describe('poison', () => {
  it('bad events become dead letters, their neighbours live', async () => {
    const t = inboxUnderTest();
    const good = rawEvent();
    const bad = [
      null,
      'text',
      rawEvent({ uuid: '' }),
      rawEvent({ published: 'yesterday' }),
      rawEvent({ published: iso(T0 + 2 * DAY) }),
      rawEvent({ eventType: 9 }),
    ];
    const { acked } = await t.consume([t.message([...bad, good])]);
    expect(acked).toEqual(['m0']);
    expect((await t.events()).map((row) => row.uuid)).toEqual([good.uuid]);
    const dead = await t.dead();
    expect(dead.map((row) => row.reason)).toEqual([
      'event.bad_time',
      'event.bad_time',
      'event.no_type',
      'event.no_uuid',
      'event.not_an_object',
      'event.not_an_object',
    ]);
    expect(JSON.parse(String(dead[3]?.payload))).toMatchObject({ uuid: '', target: [{ id: '00uada' }] });
    expect(await t.deliveries()).toMatchObject([{ accepted: 7, dead: 6, status: 'processed' }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ accepted: 7, dead: 6, processed: 1 });
  });

  it('an unknown type is kept like any other', async () => {
    const t = inboxUnderTest();
    await t.consume([t.message([rawEvent({ eventType: 'brand.new.type' })], { channel: 'tail' })]);
    expect(await t.events()).toMatchObject([{ type: 'brand.new.type' }]);
    expect(t.did.deltas).toEqual([]);
  });

  it('unreadable messages are kept and do not hold up the batch', async () => {
    const t = inboxUnderTest();
    const bodies = [
      'not json',
      '{"v":2}',
      JSON.stringify({ ...t.message([]), id: undefined }),
      t.message([rawEvent()]),
    ];
    expect((await t.consume(bodies)).acked).toHaveLength(4);
    expect(await t.events()).toHaveLength(1);
  });

  it('a message that the graph refuses is kept by itself; the others go through', async () => {
    const t = inboxUnderTest();
    const messages = [t.message([rawEvent()]), t.message([rawEvent()]), t.message([rawEvent()])];
    // the whole, then the first of the three, which is the bad one
    t.failures.graph.push(permanent(), permanent());
    const { acked, report } = await t.consume(messages);
    expect(acked).toEqual(['m0', 'm1', 'm2']);
    expect(report.dead).toBe(1);
    expect(await t.dead()).toMatchObject([{ reason: 'graph.refused', status: 'open' }]);
    expect((await t.deliveries()).map((row) => row.status)).toEqual(['pending', 'processed', 'processed']);
  });

  it('an unknown fault is tried again, alone', async () => {
    const t = inboxUnderTest();
    t.failures.graph.push(new Error('odd'), new Error('odd'));
    const { acked, retried } = await t.consume([t.message([rawEvent()]), t.message([rawEvent()])], 3);
    expect(acked).toEqual(['m1']);
    expect(retried).toMatchObject([{ msgId: 'm0' }]);
  });

  it('one tenant in trouble holds up no other', async () => {
    const a = inboxUnderTest();
    const b = inboxUnderTest();
    a.failures.graph.push(transient());
    const { acked, retried } = await a.consume([a.message([rawEvent()]), b.message([rawEvent()])]);
    expect(acked).toEqual(['m1']);
    expect(retried).toMatchObject([{ msgId: 'm0' }]);
  });

  it('whatever comes, nothing throws and the neighbour is stored', async () => {
    const t = inboxUnderTest();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.jsonValue(), async (junk, body) => {
        const good = rawEvent();
        const mixed = junk.map((value, i) =>
          i % 2 ? value : { ...rawEvent(), actor: value, target: value, outcome: value },
        );
        const { acked } = await t.consume([JSON.stringify(body), t.message([...mixed, good])]);
        expect(acked).toEqual(['m0', 'm1']);
        const stored = await t.db
          .prepare('SELECT 1 FROM events WHERE tenant_id = ?1 AND uuid = ?2')
          .bind(t.tenantId, good.uuid)
          .first();
        expect(stored).not.toBeNull();
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});

describe('when everything fails', () => {
  it('the database: all come again', async () => {
    const t = inboxUnderTest();
    const broken = { prepare: () => ({ bind: () => ({}) }), batch: () => Promise.reject(transient()) };
    t.deps.evidence = () => broken as unknown as D1Database;
    const { acked, retried } = await t.consume([t.message([rawEvent()]), t.message([rawEvent()])]);
    expect(acked).toEqual([]);
    expect(retried).toHaveLength(2);
  });

  it('they come later and later, and not all at once', () => {
    const longest = (attempts: number) =>
      Math.max(...Array.from({ length: 50 }, (_, i) => backoffSeconds(`m${i}`, attempts)));
    for (const [attempts, most] of [
      [1, 4],
      [3, 16],
      [5, 64],
      [20, 300],
    ] as const) {
      expect(longest(attempts)).toBeLessThanOrEqual(most);
    }
    expect(longest(5)).toBeGreaterThan(longest(1));
    expect(new Set(Array.from({ length: 50 }, (_, i) => backoffSeconds(`m${i}`, 8))).size).toBeGreaterThan(25);
    expect(backoffSeconds('m', 1)).toBeGreaterThanOrEqual(1);
  });

  it('all attempts: the message is kept once, and can come back', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent(), rawEvent()]);
    t.failures.graph.push(transient());
    await t.consume([message], 10);
    expect(await t.consumeDead([message, 'junk'])).toEqual(['m0', 'm1']);
    await t.consumeDead([message]);
    const dead = await t.dead();
    expect(dead).toMatchObject([{ reason: 'attempts_exhausted', status: 'open' }]);
    expect(JSON.parse(String(dead[0]?.payload))).toEqual(message);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ dead: 2, pending: 2, processed: 0 });
    await t.consume([String(dead[0]?.payload)]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ pending: 0, processed: 2 });
  });
});

describe('spooled and oversized', () => {
  it('a spooled delivery becomes pending, then processed, and its copy is forgotten', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent()]);
    await t.db
      .prepare(
        `INSERT INTO inbox (tenant_id, id, source_id, channel, received_at, status, events, accepted, payload)
         VALUES (?1, ?2, 'src_a', 'event_hook', ?3, 'spooled', 1, 1, ?4)`,
      )
      .bind(t.tenantId, message.id, T0, JSON.stringify(message))
      .run();
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ received: 0, pending: 1 });
    t.failures.graph.push(transient());
    await t.consume([message]);
    expect(await t.deliveries()).toMatchObject([{ status: 'pending', payload: JSON.stringify(message) }]);
    await t.consume([message], 2);
    expect(await t.deliveries()).toMatchObject([{ status: 'processed', payload: null }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ received: 1, processed: 1, pending: 0 });
  });

  it('an oversized event is expanded, and its copy removed once it is processed', async () => {
    const t = inboxUnderTest();
    const raw = rawEvent({ extra: 'x'.repeat(100_000) });
    await t.db
      .prepare('INSERT INTO oversized_events (tenant_id, id, received_at, payload) VALUES (?1, ?2, ?3, ?4)')
      .bind(t.tenantId, 'evt_big', T0, JSON.stringify(raw))
      .run();
    const message = t.message([{ $oversized: 'evt_big' }, rawEvent()]);
    t.failures.graph.push(transient());
    await t.consume([message]);
    expect((await t.consume([message], 2)).acked).toEqual(['m0']);
    expect((await t.events()).map((row) => row.uuid)).toContain(raw.uuid);
    expect(await t.rows('SELECT id FROM oversized_events WHERE tenant_id = ?1')).toEqual([]);
    const bodies = await t.rows<{ n: number }>('SELECT max(length(body)) AS n FROM events WHERE tenant_id = ?1');
    expect(bodies[0]?.n).toBeLessThanOrEqual(64_000);
  });

  it('a reference to nothing is a dead letter', async () => {
    const t = inboxUnderTest();
    await t.consume([t.message([{ $oversized: 'evt_gone' }, rawEvent()])]);
    expect(await t.dead()).toMatchObject([{ reason: 'event.oversized_lost' }]);
    expect(await t.events()).toHaveLength(1);
  });

  it('an API token revoked by another ends the signal of its owner', async () => {
    const t = inboxUnderTest();
    const token = { id: '00Tx', type: 'Token', displayName: 'ci' };
    const actor = (id: string) => ({ id, type: 'User' });
    await t.consume([
      t.message([rawEvent({ eventType: 'system.api_token.create', actor: actor('00uada'), target: [token] })]),
    ]);
    await t.consume([
      t.message([rawEvent({ eventType: 'system.api_token.revoke', actor: actor('00ubob'), target: [token] })]),
    ]);
    const revoked = t.did.deltas.at(-1)?.signals.filter((s) => s.kind === 'api_token_revoked');
    expect(revoked?.map((s) => s.accountId)).toContain(nodeId('account', 'src_a', '00uada'));
  });
});

describe('volume', () => {
  it('writes about three rows a stored event', async () => {
    const t = inboxUnderTest();
    const kinds = [
      'user.authentication.sso',
      'user.session.start',
      'user.lifecycle.suspend',
      'user.mfa.factor.activate',
    ];
    const messages = Array.from({ length: 50 }, () =>
      t.message(Array.from({ length: 60 }, (_, i) => rawEvent({ eventType: kinds[i % 4], pad: 'x'.repeat(300) }))),
    );
    const { report } = await t.consume(messages);
    expect(report.events).toBe(3_000);
    expect(report.rowsWritten / 3_000).toBeLessThan(3.2);
  });
});
