import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { nodeId } from '../graph/model.ts';
import { DAY, iso } from '../platform/clock.ts';
import { defineError } from '../platform/errors.ts';
import { backoffSeconds } from './backoff.ts';
import { sourceCounters } from './counters.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';

const transient = () => new Error('D1_ERROR: Network connection lost.');
const permanent = defineError({ code: 'graph.refused', status: 400, title: 'The graph refused it' });

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
