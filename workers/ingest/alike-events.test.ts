import { describe, expect, it } from 'vitest';
import { alikeEvents, matchAlike, rememberEvent } from './alike-events.ts';
import { beginScan, UNSURE } from './json-scan.ts';

const encoder = new TextEncoder();

/** Tells of the first of two values of a list, and asks for the second: its JSON, or null. */
function secondAfter(first: string, second: string, typeKey = ''): { json: string; type: string | null } | null {
  const json = encoder.encode(`[${first},${second}]`);
  beginScan(json);
  const alike = alikeEvents(json, (valueAt) => `type at ${valueAt - 1}`);
  const firstTo = 1 + encoder.encode(first).length;
  expect(matchAlike(alike, 1)).toBeNull();
  const typeAt = typeKey === '' ? UNSURE : 1 + first.indexOf(typeKey) + typeKey.length;
  rememberEvent(alike, { from: 1, to: firstTo, type: 'of the first' }, typeAt);
  const found = matchAlike(alike, firstTo + 1);
  return found && { json: new TextDecoder().decode(json.subarray(found.from, found.to)), type: found.type };
}

describe('events alike', () => {
  it.each([
    ['the same', '{"a":"x","b":[1,true,null]}', '{"a":"x","b":[1,true,null]}'],
    ['with another text', '{"a":"x","b":1}', '{"a":"longer than it was","b":1}'],
    ['with a shorter text', '{"a":"something long","b":1}', '{"a":"some","b":1}'],
    ['with a text that goes on', '{"a":"some","b":1}', '{"a":"something","b":1}'],
    ['with escapes', '{"a":"caf\\u00e9","b":1}', '{"a":"caf\\u00ea\\"","b":1}'],
    ['beyond ASCII', '{"a":"日本","b":1}', '{"a":"日曜","b":1}'],
    ['with a number that goes on', '{"a":1,"b":1}', '{"a":1.5e3,"b":12}'],
    ['with a shorter number', '{"a":-1.5e3,"b":12}', '{"a":-1,"b":1}'],
    ['with a scalar of another kind', '{"a":"x","b":null,"c":1}', '{"a":null,"b":true,"c":"y"}'],
    ['without a scalar', '{"a":{},"b":[]}', '{"a":{},"b":[]}'],
    ['with white space', '{ "a" : "x" }', '{ "a" : "y" }'],
  ])('%s', (_, first, second) => {
    expect(secondAfter(first, second)).toEqual({ json: second, type: 'of the first' });
  });

  it.each([
    ['another key', '{"a":1,"b":1}', '{"a":1,"c":1}'],
    ['a key more', '{"a":1}', '{"a":1,"b":1}'],
    ['a key less', '{"a":1,"b":1}', '{"a":1}'],
    ['an object for a scalar', '{"a":1}', '{"a":{}}'],
    ['a scalar for an object', '{"a":{}}', '{"a":1}'],
    ['other white space', '{"a":1}', '{"a": 1}'],
    ['no JSON number', '{"a":0}', '{"a":01}'],
    ['no JSON text', '{"a":"x"}', '{"a":"x\n"}'],
    ['no JSON escape', '{"a":"\\u00e9"}', '{"a":"\\u00xx"}'],
    ['no end', '{"a":"x"}', '{"a":"x'],
    ['nothing', '{"a":"x"}', ''],
  ])('are not those with %s', (_, first, second) => {
    expect(secondAfter(first, second)).toBeNull();
  });

  it('are asked for their type when its value is another one', () => {
    const event = (type: string) => `{"a":{"eventType":"x"},"eventType":${type},"b":1}`;
    const key = '},"eventType":';
    expect(secondAfter(event('"t"'), event('"t"'), key)?.type).toBe('of the first');
    const first = event('"t"');
    const typeAt = first.length + 1 + first.indexOf(key) + key.length;
    for (const type of ['"u"', '"tt"', 'null'])
      expect(secondAfter(first, event(type), key)?.type).toBe(`type at ${typeAt}`);
    expect(secondAfter(first, first.replace('"x"', '"y"'), key)?.type).toBe('of the first');
  });

  it('are found among several kinds, and no longer looked for where none is like another', () => {
    const kinds = ['{"a":1}', '{"b":1}', '{"c":1}'];
    const unlike = Array.from({ length: 20 }, (_, n) => `{"k${n}":1}`);
    const found = (events: string[]) => {
      const json = encoder.encode(events.join(','));
      beginScan(json);
      const alike = alikeEvents(json, () => null);
      let from = 0;
      return events.map((event) => {
        const to = from + event.length;
        const match = matchAlike(alike, from);
        if (match) expect(match).toEqual({ from, to, type: null });
        else rememberEvent(alike, { from, to, type: null }, UNSURE);
        from = to + 1;
        return match !== null;
      });
    };
    expect(found([...kinds, ...kinds, ...kinds])).toEqual([false, false, false, ...Array(6).fill(true)]);
    expect(found([...unlike, '{"k19":1}', '{"k19":1}'])).toEqual(Array(22).fill(false));
  });
});
