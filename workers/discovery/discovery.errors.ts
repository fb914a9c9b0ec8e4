import { defineError } from '../platform/errors.ts';

export const appNotFound = defineError({ code: 'discovery.not_found', status: 404, title: 'App not found' });
export const unknownOwner = defineError({
  code: 'discovery.unknown_owner',
  status: 400,
  title: 'The owner cannot be found',
});
