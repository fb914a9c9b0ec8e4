import { defineError } from '../platform/errors.ts';

export const remediationDisabled = defineError({
  code: 'remediation.disabled',
  status: 409,
  title: 'Remediation is turned off',
});
export const notPossible = defineError({
  code: 'remediation.not_possible',
  status: 409,
  title: 'This cannot be done',
});
export const planExpired = defineError({
  code: 'remediation.plan_expired',
  status: 409,
  title: 'The plan is too old. Look at a new one',
});
export const planNotYours = defineError({
  code: 'remediation.plan_not_yours',
  status: 403,
  title: 'Somebody else made this plan',
});
export const notConfirmed = defineError({
  code: 'remediation.not_confirmed',
  status: 400,
  title: 'What was typed is not the name of the target',
});
export const tooMany = defineError({
  code: 'remediation.too_many',
  status: 429,
  title: 'Too many remediations in an hour',
});
/** People agreed to it for now: what could not be done within the hour is not done any more. */
export const gaveUp = defineError({
  code: 'remediation.gave_up',
  status: 409,
  title: 'It could not be done within an hour',
});
/** Whoever confirmed it lost the right before it was done. */
export const notAllowed = defineError({
  code: 'remediation.not_allowed',
  status: 403,
  title: 'Whoever confirmed it may not do it any more',
});
/** The org is not any more as the plan says: what was agreed to is not what would happen. */
export const orgChanged = defineError({
  code: 'remediation.org_changed',
  status: 409,
  title: 'The org has changed since the plan was made',
});
