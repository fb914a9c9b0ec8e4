import { defineError } from '../platform/errors.ts';

export const backfillRunning = defineError({
  code: 'backfill.running',
  status: 409,
  title: 'A backfill of this source is already running',
});
export const backfillEnded = defineError({ code: 'backfill.ended', status: 409, title: 'The backfill has ended' });
export const noCredential = defineError({
  code: 'source.no_credential',
  status: 409,
  title: 'The source has no credential that can be used',
});
export const backfillStalled = defineError({
  code: 'backfill.stalled',
  status: 422,
  title: 'The backfill made no progress for a day',
});
export const backfillTooLarge = defineError({
  code: 'backfill.too_large',
  status: 422,
  title: 'The backfill takes too many steps',
});
