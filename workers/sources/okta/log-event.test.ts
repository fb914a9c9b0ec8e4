import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import type { CanonicalEvent } from '../../inbox/event.ts';
import { DAY, iso } from '../../platform/clock.ts';
import { MAX_TARGETS, toCanonicalEvent } from './log-event.ts';
import { MAX_BODY_BYTES } from './log-event-body.ts';

const chain = [{ ip: '203.0.113.9', version: 'V4', source: null }];

/** As `/api/v1/logs` gives it. */
function apiEvent(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uuid: 'f1d0b993-cc19-11ed-a688-db22c99ef6c4',
    published: '2026-05-31T21:05:32.159Z',
    eventType: 'user.session.start',
    version: '0',
    displayMessage: 'User login to Okta',
    severity: 'INFO',
    actor: { id: '00u1', type: 'User', alternateId: 'ada@acme.test', displayName: 'Ada', detailEntry: null },
    client: { zone: 'Office', ipAddress: '203.0.113.9', device: 'Computer', id: null },
    outcome: { result: 'SUCCESS', reason: null },
    target: [{ id: '0oa1', type: 'AppInstance', alternateId: 'Dash', displayName: 'Dashboard', detailEntry: null }],
    transaction: { type: 'WEB', id: 'tx1', detail: {} },
    debugContext: { debugData: { requestId: 'tx1', behaviors: '{New Device=POSITIVE}' } },
    authenticationContext: { externalSessionId: 'sess', credentialType: null },
    securityContext: { asNumber: 1, isProxy: false },
    request: { ipChain: chain },
    ...more,
  };
}

/** The same event inside an Event Hook delivery. */
function hookEvent(): Record<string, unknown> {
  const { request, client, ...rest } = apiEvent();
  return {
    ...rest,
    client: { ...(client as object), ipChain: (request as { ipChain: unknown }).ipChain },
    insertionTimestamp: null,
  };
}

function ok(raw: unknown): CanonicalEvent {
  const read = toCanonicalEvent('tnt_a', 'src_a', raw, T0);
  if ('bad' in read) throw new Error(read.bad.detail);
  return read.ok;
}

function reason(raw: unknown): string {
  const read = toCanonicalEvent('tnt_a', 'src_a', raw, T0);
  return 'bad' in read ? read.bad.reason : 'ok';
}

describe('a System Log event', () => {
  it('is read into its columns', () => {
    expect(ok(apiEvent())).toMatchObject({
      sourceId: 'src_a',
      uuid: 'f1d0b993-cc19-11ed-a688-db22c99ef6c4',
      type: 'user.session.start',
      publishedAt: Date.parse('2026-05-31T21:05:32.159Z'),
      actor: { id: '00u1', type: 'User', name: 'Ada', alternateId: 'ada@acme.test' },
      targets: [{ id: '0oa1', type: 'AppInstance', name: 'Dashboard', alternateId: 'Dash' }],
      outcome: { result: 'SUCCESS', reason: null },
      severity: 'INFO',
      displayMessage: 'User login to Okta',
      clientIp: '203.0.113.9',
      transactionId: 'tx1',
    });
  });

  it('is the same from the API and from an Event Hook', () => {
    expect(ok(hookEvent())).toEqual(ok(apiEvent()));
    expect(ok(apiEvent()).body).toEqual({
      version: '0',
      client: { zone: 'Office', ipAddress: '203.0.113.9', device: 'Computer' },
      ipChain: chain,
      transaction: { type: 'WEB', id: 'tx1' },
      debugData: { requestId: 'tx1', behaviors: '{New Device=POSITIVE}' },
      authenticationContext: { externalSessionId: 'sess' },
      securityContext: { asNumber: 1, isProxy: false },
    });
  });

  it('has an id of its own for each tenant and source', () => {
    const idOf = (tenant: string, source: string) => {
      const read = toCanonicalEvent(tenant, source, apiEvent());
      return 'ok' in read ? read.ok.id : '';
    };
    expect(new Set([idOf('a', 's'), idOf('b', 's'), idOf('a', 't')]).size).toBe(3);
    expect(idOf('a', 's')).toBe(idOf('a', 's'));
  });

  it('keeps fields it does not know, and the details of targets', () => {
    const changed = { from: { status: 'A' }, to: { status: 'B' } };
    const event = ok(
      apiEvent({
        newField: { deep: [1, 2] },
        target: [{ id: 'p', type: 'Policy', changeDetails: changed }],
        actor: { id: '00u1', type: 'User', detailEntry: { x: 'y' } },
      }),
    );
    expect(event.body).toMatchObject({
      newField: { deep: [1, 2] },
      targetDetails: [{ id: 'p', changeDetails: changed }],
      actorDetail: { x: 'y' },
    });
  });
});

