import { env } from 'cloudflare:workers';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { sources, tenants } from '../../db/control/schema.ts';
import { freshTenant, manualClock, T0, testDeps } from '../../test/deps.ts';
import { readMessage } from '../inbox/message.ts';
import { DAY, iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { type PushChannel, rotateIngestSecret } from '../sources/ingest-secrets.repository.ts';
import { CACHE_TTL } from './authenticate-delivery.ts';
import { MAX_MESSAGE_BYTES } from './chunk.ts';
import { ingestRoutes } from './ingest.routes.ts';

/** Everything around one deployment's receivers: real secrets and databases, a queue that keeps what it is given. */
async function setUp(more: Partial<typeof sources.$inferInsert> = {}, overrides: Partial<Deps> = {}) {
  const tenantId = freshTenant();
  const clock = manualClock();
  const sent: string[] = [];
  const queue = {
    fails: false,
    sendBatch: async (batch: Iterable<{ body: string }>) => {
      if (queue.fails) throw new Error('Queue sendBatch failed: Too Many Requests');
      for (const { body } of batch) sent.push(body);
    },
  };
  const deps = testDeps({ clock, env: { ...env, INBOX: queue as unknown as Queue }, ...overrides });
  await deps.control.insert(tenants).values({ id: tenantId, name: 'Acme', createdAt: T0 });
  const sourceId = `src_${tenantId}`;
  const addSource = (id: string, fields: Partial<typeof sources.$inferInsert> = {}) =>
    deps.control.insert(sources).values({
      tenantId,
      id,
      kind: 'okta',
      name: 'Okta',
      baseUrl: 'https://acme.okta.com',
      mode: 'hybrid',
      authType: 'ssws',
      sealedCredential: 'sealed',
      createdAt: T0,
      ...fields,
    });
  await addSource(sourceId, more);
  const app = new Hono<{ Variables: { deps: Deps } }>();
  app.use('*', async (c, next) => {
    c.set('deps', deps);
    await next();
  });
  app.route('/ingest', ingestRoutes());
  const request = (method: string, path: string, secret: string | null, body?: unknown, headers = {}) =>
    app.request(`/ingest/okta${path}`, {
      method,
      headers: { ...(secret === null ? {} : { authorization: secret }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const secretOf = (channel: PushChannel, id = sourceId) => rotateIngestSecret(deps, tenantId, id, channel);
  return {
    tenantId,
    sourceId,
    deps,
    clock,
    sent,
    queue,
    request,
    secretOf,
    addSource,
    messages: () => sent.map((m) => readMessage(m)),
  };
}

let n = 0;
const event = (eventType = 'user.lifecycle.suspend', more: Record<string, unknown> = {}) => ({
  uuid: `uuid-${++n}`,
  eventType,
  published: iso(T0),
  ...more,
});
const hook = (events: unknown[]) => ({ eventType: 'com.okta.event_hook', eventId: 'e', data: { events } });
const bridge = (detail: unknown, more = {}) => ({
  version: '0',
  'detail-type': 'SystemLog',
  source: 'aws.partner/okta.com/acme/ispm',
  detail,
  ...more,
});

async function problemOf(response: Response | Promise<Response>): Promise<[number, string]> {
  const answer = await response;
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = (await answer.json()) as { status: number; code: string };
  expect(body.status).toBe(answer.status);
  return [answer.status, body.code];
}

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

describe('EventBridge deliveries', () => {
  it('come as an envelope, a list of them, or a bare list of events', async () => {
    const t = await setUp();
    const secret = await t.secretOf('eventbridge');
    for (const body of [
      bridge(event()),
      [bridge(event()), bridge(event('app.oauth2.signon'))],
      [event(), event('zone.update')],
      [],
    ]) {
      const response = await t.request('POST', `/eventbridge/${t.sourceId}`, secret, body);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ accepted: Array.isArray(body) ? body.length : 1, ignored: 0 });
    }
    expect(t.messages().every((m) => m?.channel === 'eventbridge')).toBe(true);
  });

  it.each([
    ['another detail-type', bridge(event(), { 'detail-type': 'Other' })],
    ['another source', bridge(event(), { source: 'aws.partner/auth0.com/x' })],
    ['no detail', { 'detail-type': 'SystemLog', source: 'aws.partner/okta.com/x' }],
    ['one wrong envelope among right ones', [bridge(event()), bridge(event(), { source: 'aws.s3' })]],
    ['a bare event', event()],
    ['a list of nothing known', [1, 2]],
    ['a hook', hook([event()])],
  ])('with %s are refused', async (_, body) => {
    const t = await setUp();
    const secret = await t.secretOf('eventbridge');
    expect(await problemOf(t.request('POST', '/eventbridge', secret, body))).toEqual([400, 'ingest.not_the_envelope']);
    expect(t.sent).toEqual([]);
  });

  it('bind the source to the partner source of the first, and no other is taken', async () => {
    const t = await setUp();
    const secret = await t.secretOf('eventbridge');
    const other = { source: 'aws.partner/okta.com/evil/x' };
    expect((await t.request('POST', '/eventbridge', secret, bridge(event()))).status).toBe(200);
    expect(await problemOf(t.request('POST', '/eventbridge', secret, bridge(event(), other)))).toEqual([
      403,
      'ingest.partner_source_wrong',
    ]);
    expect((await t.request('POST', '/eventbridge', secret, bridge(event()))).status).toBe(200);
    const both = [bridge(event()), bridge(event(), other)];
    expect(await problemOf(t.request('POST', '/eventbridge', secret, both))).toEqual([
      403,
      'ingest.partner_source_wrong',
    ]);
    expect(t.sent).toHaveLength(2);
  });
});

describe('verification of a hook', () => {
  const challenge = { 'x-okta-verification-challenge': 'ch-42' };

  it('echoes the challenge to whoever has the secret', async () => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    for (const path of ['/events', `/events/${t.sourceId}`]) {
      const response = await t.request('GET', path, secret, undefined, challenge);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(await response.json()).toEqual({ verification: 'ch-42' });
    }
    expect(await problemOf(t.request('GET', '/events', 'wrong', undefined, challenge))).toEqual([
      403,
      'ingest.secret_wrong',
    ]);
  });

  it('without a secret is answered only when the address names exactly one', async () => {
    const t = await setUp();
    const at = (path: string) => t.request('GET', path, null, undefined, challenge);
    expect(await problemOf(at(`/events/${t.sourceId}`))).toEqual([401, 'ingest.secret_missing']);
    await t.secretOf('event_hook');
    expect(await (await at(`/events/${t.sourceId}`)).json()).toEqual({ verification: 'ch-42' });
    expect(await problemOf(at('/events/src_unknown'))).toEqual([401, 'ingest.secret_missing']);
    // other tests of this file made secrets too: the deployment has more than one
    expect(await problemOf(at('/events'))).toEqual([401, 'ingest.secret_missing']);
    await t.secretOf('event_hook');
    expect(await problemOf(at(`/events/${t.sourceId}`))).toEqual([401, 'ingest.secret_missing']);
    t.clock.advance(DAY);
    expect((await at(`/events/${t.sourceId}`)).status).toBe(200);
  });

  it('without a challenge is a bad request', async () => {
    const t = await setUp();
    const secret = await t.secretOf('event_hook');
    expect(await problemOf(t.request('GET', '/events', secret))).toEqual([400, 'ingest.challenge_missing']);
    expect(await problemOf(t.request('GET', '/events', null))).toEqual([400, 'ingest.challenge_missing']);
    const long = { 'x-okta-verification-challenge': 'x'.repeat(1_001) };
    expect(await problemOf(t.request('GET', '/events', secret, undefined, long))).toEqual([
      400,
      'ingest.challenge_missing',
    ]);
  });
});

describe('other methods', () => {
  it.each([
    ['PUT', '/events', 'GET, POST'],
    ['DELETE', '/events/src_a', 'GET, POST'],
    ['GET', '/eventbridge', 'POST'],
    ['PATCH', '/eventbridge/src_a', 'POST'],
  ])('%s %s', async (method, path, allow) => {
    const t = await setUp();
    const response = await t.request(method, path, null);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await problemOf(response)).toEqual([405, 'ingest.method_not_allowed']);
  });
});
