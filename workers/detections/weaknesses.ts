import { DAY, type Millis } from '../platform/clock.ts';
import { canSignIn, isFederated, lastUse } from './account-state.ts';
import { OLD_PASSWORD_DAYS } from './old-password-admin.ts';
import { secondFactors } from './second-factors.ts';
import { isWithin, signalsOf } from './signals.ts';
import type { AccountView, DetectionId } from './types.ts';
import { UNUSED_ACCOUNT_DAYS, UNUSED_ADMIN_DAYS } from './unused.ts';

/** Something wrong with an account besides the issue at hand, whatever its tier. */
export interface Weakness {
  detail: string;
  /** Detections that are this very condition: it does not count twice there. */
  same: readonly DetectionId[];
}

const ATTACK_SIGNS_DAYS = 1;

/** The weaknesses of an account that make every other one worse. Only what was seen counts. */
export function weaknessesOf(view: AccountView, now: Millis): Weakness[] {
  const found: Weakness[] = [];
  const usable = canSignIn(view);
  const factors = secondFactors(view);
  if (usable && !isFederated(view) && factors.known && factors.active.length === 0) {
    found.push({
      detail: 'no working second factor',
      same: ['no-mfa-global-admin', 'no-mfa-admin', 'no-mfa-account', 'pending-mfa'],
    });
  }
  const { provider, hasPassword, passwordChanged } = view.attributes;
  const passwordIsOld = passwordChanged !== null && now - passwordChanged >= OLD_PASSWORD_DAYS * DAY;
  if (usable && provider === 'OKTA' && hasPassword && passwordIsOld) {
    found.push({ detail: `password older than ${OLD_PASSWORD_DAYS} days`, same: ['old-password-admin'] });
  }
  const last = lastUse(view);
  const unusedDays = view.tier === 'none' ? UNUSED_ACCOUNT_DAYS : UNUSED_ADMIN_DAYS;
  if (usable && last !== null && now - last >= unusedDays * DAY) {
    found.push({ detail: `not used for ${unusedDays} days`, same: ['unused-admin', 'unused-account'] });
  }
  const attack = [...signalsOf(view, 'push_denied'), ...signalsOf(view, 'factors_reset')];
  if (attack.some((signal) => isWithin(signal.at, ATTACK_SIGNS_DAYS * DAY, now))) {
    found.push({
      detail: 'pushes were denied or factors reset within a day',
      same: ['push-fatigue', 'mfa-reset-new-device'],
    });
  }
  return found;
}
