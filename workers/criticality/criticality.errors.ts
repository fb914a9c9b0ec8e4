import { defineError } from '../platform/errors.ts';

export const isTierZero = defineError({
  code: 'criticality.tier_zero',
  status: 409,
  title: 'This is tier zero by what it can do',
});
