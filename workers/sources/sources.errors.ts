import { defineError } from '../platform/errors.ts';

export const badBaseUrl = defineError({
  code: 'source.bad_url',
  status: 400,
  title: 'The address is not that of an Okta org',
});
export const credentialRequired = defineError({
  code: 'source.credential_required',
  status: 400,
  title: 'A new address needs its credential',
});
export const channelNotInMode = defineError({
  code: 'source.channel_not_in_mode',
  status: 409,
  title: "The source's mode does not accept this channel",
});
export const tooManySources = defineError({
  code: 'source.too_many',
  status: 409,
  title: 'The tenant has too many sources',
});
export const unusableKey = defineError({
  code: 'oauth_key.unusable',
  status: 400,
  title: 'The key pair is not known, belongs to another source, or has expired',
});
export const tooManyKeys = defineError({
  code: 'oauth_key.too_many',
  status: 409,
  title: 'The tenant has too many unused key pairs',
});
export const keyInUse = defineError({
  code: 'oauth_key.in_use',
  status: 409,
  title: 'A source signs with this key',
});
export const notOauth = defineError({
  code: 'source.not_oauth',
  status: 409,
  title: 'The source uses an API token, which has no key',
});
