import { describe, expect, it } from 'vitest';
import { readMessage } from '../inbox/message.ts';
import type { Deps } from '../platform/deps.ts';
import { MAX_MESSAGE_BYTES } from './chunk.ts';
import { event, hook, problemOf, setUp } from './ingest.fixtures.ts';

describe('large deliveries', () => {
  it('10,000 events become messages of at most 64 KB, none lost, in order', async () => {
    const t = await setUp();
    const events = Array.from({ length: 10_000 }, () => event('user.lifecycle.suspend', { pad: 'ü'.repeat(200) }));
    const response = await t.request('POST', '/events', await t.secretOf('event_hook'), hook(events));
    expect(await response.json()).toEqual({ accepted: 10_000, ignored: 0 });
    expect(Math.max(...t.sent.map((m) => Buffer.byteLength(m)))).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    const uuids = t
      .messages()
      .flatMap((m) => (m?.events ?? []) as { uuid: string }[])
      .map((e) => e.uuid);
    expect(uuids).toEqual(events.map((e) => e.uuid));
    expect(new Set(t.messages().map((m) => m?.id)).size).toBe(t.sent.length);
  });

  it('an event over 60 KB travels as a reference', async () => {
    const t = await setUp();
    const big = event('user.lifecycle.suspend', { pad: 'x'.repeat(100_000) });
    const small = event();
    await t.request('POST', '/events', await t.secretOf('event_hook'), hook([big, small]));
    const events = t.messages()[0]?.events ?? [];
    expect(events).toEqual([{ $oversized: expect.stringMatching(/^evt_/) }, small]);
    const row = await t.deps
      .evidence(t.tenantId)
      .prepare('SELECT payload FROM oversized_events WHERE tenant_id = ?1')
      .bind(t.tenantId)
      .first<{ payload: string }>();
    expect(JSON.parse(row?.payload ?? '')).toEqual(big);
  });

  it('an event of 2 MB is a dead letter, once however often it is sent, and its neighbour lives', async () => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    const delivery = hook([event('user.lifecycle.suspend', { pad: 'x'.repeat(2_000_000) }), event()]);
    for (let sent = 0; sent < 2; sent++) {
      const response = await t.request('POST', '/events', secret, delivery);
      expect(await response.json()).toEqual({ accepted: 2, ignored: 0 });
    }
    expect(t.messages()).toMatchObject([{ tooLarge: 1, events: [{}] }, { tooLarge: 1 }]);
    const { results } = await t.deps
      .evidence(t.tenantId)
      .prepare('SELECT reason, length(payload) AS kept FROM dead_letters WHERE tenant_id = ?1')
      .bind(t.tenantId)
      .all();
    expect(results).toEqual([{ reason: 'event.too_large', kept: 64_000 }]);
  });

  it('over 10 MB or 50,000 events are refused', async () => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    const huge = JSON.stringify(hook([event('user.x', { pad: 'x'.repeat(10_000_000) })]));
    expect(await problemOf(t.request('POST', '/events', secret, huge))).toEqual([413, 'ingest.too_large']);
    const declared = await t.request('POST', '/events', secret, '{}', { 'content-length': '10000001' });
    expect(await problemOf(declared)).toEqual([413, 'ingest.too_large']);
    const many = JSON.stringify(hook(Array.from({ length: 50_001 }, () => 1)));
    expect(await problemOf(t.request('POST', '/events', secret, many))).toEqual([413, 'ingest.too_large']);
  });

  it('nested without end do not fail the delivery', async () => {
    const t = await setUp();
    const deep = `${'{"a":'.repeat(12_000)}1${'}'.repeat(12_000)}`;
    const body = `{"eventType":"com.okta.event_hook","data":{"events":[${deep},${JSON.stringify(event())}]}}`;
    const response = await t.request('POST', '/events', await t.secretOf('event_hook'), body);
    expect(await response.json()).toEqual({ accepted: 2, ignored: 0 });
  });
});

describe('the queue is down', () => {
  it('answers 503, so that Okta sends once more', async () => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    t.queue.fails = true;
    const refused = await t.request('POST', '/events', secret, hook([event()]));
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problemOf(refused)).toEqual([503, 'ingest.queue_unavailable']);
    t.queue.fails = false;
    expect((await t.request('POST', '/events', secret, hook([event()]))).status).toBe(200);
  });

  it('keeps spooled messages, so that a crash of a local queue loses nothing', async () => {
    const t = await setUp();
    t.deps.env = { ...t.deps.env, INGEST_SPOOL: 'on' } as unknown as Env;
    t.queue.fails = true;
    const events = [event(), event('user.session.end')];
    expect((await t.request('POST', '/events', await t.secretOf('event_hook'), hook(events))).status).toBe(503);
    const row = await t.deps
      .evidence(t.tenantId)
      .prepare('SELECT status, source_id, channel, events, accepted, ignored, payload FROM inbox WHERE tenant_id = ?1')
      .bind(t.tenantId)
      .first<{ payload: string }>();
    expect(row).toMatchObject({
      status: 'spooled',
      source_id: t.sourceId,
      channel: 'event_hook',
      events: 2,
      accepted: 1,
      ignored: 1,
    });
    expect(readMessage(row?.payload)).toMatchObject({ tenantId: t.tenantId, ignored: 1, events: [events[0]] });
  });

  it('answers 503 when the control database is down too', async () => {
    const t = await setUp();
    const broken = {
      select: () => {
        throw new Error('D1_ERROR: Network connection lost');
      },
    };
    t.deps.control = broken as unknown as Deps['control'];
    expect(await problemOf(t.request('POST', '/events', 'some-secret-nobody-knows', hook([])))).toEqual([
      503,
      'ingest.queue_unavailable',
    ]);
  });
});
