import { DAY, HOUR, type Millis } from '../platform/clock.ts';
import { roleFacts, STATUS_UNKNOWN, signInAnswer } from './account-state.ts';
import { isWithin, signalsOf } from './signals.ts';
import type { AccountView, Detection, Verdict } from './types.ts';
import { fail, isMissing, missing, PASS } from './verdicts.ts';

/** How soon after the reset the sign-in must come. */
export const RESET_TO_SIGN_IN = 24 * HOUR;
/** How long the issue stays after the sign-in. */
export const RESET_WINDOW = 7 * DAY;

function evaluate(view: AccountView, now: Millis): Verdict {
  const signsIn = signInAnswer(view);
  if (signsIn === 'no') return PASS;
  const resets = signalsOf(view, 'factors_reset');
  const signIns = signalsOf(view, 'new_device_sign_in').filter((s) => isWithin(s.at, RESET_WINDOW, now));
  for (const signIn of signIns.reverse()) {
    const reset = resets.findLast((r) => r.at < signIn.at && signIn.at <= r.at + RESET_TO_SIGN_IN);
    if (!reset) continue;
    if (signsIn === 'unknown') return STATUS_UNKNOWN;
    return fail({
      title: mfaResetNewDevice.title,
      severity: view.tier === 'none' ? 'high' : 'critical',
      facts: {
        status: view.attributes.status,
        roles: roleFacts(view.roles),
        factorsResetAt: reset.at,
        newDeviceSignInAt: signIn.at,
        minutesBetween: Math.round((signIn.at - reset.at) / 60_000),
      },
      eventIds: [...new Set([reset.eventId, signIn.eventId])],
      recheckAt: signIn.at + RESET_WINDOW,
    });
  }
  return isMissing(view, 'events') ? missing(view, 'events') : PASS;
}

export const mfaResetNewDevice: Detection = {
  id: 'mfa-reset-new-device',
  title: 'MFA Factors Reset, Then Sign-in From a New Device',
  category: 'Threat',
  subjectKind: 'account',
  severity: 'critical',
  needs: ['users', 'events'],
  description:
    'All factors of the account were reset, and within 24 hours somebody signed in to it from a device that it had not used before. Shown for seven days after the sign-in.',
  riskAndImpact:
    'This is what a help desk that was talked into a reset looks like: the caller has the password, has the factors removed, and enrols a phone of their own. For a lost phone it looks the same, so it takes a call to tell them apart; on administrators it was the opening move of several well-known intrusions.',
  remediation:
    '1. Call the person on a number from the directory, not from the ticket: did they ask for the reset, and is the new device theirs?\n2. If not: suspend the account, end its sessions and tokens, reset the password and the factors, and follow what the new device did.\n3. Look at who did the reset and what else they reset that day.\n4. Require an identity check before a reset, a second person for administrators, and an alert to the owner when factors change.',
  evaluate,
};
