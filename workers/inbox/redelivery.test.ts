import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enqueueEvents } from '../ingest/enqueue.ts';
import { iso, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { consumeInbox } from './consume.ts';
import { sourceCounters } from './counters.ts';
import { CHANNEL_BITS, type Channel } from './event.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';
import { simulatedQueue } from './testing/simulated-queue.ts';

const CHANNELS = ['event_hook', 'eventbridge', 'tail'] as const;
const EVENTS = 90;

/** One order of everything that is put in order: sizes of deliveries and of batches, and who comes when. */
interface Traffic {
  sizes: number[];
  batches: number[];
  ranks: number[];
  crashes: number[];
}

const traffic: fc.Arbitrary<Traffic> = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 5, maxLength: 12 }),
  batches: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 8 }),
  ranks: fc.array(fc.integer(), { minLength: 20, maxLength: 60 }),
  crashes: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }),
});

const turn = <T>(list: readonly T[], index: number, otherwise: T): T => list[index % list.length] ?? otherwise;
const shuffled = <T>(items: T[], ranks: number[]): T[] =>
  items
    .map((item, index) => ({ item, rank: turn(ranks, index * 7 + 3, 0) + (index % 5) * 1e6 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

describe('the queue delivers everything twice and shuffled', () => {
  it('and each channel splits the same events differently: all are stored once, whatever crashes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, async ({ sizes, batches, ranks, crashes }) => {
        const t = inboxUnderTest();
        let batch = 0;
        let handled = 0;
        const queue = simulatedQueue(t.clock, {
          copies: 2,
          order: (messages) => shuffled(messages, ranks),
          batchSize: () => turn(batches, batch++, 1),
        });
        t.deps.env = { ...t.deps.env, INBOX: queue.binding } as Deps['env'];
        const all = Array.from({ length: EVENTS }, (_, n) =>
          rawEvent({ target: [{ id: `00u${n}`, type: 'User' }], published: iso(t.clock.now() - n) }),
        );
        const enqueue = async (channel: Channel, events: unknown[], shift: number) => {
          for (let at = 0, piece = shift; at < events.length; piece++) {
            const size = turn(sizes, piece, 1);
            await enqueueEvents(t.deps, {
              tenantId: t.tenantId,
              sourceId: 'src_a',
              channel,
              events: events.slice(at, at + size),
            });
            at += size;
          }
        };
        for (const [shift, channel] of CHANNELS.entries()) {
          await enqueue(channel, shift === 0 ? all : shuffled(all, ranks), shift);
        }
        const consumed = async (messages: MessageBatch<unknown>) => {
          if (crashes.includes(handled)) t.failures.graph.push(new Error('D1_ERROR: Network connection lost.'));
          if (crashes.includes(handled + 10)) t.failures.settle.push(new Error('Network connection lost.'));
          handled++;
          await consumeInbox(messages, t.deps, t.targets);
        };
        for (let due = queue.nextDue(); due !== null; due = queue.nextDue()) {
          t.clock.set(Math.max(due, t.clock.now()));
          await queue.deliver(consumed);
        }

        expect(handled).toBeGreaterThanOrEqual(20);
        expect(queue.dead).toEqual([]);
        const events = await t.events();
        expect(events.map((row) => row.uuid)).toEqual(all.map((event) => String(event.uuid)).sort());
        const bits = CHANNEL_BITS.event_hook | CHANNEL_BITS.eventbridge | CHANNEL_BITS.tail;
        expect(new Set(events.map((row) => row.channels))).toEqual(new Set([bits]));
        expect(new Set((await t.deliveries()).map((row) => row.status))).toEqual(new Set(['processed']));
        expect(await t.dead()).toEqual([]);
        expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
          received: EVENTS * 3,
          accepted: EVENTS * 3,
          duplicate: EVENTS * 2,
          processed: EVENTS,
          pending: 0,
          dead: 0,
        });
        const changed = t.did.deltas.flatMap(({ changes }) =>
          changes.flatMap((c) => ('accountId' in c ? [c.accountId] : [])),
        );
        expect(new Set(changed).size).toBe(EVENTS);
        // without a crash no effect is done twice either
        if (crashes.length === 0) expect(changed).toHaveLength(EVENTS);
      }),
      { numRuns: 4, seed: 20_260_601, endOnFailure: true },
    );
  });

  it('without a crash: every effect exactly once', async () => {
    const t = inboxUnderTest();
    const messages = Array.from({ length: 24 }, (_, n) =>
      t.message(
        Array.from({ length: 5 }, (_, i) => rawEvent({ target: [{ id: `00u${n}-${i}`, type: 'User' }] })),
        { channel: turn(CHANNELS, n, 'tail') },
      ),
    );
    const twice = shuffled([...messages, ...messages], [5, 3, 9, 1, 7, 4, 8]);
    for (const message of twice) expect((await t.consume([message])).acked).toEqual(['m0']);
    const changed = t.did.deltas.flatMap(({ changes }) =>
      changes.flatMap((c) => ('accountId' in c ? [c.accountId] : [])),
    );
    expect(changed).toHaveLength(120);
    expect(new Set(changed).size).toBe(120);
    expect(t.did.refreshes).toHaveLength(24);
    expect(await t.events()).toHaveLength(120);
  });
});

describe('clocks ten minutes apart', () => {
  const APART = 10 * 60 * SECOND;

  it.each([
    ['ahead of', APART, 0],
    ['behind', -APART, APART / SECOND],
  ])('events of a source whose clock is %s ours are stored once, and no lag is negative', async (_, shift, lag) => {
    const t = inboxUnderTest();
    const published = iso(t.clock.now() + shift);
    const events = [rawEvent({ published }), rawEvent({ published })];
    await t.consume([t.message(events)]);
    await t.consume([t.message(events, { channel: 'tail' })]);
    expect((await t.events()).map((row) => row.channels)).toEqual([5, 5]);
    expect(await t.dead()).toEqual([]);
    const stored = await t.rows<{ published_at: number }>('SELECT published_at FROM events WHERE tenant_id = ?1');
    expect(stored.map((row) => row.published_at)).toEqual([t.clock.now() + shift, t.clock.now() + shift]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      lagSeconds: lag,
      accepted: 4,
      duplicate: 2,
      processed: 2,
    });
    // an event of the future has its refresh as any other
    expect(t.did.refreshes).toHaveLength(1);
  });

  it('in one delivery do not disturb each other', async () => {
    const t = inboxUnderTest();
    const shifts = [APART, -APART, 0];
    await t.consume([t.message(shifts.map((shift) => rawEvent({ published: iso(t.clock.now() + shift) })))]);
    expect(await t.events()).toHaveLength(3);
    expect((await sourceCounters(t.deps, t.tenantId, 'src_a')).lagSeconds).toBe(0);
  });
});
