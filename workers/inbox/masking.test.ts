import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskText } from './masking.ts';

const event = {
  uuid: 'f1d0b993-cc19-11ed-a688-db22c99ef6c4',
  published: '2026-05-31T21:05:32.159Z',
  actor: { id: '00u1', displayName: 'Ada Lovelace', alternateId: 'ada@acme.test' },
  client: {
    ipAddress: '203.0.113.9',
    geographicalContext: { city: 'Toronto', geolocation: { lat: 43.6, lon: -79.3 } },
  },
  request: { ipChain: [{ ip: '2001:db8::8a2e:370:7334' }, { ip: '::ffff:192.0.2.1' }] },
  displayMessage: 'Sent to bob.o+x@mail.acme.test from 198.51.100.7',
  debugContext: { debugData: { url: '/user?login=eve%40acme.test', requestUri: '/api/v1/users' } },
};
const personal = [
  'Ada',
  'Lovelace',
  'ada@',
  'bob.o',
  '203.0.113',
  '198.51.100',
  '2001:db8',
  '192.0.2.1',
  'Toronto',
  '43.6',
];

describe('masking', () => {
  it('hides names, e-mail addresses, places and IPs, and leaves the rest', () => {
    const masked = maskText(JSON.stringify(event));
    for (const part of personal) expect(masked).not.toContain(part);
    expect(JSON.parse(masked)).toMatchObject({
      uuid: event.uuid,
      published: event.published,
      actor: { id: '00u1', displayName: '•••', alternateId: '•••' },
      displayMessage: 'Sent to ••• from •••',
      debugContext: { debugData: { requestUri: '/api/v1/users' } },
    });
  });

  it('works on payloads that were cut off', () => {
    const text = JSON.stringify(event);
    for (let end = 60; end < text.length; end += 37) {
      const masked = maskText(text.slice(0, end));
      for (const part of personal.filter((p) => p !== '43.6')) expect(masked).not.toContain(part);
    }
  });

  it('takes a moment, however long the text', () => {
    const long = `${'a'.repeat(300_000)}:${'0:'.repeat(100_000)}${'1.'.repeat(100_000)}`;
    expect(maskText(JSON.stringify({ long })).length).toBeGreaterThan(100);
  });

  it('never throws and never shows an address', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.emailAddress(), (value, email) => {
        expect(maskText(JSON.stringify({ value, note: `to ${email} now` }))).not.toContain(email);
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});
