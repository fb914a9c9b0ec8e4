import { describe, expect, it } from 'vitest';
import { derivedId } from './ids.ts';

describe('derived ids', () => {
  it('are what they always were, however often they are asked for', () => {
    for (let round = 0; round < 2; round++) {
      expect(derivedId('acc', 'account', 'src_1', '00u1')).toBe('acc_k9sdzfafvrfvnhkks8xy');
      expect(derivedId('grp', 'account', 'src_1', '00u1')).toBe('grp_k9sdzfafvrfvnhkks8xy');
      expect(derivedId('evt', 'x'.repeat(300))).toBe('evt_dec99beq75rejytq3spg');
      // more than are remembered
      const many = new Set(Array.from({ length: 25_000 }, (_, n) => derivedId('acc', 'account', 'src_1', `00u${n}`)));
      expect(many.size).toBe(25_000);
    }
  });
});
