import { defineError } from '../platform/errors.ts';

export const identityError = {
  tooMany: defineError({
    code: 'identities.too_many',
    status: 409,
    title: 'Too many accounts hang together to be decided on at once',
  }),
  same: defineError({ code: 'identities.same', status: 409, title: 'They are one identity already' }),
  unread: defineError({
    code: 'identities.unread',
    status: 409,
    title: 'Only an event has named one of the accounts so far. Try again after the next sync',
  }),
  onlyAccount: defineError({
    code: 'identities.only_account',
    status: 409,
    title: 'An identity keeps its only account',
  }),
};
