import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { DAY, iso, MINUTE, SECOND } from '../platform/clock.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';
import { readMessage } from './message.ts';
import { purgeEvidence } from './purge.ts';
import { reclaimInbox } from './reclaim.ts';

type Tested = ReturnType<typeof inboxUnderTest>;

async function spool(t: Tested, status = 'spooled') {
  const message = t.message([rawEvent()]);
  await t.db
    .prepare(
      `INSERT INTO inbox (tenant_id, id, source_id, channel, received_at, status, events, accepted, payload)
       VALUES (?1, ?2, 'src_a', 'event_hook', ?3, ?4, 1, 1, ?5)`,
    )
    .bind(t.tenantId, message.id, t.clock.now(), status, JSON.stringify(message))
    .run();
  return message;
}

const mine = (t: Tested) => t.queued.map((json) => readMessage(json)).filter((m) => m?.tenantId === t.tenantId);

describe('reclaiming', () => {
  it('queues again what the queue forgot, once it has waited long enough, ever less often', async () => {
    const t = inboxUnderTest();
    const message = await spool(t);
    t.clock.advance(29 * SECOND);
    await reclaimInbox(t.deps);
    expect(mine(t)).toEqual([]);
    t.clock.advance(SECOND);
    await reclaimInbox(t.deps);
    expect(mine(t)).toEqual([message]);
    await reclaimInbox(t.deps);
    expect(mine(t)).toHaveLength(1);
    t.clock.advance(30 * SECOND);
    await reclaimInbox(t.deps);
    expect(mine(t)).toHaveLength(2);
    await t.consume([message]);
    t.clock.advance(DAY);
    await reclaimInbox(t.deps);
    expect(mine(t)).toHaveLength(2);
  });

  it('takes up deliveries left half-way after five minutes', async () => {
    const t = inboxUnderTest();
    const message = await spool(t, 'pending');
    t.clock.advance(5 * MINUTE - 1);
    await reclaimInbox(t.deps);
    expect(mine(t)).toEqual([]);
    t.clock.advance(1);
    await reclaimInbox(t.deps);
    expect(mine(t)).toEqual([message]);
  });

  it('leaves alone what the queue itself will deliver again, and what became a dead letter', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent()]);
    t.failures.graph.push(new Error('D1_ERROR: Network connection lost.'));
    await t.consume([message]);
    const spooled = await spool(t);
    await t.consumeDead([spooled]);
    t.clock.advance(DAY);
    await reclaimInbox(t.deps);
    expect(mine(t)).toEqual([]);
  });

  it('takes up thousands in one run', async () => {
    const t = inboxUnderTest();
    for (let n = 0; n < 250; n++) await spool(t);
    t.clock.advance(MINUTE);
    await reclaimInbox(t.deps);
    expect(new Set(mine(t).map((m) => m?.id)).size).toBe(250);
  });
});

describe('retention', () => {
  it('keeps processed deliveries 30 days, events and dead letters 90, and what is unfinished', async () => {
    const t = inboxUnderTest();
    await t.consume([t.message([rawEvent({ uuid: 'old' }), rawEvent({ uuid: '' })])]);
    const unfinished = await spool(t);
    t.clock.advance(30 * DAY);
    await purgeEvidence(t.deps);
    expect(await t.deliveries()).toHaveLength(2);
    t.clock.advance(1);
    await purgeEvidence(t.deps);
    expect((await t.deliveries()).map((row) => row.id)).toEqual([unfinished.id]);
    await t.consume([t.message([rawEvent({ uuid: 'new', published: iso(t.clock.now()) })])]);
    expect(await t.events()).toHaveLength(2);
    t.clock.set(T0 + 90 * DAY + 1);
    await purgeEvidence(t.deps);
    expect((await t.events()).map((row) => row.uuid)).toEqual(['new']);
    expect(await t.rows('SELECT event_id FROM event_targets WHERE tenant_id = ?1')).toHaveLength(1);
    expect(await t.dead()).toEqual([]);
  });

  it('does not do the effects of an event again whose delivery is past retention', async () => {
    const t = inboxUnderTest();
    const raw = rawEvent();
    await t.consume([t.message([raw])]);
    t.clock.advance(31 * DAY);
    await purgeEvidence(t.deps);
    await t.consume([t.message([raw], { channel: 'tail', receivedAt: t.clock.now() })]);
    expect(t.did.deltas).toHaveLength(1);
  });

  it('removes many events in chunks, a tenant at a time', async () => {
    const t = inboxUnderTest();
    const other = inboxUnderTest();
    const old = (n: number) => Array.from({ length: n }, (_, i) => rawEvent({ published: iso(T0 - 91 * DAY - i) }));
    for (let n = 0; n < 6; n++) await t.consume([t.message(old(500), { channel: 'tail' })]);
    await other.consume([other.message([...old(3), rawEvent()], { channel: 'tail' })]);
    const purged = await purgeEvidence(t.deps);
    expect(purged.events).toBe(3_003);
    expect(await t.events()).toEqual([]);
    expect(await t.rows('SELECT event_id FROM event_targets WHERE tenant_id = ?1')).toEqual([]);
    expect(await other.events()).toHaveLength(1);
  });
});
