import { expect, test } from 'vitest';
import { withoutHeading } from '../../web/app/queries/csv-parts.server.ts';
import { MAX_ANSWERS, wholeBody } from '../../web/app/settings/whole-body.server.ts';

const API = 'https://api/api/v1/archive/2026-06-01';

const part = (text: string | null, next?: string) =>
  new Response(text, { headers: next === undefined ? {} : { Link: `<${API}?cursor=${next}>; rel="next"` } });

const read = (body: ReadableStream<Uint8Array>) => new Response(body).text();

test('a download in the console is the whole day, however many answers the API parts it into', async () => {
  const parts: Record<string, Response> = {
    '?cursor=b': part('two ', 'c'),
    '?cursor=c': part(null, 'd'),
    '?cursor=d': part('three'),
  };
  const asked: string[] = [];
  const ask = async (query: string) => {
    asked.push(query);
    return parts[query] ?? new Response(null, { status: 404 });
  };
  expect(await read(wholeBody(part('one ', 'b'), ask))).toBe('one two three');
  expect(asked).toEqual(['?cursor=b', '?cursor=c', '?cursor=d']);
  expect(await read(wholeBody(part('all of it'), ask))).toBe('all of it');
});

test('a part that cannot be had breaks the download off', async () => {
  const gone = async () => new Response('no', { status: 503 });
  await expect(read(wholeBody(part('one', 'b'), gone))).rejects.toThrow('503');
  const endless = async () => part('x', 'b');
  await expect(read(wholeBody(part('one', 'b'), endless))).rejects.toThrow(String(MAX_ANSWERS));
});

test('a CSV in parts is one file with one heading', async () => {
  const parts: Record<string, Response> = {
    '?cursor=b': part('who,note\r\nbob,"a\r\nb"\r\n', 'c'),
    '?cursor=c': part(''),
  };
  const ask = async (query: string) => withoutHeading(parts[query] ?? new Response(null, { status: 404 }));
  const whole = await read(wholeBody(part('who,note\r\nada,\r\n', 'b'), ask));
  expect(whole).toBe('who,note\r\nada,\r\nbob,"a\r\nb"\r\n');
  const gone = async () => withoutHeading(new Response('no', { status: 503 }));
  await expect(read(wholeBody(part('one', 'b'), gone))).rejects.toThrow('503');
});
