import { describe, expect, it } from 'vitest';
import { createRepeatGuard, MAX_STALE_PAGES } from './repeats.ts';

const page = (from: number, size = 1_000) => Array.from({ length: size }, (_, n) => ({ id: `00u${from + n}` }));

/** How many of these pages are taken. */
function taken(check: (rows: unknown[]) => void, pages: Iterable<unknown[]>): number {
  let count = 0;
  for (const rows of pages) {
    try {
      check(rows);
    } catch (error) {
      expect(error).toMatchObject({ code: 'okta.bad_answer', detail: expect.stringContaining('repeats') });
      return count;
    }
    count++;
  }
  return count;
}

function* pages(count: number, from = (n: number) => n * 1_000) {
  for (let n = 0; n < count; n++) yield page(from(n));
}

describe('a listing that repeats', () => {
  it('the last page for ever: a few of them', () => {
    const check = createRepeatGuard([]);
    expect(taken(check, pages(80))).toBe(80);
    expect(
      taken(
        check,
        pages(10_000, () => 79_000),
      ),
    ).toBe(MAX_STALE_PAGES - 1);
  });

  it('from its beginning, however long it is, also when it was begun in an earlier step', () => {
    const check = createRepeatGuard([]);
    expect(taken(check, pages(80))).toBe(80);
    expect(taken(check, pages(80))).toBe(MAX_STALE_PAGES - 1);
    const again = createRepeatGuard(Array.from({ length: 80_000 }, (_, n) => `00u${n}`));
    expect(taken(again, pages(80))).toBe(MAX_STALE_PAGES - 1);
  });

  it('rows without an id are told apart by what they say', () => {
    const check = createRepeatGuard([]);
    expect(taken(check, [[{ label: 'a' }], [{ label: 'b' }], ['c']])).toBe(3);
    expect(
      taken(
        check,
        Array.from({ length: 9 }, () => [{ label: 'b' }]),
      ),
    ).toBe(MAX_STALE_PAGES - 1);
  });

  it('pages that overlap, a page twice, and pages of which nothing may be seen are no repetition', () => {
    const check = createRepeatGuard([]);
    expect(
      taken(
        check,
        pages(50, (n) => n * 500),
      ),
    ).toBe(50);
    expect(
      taken(
        check,
        pages(3, () => 0),
      ),
    ).toBe(3);
    expect(taken(check, [page(900_000)])).toBe(1);
    expect(
      taken(
        check,
        Array.from({ length: 100 }, () => []),
      ),
    ).toBe(100);
    expect(taken(check, [page(910_000)])).toBe(1);
    expect(
      taken(
        check,
        Array.from({ length: 1_000 }, () => []),
      ),
    ).toBeLessThan(1_000);
  });
});
