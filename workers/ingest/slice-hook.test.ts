import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEventHook } from './envelopes.ts';
import { beginScan, MAX_SCAN_DEPTH, skipValue } from './json-scan.ts';
import { sliceHook } from './slice-hook.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(bytes);
const valueEnd = (text: string) => {
  const body = bytesOf(text);
  beginScan(body);
  return skipValue(body, 0);
};
const sliced = (text: string) => {
  const body = bytesOf(text);
  return sliceHook(body)?.map(({ from, to, type }) => ({ json: textOf(body.subarray(from, to)), type })) ?? null;
};
const hook = (events: string, more = '') =>
  `{"eventType":"com.okta.event_hook"${more},"data":{"before":[{}],"events":[${events}],"after":null}}`;

/** What the slow way makes of a body: its events, or null when it refuses it. */
function parsedEvents(text: string): unknown[] | null {
  try {
    return readEventHook(JSON.parse(text)).events;
  } catch {
    return null;
  }
}

const typeOf = (event: unknown) =>
  typeof event === 'object' && event !== null && 'eventType' in event && typeof event.eventType === 'string'
    ? event.eventType
    : null;

/** Whenever slices are given, they are what parsing gives: the same events with the same types, in order. */
function expectSame(text: string): boolean {
  const slices = sliced(text);
  if (slices === null) return false;
  // half a character that the test cut is U+FFFD in UTF-8
  const events = parsedEvents(textOf(bytesOf(text)));
  expect(slices.map(({ json }) => JSON.parse(json))).toEqual(events);
  expect(slices.map(({ type }) => type)).toEqual(events?.map(typeOf));
  return true;
}

const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
const key = fc.oneof(
  fc.constantFrom('eventType', 'event\\u0054ype', 'data', 'events', '__proto__', 'uuid', 'a\\"b', 'é', ''),
  fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => JSON.stringify(text).slice(1, -1)),
);
const scalar = fc.oneof(
  fc.constantFrom('true', 'false', 'null', '0', '-0.5e+10', '1E400', '12345678901234567890', '""', '"a"', '"\\ud800"'),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.double().map((number) => JSON.stringify(number)),
);
/** Any JSON as text: with white space, escapes, keys that come twice. */
const { value: anyJson } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc
      .array(fc.tuple(space, tie('value'), space), { maxLength: 4 })
      .map((all) => `[${all.map((v) => v.join('')).join(',')}]`),
    fc
      .array(fc.tuple(space, key, space, space, tie('value'), space), { maxLength: 5 })
      .map((all) => `{${all.map(([a, k, b, c, v, d]) => `${a}"${k}"${b}:${c}${v}${d}`).join(',')}}`),
  ),
}));
const anEvent = fc
  .tuple(anyJson, fc.constantFrom('user.session.start', 'x', ' y '), anyJson)
  .map(([before, type, after]) => `{"a":${before},"eventType":"${type}","b" : ${after}}`);

/** What stands for a 0 in an event. Some begin as another does, some are no JSON. */
const alikeScalar = fc.oneof(
  scalar,
  fc.constantFrom(
    '0',
    '01',
    '0.5',
    '-0',
    '00',
    '1',
    '12',
    '1.',
    '"',
    '"0',
    '"0"',
    '"01"',
    '"0\\"',
    '{}',
    '[0]',
    ' 0',
    '0 ',
  ),
  fc.constantFrom('"user.session.start"', '"user.\\u006cifecycle"', '"user.session.end"', 'nul', 'null'),
);
const alikeKind = fc.constantFrom(
  '{"eventType":0,"a":{"b":0,"c":[0,0,{}]},"d":0}',
  '{"a":0,"b":{"eventType":0},"d":0}',
  '{"uuid":0,"a":[0,[0]] , "eventType" :0}',
  '{}',
  '0',
  '[0]',
);

