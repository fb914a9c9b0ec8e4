import { describe, expect, it } from 'vitest';
import { schemaText } from './schema-text.ts';

describe('schemaText', () => {
  it.each([
    [{ type: 'string' }, 'string'],
    [{ type: ['string', 'null'], format: 'date-time' }, 'date-time | null'],
    [{ type: 'integer', minimum: 1, maximum: 200 }, '1 to 200'],
    [{ type: 'integer', minimum: -9, maximum: 0 }, 'integer'],
    [{ enum: ['a', null] }, '"a" | null'],
    [{ const: 'ok' }, '"ok"'],
    [{ $ref: '#/components/schemas/User' }, 'User'],
    [{ type: 'array', items: { type: 'string' } }, 'string[]'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, '("a" | "b")[]'],
    [{ type: 'object', properties: { a: { type: 'string' }, b: {} }, required: ['a'] }, '{ a: string; b?: any }'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
    [{ type: 'object' }, 'object'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [
      { allOf: [{ $ref: '#/components/schemas/A' }, { type: 'object', properties: { b: { type: 'string' } } }] },
      'A & { b?: string }',
    ],
    [{}, 'any'],
    [undefined, 'any'],
  ])('%j', (schema, text) => {
    expect(schemaText(schema)).toBe(text);
  });

  it('ends in a schema without end', () => {
    const loop: Record<string, unknown> = { type: 'array' };
    loop.items = loop;
    expect(schemaText(loop)).toContain('…');
  });
});
