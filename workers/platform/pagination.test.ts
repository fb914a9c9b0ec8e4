import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, newestBelow, toPage } from './pagination.ts';

describe('cursors', () => {
  it('come back as they went in', () => {
    expect(decodeCursor(encodeCursor(['Ünïcode', 5, null]), 3)).toEqual(['Ünïcode', 5, null]);
  });

  it('are refused when altered or of another list', () => {
    expect(() => decodeCursor('%%%', 1)).toThrow('The cursor is not valid');
    expect(() => decodeCursor(encodeCursor([1]), 2)).toThrow('The cursor is not valid');
  });

  it('end with the last page', () => {
    expect(toPage([1, 2, 3], 3, (n) => [n]).next).toBeNull();
    const page = toPage([1, 2, 3], 2, (n) => [n]);
    expect(page.data).toEqual([1, 2]);
    expect(decodeCursor(page.next ?? '', 1)).toEqual([2]);
  });

  it('say where a list by time goes on', () => {
    expect(newestBelow(undefined)).toEqual([Number.MAX_SAFE_INTEGER, '']);
    expect(newestBelow(undefined, 50)).toEqual([50, '']);
    expect(newestBelow(encodeCursor([40, 'b']), 50)).toEqual([40, 'b']);
    expect(newestBelow(encodeCursor([60, 'b']), 50)).toEqual([50, '']);
    expect(() => newestBelow(encodeCursor(['b', 40]))).toThrow('The cursor is not valid');
  });
});