describe('slices of an Event Hook delivery', () => {
  it('are what parsing gives, for any JSON in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anEvent, anyJson), { maxLength: 6 }), (events) => {
        const text = hook(events.join(' ,\n'));
        // an escaped or doubled key of an event is left to the parser; all else is sliced
        if (!expectSame(text)) expect(text).toMatch(/\\|eventType[\s\S]*eventType/);
      }),
      { numRuns: 400, seed: 11 },
    );
  });

  it('are given for nothing that the parser would refuse', () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '\u0000', 'é', ' '),
    );
    fc.assert(
      fc.property(
        fc.array(anEvent, { maxLength: 3 }),
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        (events, all) => {
          let text = hook(events.join(','));
          for (const [at, by] of all) text = text.slice(0, at % text.length) + by + text.slice((at % text.length) + 1);
          expectSame(text);
        },
      ),
      { numRuns: 1_500, seed: 12 },
    );
  });

  it('are what parsing gives, where events differ in their scalars alone', () => {
    fc.assert(
      fc.property(
        fc.array(alikeKind, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat()),
        fc.gen(),
        (kinds, order, gen) => {
          const events = order.map((n) => {
            const kind = kinds[n % kinds.length] ?? '';
            // a scalar in two becomes another, mostly one that begins the same way
            return kind.replaceAll(/0(?=[,\]}])/g, () => (gen(fc.boolean) ? '0' : gen(() => alikeScalar)));
          });
          expectSame(hook(events.join(',')));
        },
      ),
      { numRuns: 1_000, seed: 14 },
    );
  });

  it('are given for nothing that the parser would refuse, where events are alike', () => {
    const event = JSON.stringify({
      uuid: 'a-uuid',
      eventType: 'user.session.start',
      lat: -12.5e3,
      outcome: { result: 'SUCCESS', reason: null, ok: true },
      target: [{ id: '0oa1' }, 'caf\u00e9 \\u00e9 \\"', {}, []],
    });
    const bytes = ['"', '\\', '{', '}', '[', ']', ',', ':', '0', 'e', '.', 'x', 'é', '\u0000', '\n', ' ', ''];
    fc.assert(
      fc.property(fc.nat(event.length - 1), fc.constantFrom(...bytes), fc.boolean(), (at, by, instead) => {
        const other = event.slice(0, at) + by + event.slice(instead ? at + 1 : at);
        expectSame(hook([event, event, other, event].join(',')));
        expectSame(hook([event, other].join(',')));
      }),
      { numRuns: 2_000, seed: 15 },
    );
  });

  it('end where a value ends, and only where JSON does', () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom('', '}', ' x', ',1'), (json, rest) => {
        expect(valueEnd(json + rest)).toBe(bytesOf(json).length);
      }),
      { numRuns: 400, seed: 13 },
    );
    for (const bad of [
      '',
      ' ',
      '01x"',
      '-',
      '1.',
      '.5',
      '1e',
      '+1',
      'tru',
      'nul',
      '"',
      '"\\x"',
      '"\\u12g4"',
      '"\n"',
      '[1,]',
    ]) {
      const end = valueEnd(bad);
      expect([bad, end === -1 || bad.slice(0, end) === '0']).toEqual([bad, true]);
    }
  });

  it.each([
    ['not JSON', '{"eventType":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['another type', '{"eventType":"com.okta.other","data":{"events":[]}}'],
    ['a type twice', hook('{}', ',"eventType":"com.okta.event_hook"')],
    ['data twice', hook('{}', ',"data":{"events":[]}')],
    ['events twice', '{"eventType":"com.okta.event_hook","data":{"events":[],"events":[1]}}'],
    ['an escaped key', '{"event\\u0054ype":"com.okta.event_hook","data":{"events":[]}}'],
    ['no events', '{"eventType":"com.okta.event_hook","data":{}}'],
    ['events that are no list', '{"eventType":"com.okta.event_hook","data":{"events":{}}}'],
    ['more after it', `${hook('{}')} {}`],
    ['an event with two types', hook('{"eventType":"user.session.end","eventType":"user.lifecycle.create"}')],
    ['an event with an escaped type', hook('{"eventType":"user.\\u006cifecycle.create"}')],
    [
      'an event with an escaped key',
      hook('{"eventType":"user.session.end","\\u0065ventType":"user.lifecycle.create"}'),
    ],
    ['an event nested too deep', hook(`${'['.repeat(MAX_SCAN_DEPTH + 1)}${']'.repeat(MAX_SCAN_DEPTH + 1)}`)],
    ['too many events', hook(Array(50_001).fill('1').join(','))],
  ])('are not made of %s: the parser decides', (_, text) => {
    expect(sliced(text)).toBeNull();
  });

  it('are not made of text that is not UTF-8', () => {
    const body = bytesOf(hook('{"a":"?"}'));
    body[body.indexOf(0x3f)] = 0xff;
    expect(sliceHook(body)).toBeNull();
  });
});
