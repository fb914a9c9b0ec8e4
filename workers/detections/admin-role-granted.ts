import { DAY, type Millis } from '../platform/clock.ts';
import { isAdmin, isDeprovisioned, roleFacts } from './account-state.ts';
import { isWithin, signalsOf } from './signals.ts';
import type { AccountView, Detection, Verdict } from './types.ts';
import { fail, isMissing, missing, PASS } from './verdicts.ts';

export const ROLE_GRANTED_WINDOW = 7 * DAY;

function evaluate(view: AccountView, now: Millis): Verdict {
  if (isDeprovisioned(view)) return PASS;
  const admin = isAdmin(view);
  if (admin === 'no') return PASS;
  const grants = signalsOf(view, 'role_granted').filter((s) => isWithin(s.at, ROLE_GRANTED_WINDOW, now));
  const newest = grants.at(-1);
  if (!newest) return isMissing(view, 'events') ? missing(view, 'events') : PASS;
  if (admin === 'unknown') return missing(view, 'roles');
  return fail({
    title: adminRoleGranted.title,
    severity: view.tier === 'global_admin' ? 'high' : 'medium',
    facts: {
      status: view.attributes.status,
      roles: roleFacts(view.roles),
      grants: grants.length,
      grantedAt: newest.at,
    },
    eventIds: grants.map((signal) => signal.eventId),
    recheckAt: newest.at + ROLE_GRANTED_WINDOW,
  });
}

export const adminRoleGranted: Detection = {
  id: 'admin-role-granted',
  title: 'Admin Role Granted',
  category: 'Privilege',
  subjectKind: 'account',
  severity: 'high',
  needs: ['events', 'roles'],
  description:
    'An admin role was granted to this account within the last seven days, directly or through a group, and it still holds one.',
  riskAndImpact:
    'Granting itself a role is how an intruder turns one stolen session into lasting control, and how privilege creeps in unnoticed. A grant that nobody asked for is the clearest sign there is.',
  remediation:
    '1. Look at the event: who granted the role, from which address and device, and is there a request or a change record for it?\n2. If it cannot be explained, revoke the role, end the sessions of both accounts, and look at what each did since.\n3. If it is right, see that the account has a phishing-resistant factor, give the narrowest role that does the work (a custom role with a resource set), and set an end date.\n4. Dismiss the issue with the number of the request; without that it closes seven days after the grant.',
  evaluate,
};
