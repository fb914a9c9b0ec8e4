import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { consumeInbox } from '../../inbox/consume.ts';
import { sourceCounters } from '../../inbox/counters.ts';
import { type EffectTargets, effectTargets } from '../../inbox/effects.ts';
import type { Channel, InboxMessage } from '../../inbox/event.ts';
import { DAY, iso, MINUTE } from '../../platform/clock.ts';
import { DAILY_CAP } from './push-verdicts.ts';
import { watched } from './testing/set-up.ts';

/** 5.2 events a second: a day of them is more than Okta's hooks bring. */
const EVERY = 15 * MINUTE;
const EVENTS_EACH = 4_700;
/** Of which so many are kept; the others are of types that are only counted. */
const KEPT_EACH = 6;
const TARGETS: EffectTargets = { ...effectTargets, wakeTail: async () => undefined };

describe('a hook at 400,000 events a day', () => {
  it('stops at its cap: the count of the day and the counters hold, and the log brings the rest', async () => {
    const w = await watched('hybrid');
    let n = 0;
    const consume = async (channel: Channel, events: unknown[], total: number) => {
      const message: InboxMessage = {
        v: 1,
        id: `inb_busy_${w.tenant}_${++n}`,
        tenantId: w.tenant,
        sourceId: w.source.id,
        channel,
        receivedAt: w.clock.now(),
        events,
        ignored: total - events.length,
      };
      const one = { id: `m${n}`, attempts: 1, timestamp: new Date(w.clock.now()), body: JSON.stringify(message) };
      // at least once: each delivery comes twice
      const batch = createMessageBatch('postern-inbox', [one, { ...one, id: `${one.id}b` }]);
      await consumeInbox(batch, w.deps, TARGETS);
      expect((await getQueueResult(batch, createExecutionContext())).explicitAcks).toHaveLength(2);
    };

    const began = w.clock.now();
    const pushedUuids: string[] = [];
    const allUuids: string[] = [];
    let hooked = 0;
    let logged = 0;
    while (w.clock.now() < began + DAY) {
      const events = Array.from({ length: KEPT_EACH }, (_, i) => ({
        uuid: `busy-${allUuids.length + i}`,
        // a sign-in that failed has no effects
        eventType: 'user.session.start',
        outcome: { result: 'FAILURE' },
        published: iso(w.clock.now() - i * MINUTE),
      }));
      const room = Math.min(EVENTS_EACH, DAILY_CAP - hooked);
      const pushed = room === EVENTS_EACH ? events : events.slice(0, room > 0 ? 2 : 0);
      if (room > 0) await consume('event_hook', pushed, room);
      await consume('tail', events, KEPT_EACH);
      hooked += room;
      logged += KEPT_EACH;
      pushedUuids.push(...pushed.map(({ uuid }) => uuid));
      allUuids.push(...events.map(({ uuid }) => uuid));
      await w.look();
      w.clock.advance(EVERY);
    }

    expect(hooked).toBe(DAILY_CAP);
    expect(allUuids.length).toBeGreaterThan(pushedUuids.length + 30);
    const cap = await w.issue('push-cap-near');
    expect(cap).toMatchObject({ status: 'open', title: 'Event Hooks Reached Their Daily Cap' });
    expect(cap?.evidence.facts).toMatchObject({ eventsByEventHook: DAILY_CAP, usedPercent: 100 });
    expect(await w.history('push-cap-near')).toEqual(['opened', 'severity_changed']);
    expect(await sourceCounters(w.deps, w.tenant, w.source.id)).toMatchObject({
      received: DAILY_CAP + logged,
      accepted: pushedUuids.length + logged,
      ignored: DAILY_CAP - pushedUuids.length,
      duplicate: pushedUuids.length,
      processed: allUuids.length,
      pending: 0,
      dead: 0,
    });
    const { results } = await w.deps
      .evidence(w.tenant)
      .prepare('SELECT uuid, channels FROM events WHERE tenant_id = ?1')
      .bind(w.tenant)
      .all<{ uuid: string; channels: number }>();
    expect(new Set(results.map((row) => row.uuid))).toEqual(new Set(allUuids));
    const byBoth = results.filter((row) => row.channels === 5).map((row) => row.uuid);
    expect(new Set(byBoth)).toEqual(new Set(pushedUuids));
    expect(results).toHaveLength(allUuids.length);
  });
});
