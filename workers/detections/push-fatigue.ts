import type { Signal } from '../graph/signal.ts';
import { HOUR, MINUTE, type Millis } from '../platform/clock.ts';
import { roleFacts, STATUS_UNKNOWN, signInAnswer } from './account-state.ts';
import { isWithin, signalsOf } from './signals.ts';
import type { AccountView, Detection, Verdict } from './types.ts';
import { fail, isMissing, missing, PASS } from './verdicts.ts';

export const PUSH_COUNT = 5;
/** The denied pushes must lie no further apart than this, first to last. */
export const PUSH_SPAN = 10 * MINUTE;
/** How long the issue stays after the last of them. */
export const PUSH_WINDOW = 24 * HOUR;

/** One signal a push, oldest first: Okta reports a denial with several events of the same transaction. */
function distinctPushes(view: AccountView): Signal[] {
  const seen = new Set<string>();
  return signalsOf(view, 'push_denied').filter((signal) => {
    const key = signal.ref === null ? `event ${signal.eventId}` : `transaction ${signal.ref}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The newest series of at least PUSH_COUNT pushes within PUSH_SPAN; empty when there is none. */
function newestSeries(pushes: Signal[]): Signal[] {
  for (let last = pushes.length - 1; last >= PUSH_COUNT - 1; last--) {
    const end = pushes[last]?.at ?? 0;
    const fifthBack = pushes[last - PUSH_COUNT + 1];
    if (fifthBack && end - fifthBack.at <= PUSH_SPAN) {
      return pushes.filter((push) => push.at <= end && end - push.at <= PUSH_SPAN);
    }
  }
  return [];
}

function evaluate(view: AccountView, now: Millis): Verdict {
  const signsIn = signInAnswer(view);
  if (signsIn === 'no') return PASS;
  const series = newestSeries(distinctPushes(view));
  const [first, last] = [series[0], series.at(-1)];
  if (!first || !last || !isWithin(last.at, PUSH_WINDOW, now)) {
    return isMissing(view, 'events') ? missing(view, 'events') : PASS;
  }
  if (signsIn === 'unknown') return STATUS_UNKNOWN;
  return fail({
    title: pushFatigue.title,
    severity: view.tier === 'global_admin' ? 'critical' : 'high',
    facts: {
      status: view.attributes.status,
      roles: roleFacts(view.roles),
      deniedPushes: series.length,
      firstDeniedAt: first.at,
      lastDeniedAt: last.at,
    },
    eventIds: series.map((signal) => signal.eventId),
    recheckAt: last.at + PUSH_WINDOW,
  });
}

export const pushFatigue: Detection = {
  id: 'push-fatigue',
  title: 'Repeated Denied MFA Pushes',
  category: 'Threat',
  subjectKind: 'account',
  severity: 'critical',
  needs: ['users', 'events'],
  description: `The owner denied at least ${PUSH_COUNT} push notifications within ten minutes. Pushes of one transaction count once. Shown for 24 hours after the last one.`,
  riskAndImpact:
    'Somebody already has the password and sends pushes until one is accepted by mistake or to make it stop. The owner has held out so far; the next push may be the one.',
  remediation:
    '1. Reset the password now: it is known to somebody else. End all sessions.\n2. Tell the owner to keep denying and to report it; ask whether they accepted any.\n3. Look for a successful sign-in after the first denial, and for new factors or devices; treat one that is not the owner’s as an intrusion.\n4. Turn on number challenge for Okta Verify, or move to phishing-resistant factors: there is nothing to accept by mistake. Block the addresses that the requests come from.',
  evaluate,
};
