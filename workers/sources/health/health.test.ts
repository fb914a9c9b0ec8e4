import { describe, expect, it } from 'vitest';
import { HOUR, iso, MINUTE, SECOND } from '../../platform/clock.ts';
import { NEW_TAIL } from '../../tail/tail-state.ts';
import { type Watched, watched } from '../watch/testing/set-up.ts';
import { MOST_DELIVERIES } from './deliveries.repository.ts';
import { healthSignals } from './signals.ts';

const signals = (w: Watched, tail = NEW_TAIL) => healthSignals(w.deps, w.tenant, w.source, tail, null);
const by = (all: Awaited<ReturnType<typeof signals>>, channel: string) =>
  all.hooks.find((hook) => hook.channel === channel);

describe('the signals of a source’s health', () => {
  it('of a source that has seen nothing say so', async () => {
    const w = await watched();
    const nothing = { received: 0, accepted: 0, stored: 0 };
    expect(await signals(w)).toMatchObject({
      rates: { fiveMinutes: nothing, hour: nothing },
      lag: null,
      rateLimit: [],
      dailyCap: null,
      lastHour: null,
      hooks: [
        { channel: 'event_hook', inMode: true, status: 'unknown', verified: null, lastReceivedAt: null },
        { channel: 'eventbridge', inMode: true, status: 'waiting', verified: false, lastReceivedAt: null },
      ],
    });
  });

  it('tell rates, delays, the room that is left, and each channel', async () => {
    const w = await watched();
    w.clock.advance(2 * HOUR);
    const now = w.clock.now();
    await w.delivery('event_hook', 600, now - 30 * MINUTE);
    await w.delivery('eventbridge', 50, now - MINUTE);
    await w.delivery('tail', 1_000, now - 90 * MINUTE);
    for (const [ago, delay] of [
      [10, 1],
      [20, 2],
      [30, 9],
    ] as const) {
      const publishedAt = now - ago * MINUTE;
      await w.event(1, { publishedAt, storedAt: publishedAt + delay * SECOND });
    }
    await w.look();
    const rate = { bucket: 'logs', limit: 120, remaining: 100, resetAt: now, seenAt: now };
    w.source = { ...w.source, partnerSource: 'aws.partner/okta.com/acme/x' };
    const told = await signals(w, { ...NEW_TAIL, rate });
    expect(told).toMatchObject({
      rates: { fiveMinutes: { received: 10, accepted: 10, stored: 10 }, hour: { received: 10.8 } },
      lag: { p50: 2, p95: 9, max: 9 },
      rateLimit: [{ bucket: 'logs', limit: 120, remaining: 100, seenBy: 'tail', share: 0.5, seenAt: iso(now) }],
      dailyCap: { events: 600, limit: 400_000, since: iso(now - 30 * MINUTE) },
    });
    expect(by(told, 'event_hook')).toMatchObject({ status: 'ok', verified: true, checkedAt: iso(now), reason: null });
    expect(by(told, 'eventbridge')).toMatchObject({ status: 'ok', verified: true, lastReceivedAt: iso(now - MINUTE) });
  });

  it('say what is wrong with a hook, and that a channel is not in the mode', async () => {
    const w = await watched('event_hook');
    w.hooks = { ok: false, error: 'Grant okta.eventHooks.read.' };
    await w.look();
    expect(by(await signals(w), 'event_hook')).toMatchObject({
      status: 'unknown',
      verified: null,
      reason: 'Grant okta.eventHooks.read.',
    });
    expect(by(await signals(w), 'eventbridge')).toMatchObject({ inMode: false, status: 'not_in_mode', verified: null });
    w.clock.advance(10 * MINUTE);
    w.hooks = { ok: true, hooks: [] };
    await w.look();
    expect(by(await signals(w), 'event_hook')).toMatchObject({ status: 'missing', verified: false });
  });

  it('of a very busy hour are those of the time that was looked at', async () => {
    const w = await watched();
    w.clock.advance(2 * HOUR);
    const now = w.clock.now();
    await w.deps
      .evidence(w.tenant)
      .prepare(
        `INSERT INTO inbox (tenant_id, id, source_id, channel, received_at, status, events, accepted)
         SELECT ?1, 'inb_' || key, ?2, 'event_hook', ?3 - key * 10, 'processed', 1, 1 FROM json_each(?4)`,
      )
      .bind(w.tenant, w.source.id, now, JSON.stringify(new Array(MOST_DELIVERIES + 1_000).fill(0)))
      .run();
    const { rates } = await signals(w);
    expect(Math.round(rates.hour.received / 100)).toBe(60);
    expect(Math.round(rates.fiveMinutes.received / 100)).toBe(60);
  });
});
