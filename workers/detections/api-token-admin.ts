import { DAY, type Millis } from '../platform/clock.ts';
import { isAdmin, roleFacts } from './account-state.ts';
import { isWithin, signalsOf } from './signals.ts';
import type { AccountView, Detection, Verdict } from './types.ts';
import { fail, isMissing, missing, PASS } from './verdicts.ts';

export const API_TOKEN_WINDOW = 7 * DAY;

function evaluate(view: AccountView, now: Millis): Verdict {
  const admin = isAdmin(view);
  if (admin === 'no') return PASS;
  const revoked = new Set(signalsOf(view, 'api_token_revoked').map((signal) => signal.ref));
  const tokens = signalsOf(view, 'api_token_created').filter(
    (signal) => isWithin(signal.at, API_TOKEN_WINDOW, now) && (signal.ref === null || !revoked.has(signal.ref)),
  );
  // With a gap in the events a creation may be missing, and so may the revocation of a token that was seen.
  if (isMissing(view, 'events')) return missing(view, 'events');
  const newest = tokens.at(-1);
  if (!newest) return PASS;
  if (admin === 'unknown') return missing(view, 'roles');
  return fail({
    title: apiTokenAdmin.title,
    severity: view.tier === 'global_admin' ? 'high' : 'medium',
    facts: {
      status: view.attributes.status,
      roles: roleFacts(view.roles),
      tokens: [...new Set(tokens.map((signal) => signal.ref ?? 'not named by the event'))],
      createdAt: newest.at,
    },
    eventIds: tokens.map((signal) => signal.eventId),
    recheckAt: newest.at + API_TOKEN_WINDOW,
  });
}

export const apiTokenAdmin: Detection = {
  id: 'api-token-admin',
  title: 'API Token Created By or For an Admin',
  category: 'Credential',
  subjectKind: 'account',
  severity: 'high',
  needs: ['events', 'roles'],
  description:
    'An API token of an account that holds an admin role was created within the last seven days and has not been revoked.',
  riskAndImpact:
    'An Okta API token carries all rights of its owner, works without password or second factor, from anywhere unless it is bound to a network zone, and lives on as long as it is used once in thirty days. It is a favourite way to keep access after the stolen session is gone.',
  remediation:
    '1. Ask the owner what the token is for; look at the event for the address and device that made it.\n2. If it cannot be explained, revoke it (Security, API, Tokens), end the owner’s sessions and look at what the token did.\n3. If it is needed, replace it by an OAuth service app with the scopes it uses; where that cannot be, give it to a dedicated account with the least role and restrict it to a network zone.\n4. Dismiss the issue with its purpose; without that it closes when the token is revoked, or after seven days.',
  evaluate,
};
