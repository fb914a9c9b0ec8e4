import type { PosternError } from '../platform/errors.ts';
import { ACTION_INFO } from './actions.ts';
import { scopeOfRequest } from './own-credential.ts';
import type { RemediationRequest } from './plan.types.ts';

export const GAVE_UP =
  'Okta could not be reached for an hour. Look in Okta whether it was done, then make a new plan if it was not.';

/** What to do after a remediation that did not work. */
export function adviceFor(error: PosternError, request: RemediationRequest, done: Done): string {
  return error.code === 'remediation.gave_up' ? GAVE_UP : FIRST[done] + next(error, request);
}

/** What is known of the calls of one that did not come to its end. */
export type Done = 'nothing' | 'partly' | 'unknown';

const FIRST: Record<Done, string> = {
  nothing: 'Nothing was changed. ',
  partly: 'Part of it was done: the answers say which. ',
  unknown: 'It broke off: look in Okta whether it was done. ',
};

function next({ code }: PosternError, request: RemediationRequest): string {
  switch (code) {
    case 'okta.forbidden': {
      const { roles } = ACTION_INFO[request.action];
      return `Give the credential of the source the scope ${scopeOfRequest(request)} (a service app) and a role that may do it (${roles.join(' or ')}), then make a new plan.`;
    }
    case 'okta.unauthorized':
      return 'Save a new credential in the source, then make a new plan.';
    case 'remediation.disabled':
      return 'It was turned off meanwhile. A super admin turns it on under Settings, Remediation.';
    case 'source.disabled':
      return 'Enable the source, then make a new plan.';
    default:
      return 'Make a new plan: it shows what is possible now.';
  }
}
