import { defineError } from '../platform/errors.ts';

export const tooManyMarkings = defineError({
  code: 'criticality.too_many',
  status: 409,
  title: 'Too much is marked by hand',
});

export const isTierZero = defineError({
  code: 'criticality.tier_zero',
  status: 409,
  title: 'This is tier zero by what it can do',
});
