import { defineError } from '../platform/errors.ts';

export const syncRunning = defineError({
  code: 'sync.running',
  status: 409,
  title: 'A sync of this source is already running',
});
export const syncNotHeld = defineError({ code: 'sync.not_held', status: 409, title: 'The sync waits for no decision' });
export const syncEnded = defineError({ code: 'sync.ended', status: 409, title: 'The sync has ended' });
export const syncSuperseded = defineError({
  code: 'sync.superseded',
  status: 409,
  title: 'A later sync has taken the place of this one',
});
export const syncTooLarge = defineError({
  code: 'sync.too_large',
  status: 422,
  title: 'The sync takes too many steps',
});
export const sourceDisabled = defineError({
  code: 'source.disabled',
  status: 409,
  title: 'The source is disabled. Enable it first',
});
