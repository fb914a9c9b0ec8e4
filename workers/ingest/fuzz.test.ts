import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../inbox/message.ts';
import { junk, mutated, mutations } from '../inbox/testing/fuzz.ts';
import { bridge, event, hook, setUp } from './ingest.fixtures.ts';

/** Of 10,000 bodies, half are broken as text and half are whole envelopes around broken events. */
const HALF = 5_000;

type Channel = 'event_hook' | 'eventbridge';
const PATHS: Record<Channel, string> = { event_hook: '/events', eventbridge: '/eventbridge' };
const envelopeOf = (channel: Channel, events: unknown[]) =>
  channel === 'event_hook' ? hook(events) : events.map((one) => bridge(one));

/** Cuts, repeats, overwrites: what a broken sender or a hostile one makes of a body. */
const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('cut', 'drop', 'put', 'repeat'),
    text: fc.oneof(
      fc.constantFrom('{', '}', '[', ']', '"', ',', 'null', '\u0000', '1e999', '\\u', '"__proto__":'),
      fc.string(),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

function damaged(body: string, hits: readonly { at: number; how: string; text: string }[]): string {
  let text = body;
  for (const { at, how, text: put } of hits) {
    const place = Math.floor(at * text.length);
    if (how === 'cut') text = text.slice(0, place);
    else if (how === 'drop') text = text.slice(0, place) + text.slice(place + 1 + put.length);
    else if (how === 'put') text = text.slice(0, place) + put + text.slice(place);
    else text = text.slice(0, place) + text.slice(Math.max(0, place - 20));
  }
  return text;
}

const whole = () =>
  event('user.lifecycle.suspend', { actor: { id: '00u1', type: 'User' }, target: [{ id: '00u2', type: 'User' }] });
const channels = fc.constantFrom<Channel>('event_hook', 'eventbridge');

describe('10,000 fuzzed bodies', () => {
  it('damaged as text: 200 or a plain refusal, and a refusal queues nothing', async () => {
    const t = await setUp();
    const secrets = { event_hook: await t.secretOf('event_hook'), eventbridge: await t.secretOf('eventbridge') };
    const cases = fc.sample(fc.tuple(channels, damage), { numRuns: HALF, seed: 42 });
    const seen = new Map<number, number>();
    for (const [channel, hits] of cases) {
      const before = t.sent.length;
      const body = damaged(JSON.stringify(envelopeOf(channel, [whole(), whole()])), hits);
      const response = await t.request('POST', PATHS[channel], secrets[channel], body);
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
      // a partner source that was damaged is another one: refused as such
      expect([200, 400, 403]).toContain(response.status);
      if (response.status === 200) {
        expect(response.headers.get('content-type')).toContain('application/json');
        const { accepted, ignored } = (await response.json()) as { accepted: number; ignored: number };
        const queued = t.sent.slice(before).map((json) => readMessage(json));
        expect(queued.reduce((sum, one) => sum + (one?.events.length ?? 0) + (one?.ignored ?? 0), 0)).toBe(
          accepted + ignored,
        );
      } else {
        expect(response.headers.get('content-type')).toBe('application/problem+json');
        expect(t.sent.length).toBe(before);
      }
    }
    expect(seen.get(200)).toBeGreaterThan(100);
    expect(seen.get(400)).toBeGreaterThan(1_000);
  });

  it('whole around broken events: 200, all counted, and the good neighbour reaches the queue as it was', async () => {
    const t = await setUp();
    const secrets = { event_hook: await t.secretOf('event_hook'), eventbridge: await t.secretOf('eventbridge') };
    const broken = fc.oneof(
      { weight: 3, arbitrary: mutations },
      { weight: 1, arbitrary: junk.map((value) => ({ value })) },
    );
    const cases = fc.sample(fc.tuple(channels, fc.array(broken, { minLength: 1, maxLength: 4 }), fc.nat(4)), {
      numRuns: HALF,
      seed: 43,
    });
    for (const [channel, spoilt, place] of cases) {
      const before = t.sent.length;
      const good = whole();
      const events = spoilt.map((one) => (Array.isArray(one) ? mutated(whole(), one) : one.value));
      events.splice(place % (events.length + 1), 0, good);
      const response = await t.request('POST', PATHS[channel], secrets[channel], envelopeOf(channel, events));
      expect(response.status).toBe(200);
      const { accepted, ignored } = (await response.json()) as { accepted: number; ignored: number };
      expect(accepted + ignored).toBe(events.length);
      const queued = t.sent.slice(before).map((json) => readMessage(json));
      expect(queued.flatMap((one) => one?.events ?? [])).toContainEqual(good);
      expect(queued.reduce((sum, one) => sum + (one?.events.length ?? 0) + (one?.ignored ?? 0), 0)).toBe(events.length);
    }
  });
});
