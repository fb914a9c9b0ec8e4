import { describe, expect, it } from 'vitest';
import { quantile, row } from './row.ts';

describe('figures', () => {
  it('hold or miss their mark', () => {
    expect(row('a', 4, 's', { atMost: 5 })).toMatchObject({ goal: '≤ 5', holds: true });
    expect(row('a', 0.7, 'ratio', { atLeast: 0.8 })).toMatchObject({ goal: '≥ 0.8', holds: false });
    expect(row('a', 1, 's').holds).toBeNull();
  });

  it('take quantiles by nearest rank', () => {
    expect(quantile([5, 1, 3, 2, 4], 0.5)).toBe(3);
    expect(quantile([5, 1, 3, 2, 4], 0.95)).toBe(5);
    expect(quantile([], 0.95)).toBe(0);
  });
});
