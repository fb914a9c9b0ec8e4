import { describe, expect, it } from 'vitest';
import { tenants } from '../../db/control/schema.ts';
import { T0 } from '../../test/deps.ts';
import { DAY } from '../platform/clock.ts';
import { CACHE_TTL } from './authenticate-delivery.ts';
import { bridge, event, hook, problemOf, setUp } from './ingest.fixtures.ts';

describe('Event Hook deliveries', () => {
  it('are queued and answered with what was kept and what was not', async () => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    const events = [event(), event('user.session.end'), event('group.user_membership.add')];
    const response = await t.request('POST', '/events', secret, hook(events));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ accepted: 2, ignored: 1 });
    expect(t.messages()).toEqual([
      {
        v: 1,
        id: expect.stringMatching(/^inb_/),
        tenantId: t.tenantId,
        sourceId: t.sourceId,
        channel: 'event_hook',
        receivedAt: T0,
        ignored: 1,
        events: [events[0], events[2]],
      },
    ]);
  });

  it('may name their source in the path', async () => {
    const t = await setUp();
    await t.addSource('src_other');
    const secret = await t.secretOf('event_hook');
    expect((await t.request('POST', `/events/${t.sourceId}`, secret, hook([event()]))).status).toBe(200);
    expect(await problemOf(t.request('POST', '/events/src_other', secret, hook([event()])))).toEqual([
      403,
      'ingest.secret_wrong',
    ]);
  });

  it('without a secret, or with a wrong one, are refused', async () => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    const body = hook([event()]);
    expect(await problemOf(t.request('POST', '/events', null, body))).toEqual([401, 'ingest.secret_missing']);
    for (const wrong of ['nonsense', `Bearer ${secret}`, secret.toUpperCase(), `${secret}x`, 'x'.repeat(5_000)]) {
      expect(await problemOf(t.request('POST', '/events', wrong, body))).toEqual([403, 'ingest.secret_wrong']);
    }
    expect(t.sent).toEqual([]);
  });

  it('with the secret of the other channel are refused', async () => {
    const t = await setUp();
    const secret = await t.secretOf('eventbridge');
    expect(await problemOf(t.request('POST', '/events', secret, hook([event()])))).toEqual([
      403,
      'ingest.secret_wrong',
    ]);
  });

  it.each([
    ['polling', 'event_hook', 403],
    ['eventbridge', 'event_hook', 403],
    ['event_hook', 'event_hook', 200],
    ['hybrid', 'event_hook', 200],
    ['polling', 'eventbridge', 403],
    ['event_hook', 'eventbridge', 403],
    ['eventbridge', 'eventbridge', 200],
    ['hybrid', 'eventbridge', 200],
  ] as const)('a source in mode %s answers to %s with %d', async (mode, channel, status) => {
    const t = await setUp({ mode });
    const secret = await t.secretOf(channel);
    const [path, body] = channel === 'event_hook' ? ['/events', hook([event()])] : ['/eventbridge', bridge(event())];
    const response = await t.request('POST', path, secret, body);
    expect(response.status).toBe(status);
    if (status === 403) expect(await problemOf(response)).toEqual([403, 'ingest.channel_not_accepted']);
  });

  it('of a disabled source or a suspended tenant are refused, at the latest after the cache has aged', async () => {
    const disabled = await setUp({ status: 'disabled' });
    const secret = await disabled.secretOf('event_hook');
    expect(await problemOf(disabled.request('POST', '/events', secret, hook([])))).toEqual([
      403,
      'ingest.source_disabled',
    ]);
    const t = await setUp();
    const live = await t.secretOf('event_hook');
    expect((await t.request('POST', '/events', live, hook([event()]))).status).toBe(200);
    await t.deps.control.update(tenants).set({ status: 'suspended' });
    t.clock.advance(CACHE_TTL);
    expect(await problemOf(t.request('POST', '/events', live, hook([event()])))).toEqual([
      403,
      'ingest.source_disabled',
    ]);
    await t.deps.control.update(tenants).set({ status: 'active' });
  });

  it('with a replaced secret work for a day', async () => {
    const t = await setUp();
    const old = await t.secretOf('event_hook');
    await t.secretOf('event_hook');
    t.clock.advance(DAY - 1);
    expect((await t.request('POST', '/events', old, hook([event()]))).status).toBe(200);
    t.clock.advance(1);
    expect(await problemOf(t.request('POST', '/events', old, hook([event()])))).toEqual([403, 'ingest.secret_wrong']);
  });

  it.each([
    ['not JSON', 'ingest.not_json', '{"eventType":'],
    ['nothing', 'ingest.not_json', ''],
    ['another JSON', 'ingest.not_the_envelope', { hello: 1 }],
    ['null', 'ingest.not_the_envelope', 'null'],
    ['a list', 'ingest.not_the_envelope', []],
    ['another type', 'ingest.not_the_envelope', { eventType: 'com.okta.other', data: { events: [] } }],
    ['no events', 'ingest.not_the_envelope', { eventType: 'com.okta.event_hook', data: {} }],
    ['events that are no list', 'ingest.not_the_envelope', { eventType: 'com.okta.event_hook', data: { events: {} } }],
  ])('that are %s are refused', async (_, code, body) => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    expect(await problemOf(t.request('POST', '/events', secret, body))).toEqual([400, code]);
  });

  it('may be empty', async () => {
    const t = await setUp();
    const response = await t.request('POST', '/events', await t.secretOf('event_hook'), hook([]));
    expect(await response.json()).toEqual({ accepted: 0, ignored: 0 });
    expect(t.sent).toEqual([]);
  });

  it('of nothing but ignored events still carry their count', async () => {
    const t = await setUp();
    const response = await t.request(
      'POST',
      '/events',
      await t.secretOf('event_hook'),
      hook([event('user.session.end'), event('x')]),
    );
    expect(await response.json()).toEqual({ accepted: 0, ignored: 2 });
    expect(t.messages()).toMatchObject([{ ignored: 2, events: [] }]);
  });

  it('pass bad events on: the inbox reports each by itself', async () => {
    const t = await setUp();
    const bad = [null, 7, { eventType: 5 }, {}];
    const response = await t.request('POST', '/events', await t.secretOf('event_hook'), hook([...bad, event()]));
    expect(await response.json()).toEqual({ accepted: 5, ignored: 0 });
    expect(t.messages()[0]?.events).toHaveLength(5);
  });
});
