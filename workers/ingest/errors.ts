import { defineError } from '../platform/errors.ts';

export const secretMissing = defineError({
  code: 'ingest.secret_missing',
  status: 401,
  title: 'Send the secret of the source in the Authorization header',
});
export const secretWrong = defineError({
  code: 'ingest.secret_wrong',
  status: 403,
  title: 'The Authorization header is not the secret of this source and channel',
});
export const channelNotAccepted = defineError({
  code: 'ingest.channel_not_accepted',
  status: 403,
  title: 'The mode of the source does not accept this channel',
});
export const sourceDisabled = defineError({
  code: 'ingest.source_disabled',
  status: 403,
  title: 'The source is disabled or its tenant is suspended',
});
export const partnerSourceWrong = defineError({
  code: 'ingest.partner_source_wrong',
  status: 403,
  title: 'The source is bound to another EventBridge partner source',
});
export const methodNotAllowed = defineError({
  code: 'ingest.method_not_allowed',
  status: 405,
  title: 'Method not allowed',
});
export const notJson = defineError({ code: 'ingest.not_json', status: 400, title: 'The body is not JSON' });
export const notTheEnvelope = defineError({
  code: 'ingest.not_the_envelope',
  status: 400,
  title: 'The body is not the envelope of this channel',
});
export const challengeMissing = defineError({
  code: 'ingest.challenge_missing',
  status: 400,
  title: 'The header x-okta-verification-challenge is missing or too long',
});
export const tooLarge = defineError({ code: 'ingest.too_large', status: 413, title: 'The delivery is too large' });
export const queueUnavailable = defineError({
  code: 'ingest.queue_unavailable',
  status: 503,
  title: 'The delivery could not be queued. Send it again',
});
