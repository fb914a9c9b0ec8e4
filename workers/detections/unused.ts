import { DAY, type Millis } from '../platform/clock.ts';
import { type Answer, canSignIn, lastUse, profileGap, roleFacts } from './account-state.ts';
import type { AccountView, Severity, Verdict } from './types.ts';
import { fail, missing, PASS, unknown } from './verdicts.ts';

export const UNUSED_ADMIN_DAYS = 30;
export const UNUSED_ACCOUNT_DAYS = 90;

/** The condition that the two "Unused" detections share: whom they look at and how long they wait differs. */
export function evaluateUnused(
  view: AccountView,
  now: Millis,
  of: { fits: Answer; days: number; title: string; severity: Severity },
): Verdict {
  const gap = profileGap(view);
  if (gap) return gap;
  if (!canSignIn(view) || of.fits === 'no') return PASS;
  const last = lastUse(view);
  if (last === null) return unknown('Neither the last sign-in nor the creation of the account is known');
  if (now - last < of.days * DAY) return PASS;
  if (of.fits === 'unknown') return missing(view, 'roles');
  return fail({
    title: of.title,
    severity: of.severity,
    facts: {
      status: view.attributes.status,
      roles: roleFacts(view.roles),
      everSignedIn: view.attributes.lastLogin !== null,
      lastSignInAt: view.attributes.lastLogin,
      usableSinceAt: view.attributes.activated ?? view.attributes.created,
      unusedAfterDays: of.days,
    },
    eventIds: [],
  });
}
