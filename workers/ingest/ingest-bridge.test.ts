import { describe, expect, it } from 'vitest';
import { DAY } from '../platform/clock.ts';
import { bridge, event, hook, problemOf, setUp } from './ingest.fixtures.ts';

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
    // a rotation replaces the one: what still works beside it for a day does not count
    await t.secretOf('event_hook');
    expect((await at(`/events/${t.sourceId}`)).status).toBe(200);
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