describe('what real logs contain', () => {
  it.each([
    [
      'only the four fields it must have',
      { actor: undefined, client: undefined, target: undefined, outcome: undefined },
    ],
    [
      'null everywhere',
      {
        actor: null,
        client: null,
        target: null,
        outcome: null,
        securityContext: null,
        transaction: null,
        debugContext: null,
        request: null,
        authenticationContext: null,
      },
    ],
    ['empty objects', { client: {}, request: {}, securityContext: {}, transaction: {}, debugContext: {}, device: {} }],
    ['debugData as text', { debugContext: { debugData: 'behaviors={New Device=POSITIVE}' } }],
    ['debugData as a list', { debugContext: { debugData: ['a', 'b'] } }],
    ['debugContext as text', { debugContext: 'none' }],
    ['a postal code as a number', { client: { geographicalContext: { postalCode: 12345 } } }],
    ['a version as a number', { version: 0 }],
    ['targets that are no list', { target: { id: 'x' } }],
    ['a uuid that is none', { uuid: 'AbC-123-XyZ' }],
    ['strings where objects belong', { actor: 'me', client: 'browser', outcome: 'SUCCESS', transaction: 'tx' }],
    ['numbers where strings belong', { severity: 3, displayMessage: 42, actor: { id: 7, type: 8 } }],
  ])('%s', (_, more) => {
    expect(reason(apiEvent(more))).toBe('ok');
  });

  it('the word "null" for an absent address or zone', () => {
    const event = ok(apiEvent({ client: { zone: 'null', ipAddress: 'null' } }));
    expect(event.clientIp).toBeNull();
    expect(event.body.client).toBeUndefined();
  });

  it('targets without an id, and nulls among them', () => {
    const event = ok(
      apiEvent({
        target: [{ displayName: 'Admin Console', type: 'AppInstance' }, null, 'x', { id: '00u2', type: 'User' }],
      }),
    );
    expect(event.targets).toEqual([
      { id: 'unknown', type: 'AppInstance', name: 'Admin Console', alternateId: null },
      { id: '00u2', type: 'User', name: null, alternateId: null },
    ]);
  });

  it('behaviours as a list, as keys without a value, and as JSON text', () => {
    const data = (debugData: unknown) => ok(apiEvent({ debugContext: { debugData } })).body.debugData;
    expect(data({ behaviors: ['New Device=POSITIVE'] })).toEqual({ behaviors: ['New Device=POSITIVE'] });
    expect(data({ behaviors: { 'New Device=POSITIVE': null } })).toEqual({
      behaviors: { 'New Device=POSITIVE': null },
    });
    expect(data('{"behaviors":"{New Device=POSITIVE}"}')).toEqual({ behaviors: '{New Device=POSITIVE}' });
    expect(data('{broken')).toBe('{broken');
  });
});

describe('a bad event', () => {
  it.each([
    ['event.not_an_object', null],
    ['event.not_an_object', 'text'],
    ['event.not_an_object', [apiEvent()]],
    ['event.no_uuid', apiEvent({ uuid: undefined })],
    ['event.no_uuid', apiEvent({ uuid: '  ' })],
    ['event.no_uuid', apiEvent({ uuid: 5 })],
    ['event.no_uuid', apiEvent({ uuid: 'x'.repeat(201) })],
    ['event.no_type', apiEvent({ eventType: null })],
    ['event.bad_time', apiEvent({ published: undefined })],
    ['event.bad_time', apiEvent({ published: '2026-13-45T00:00:00Z' })],
    ['event.bad_time', apiEvent({ published: 1_780_000_000 })],
    ['event.bad_time', apiEvent({ published: '1969-07-20T20:17:40Z' })],
    ['event.bad_time', apiEvent({ published: iso(T0 + DAY + 1) })],
  ])('%s', (code, raw) => {
    expect(reason(raw)).toBe(code);
  });

  it('is not one that lies a little ahead of our clock', () => {
    expect(reason(apiEvent({ published: iso(T0 + DAY) }))).toBe('ok');
  });
});

describe('bounds', () => {
  it('cuts long strings and long lists of targets', () => {
    const target = Array.from({ length: 500 }, (_, n) => ({ id: `t${n}`, type: 'User' }));
    const event = ok(apiEvent({ displayMessage: 'm'.repeat(5_000), target }));
    expect(event.displayMessage).toHaveLength(1_000);
    expect(event.targets).toHaveLength(MAX_TARGETS);
  });

  it('keeps the body within its bytes and says so', () => {
    const debugData = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`k${n}`, 'ü'.repeat(1_000)]));
    const event = ok(apiEvent({ debugContext: { debugData } }));
    expect(Buffer.byteLength(JSON.stringify(event.body))).toBeLessThanOrEqual(MAX_BODY_BYTES);
    expect(event.body.truncated).toBe(true);
    expect(ok(apiEvent()).body.truncated).toBeUndefined();
  });

  it('survives nesting without end', () => {
    let deep: unknown = 'x';
    for (let n = 0; n < 20_000; n++) deep = { deep };
    expect(ok(apiEvent({ deep })).body.truncated).toBe(true);
  });

  it('removes what a database cannot hold', () => {
    expect(ok(apiEvent({ displayMessage: 'a\u0000b\ud800c' })).displayMessage).toBe('ab\ufffdc');
  });

  it('treats the names of a hostile event as data', () => {
    const event = ok(
      JSON.parse(`{"uuid":"u","eventType":"t","published":"2026-01-01","x":{"__proto__":{"admin":true}}}`),
    );
    expect(JSON.stringify(event.body)).toContain('"__proto__":{"admin":true}');
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (a, b, c, d) => {
        const read = toCanonicalEvent(
          't',
          's',
          apiEvent({ actor: a, client: b, target: c, debugContext: d, request: a, outcome: b }),
          T0,
        );
        expect('ok' in read).toBe(true);
        expect(() => toCanonicalEvent('t', 's', a, T0)).not.toThrow();
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
