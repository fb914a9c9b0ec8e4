import { describe, expect, it } from 'vitest';
import { addNumber, endRun, noRuns, rowsByNumber } from './runs.ts';

const NUMBERS = 5;

/** Rows of these lengths, filled with the numbers in turn, and what is expected of them. */
function filled(lengths: number[]) {
  const runs = noRuns();
  const expected: number[][] = Array.from({ length: NUMBERS }, () => []);
  let next = 0;
  lengths.forEach((length, row) => {
    for (let n = 0; n < length; n++) {
      const number = (next * 7 + row) % NUMBERS;
      addNumber(runs, number);
      expected[number]?.push(row * 10);
      next += 1;
    }
    endRun(runs);
  });
  return { runs, expected };
}

describe('rows of whole numbers', () => {
  it.each([
    ['none', []],
    ['empty ones', [0, 0]],
    ['some with empty ones between', [3, 0, 2, 0]],
    ['more than a piece of memory', [65_535, 2, 0, 70_000, 131_072]],
  ])('tell for each number the rows it is in: %s', (_, lengths) => {
    const { runs, expected } = filled(lengths);
    const { offsets, values } = rowsByNumber(runs, NUMBERS, (row) => row * 10);
    expect(expected.map((_list, n) => [...values.subarray(offsets[n], offsets[n + 1])])).toEqual(expected);
  });
});
