import { DAY, type Millis } from '../platform/clock.ts';
import { canSignIn, isAdmin, profileGap, roleFacts } from './account-state.ts';
import { tierPrefix } from './tier.ts';
import type { AccountView, Detection, Verdict } from './types.ts';
import { fail, missing, PASS, unknown } from './verdicts.ts';

export const OLD_PASSWORD_DAYS = 180;

function evaluate(view: AccountView, now: Millis): Verdict {
  const gap = profileGap(view);
  if (gap) return gap;
  const admin = isAdmin(view);
  if (!canSignIn(view) || admin === 'no') return PASS;
  const { provider, hasPassword, passwordChanged } = view.attributes;
  if (provider === null) return unknown('The source does not say where the password of this account is kept');
  // Passwords of a directory or another identity provider are not Okta's to age.
  if (provider !== 'OKTA' || !hasPassword) return PASS;
  if (passwordChanged === null) return unknown('The source does not say when the password was last changed');
  if (now - passwordChanged < OLD_PASSWORD_DAYS * DAY) return PASS;
  if (admin === 'unknown') return missing(view, 'roles');
  return fail({
    title: `Old Password - ${tierPrefix(view.tier)}Account`,
    severity: view.tier === 'global_admin' ? 'high' : 'medium',
    facts: {
      status: view.attributes.status,
      roles: roleFacts(view.roles),
      passwordChangedAt: passwordChanged,
      oldAfterDays: OLD_PASSWORD_DAYS,
    },
    eventIds: [],
  });
}

export const oldPasswordAdmin: Detection = {
  id: 'old-password-admin',
  title: 'Old Password - Admin Account',
  category: 'Credential',
  subjectKind: 'account',
  severity: 'high',
  needs: ['users', 'roles'],
  description: `An account with an admin role can sign in with a password that Okta keeps, and that password has not been changed for ${OLD_PASSWORD_DAYS} days or more. Passwords kept by a directory or another identity provider, and accounts without a password, are left out.`,
  riskAndImpact:
    'The older a password, the likelier it was reused, shared, written down or lost in somebody else’s breach since it was set. On an administrator it is a key to the org, and a single weak second factor is then all that is left.',
  remediation:
    '1. Expire the password so that the next sign-in asks for a new one, and check the new one against breached passwords (password policy, common-password check).\n2. Better: take the password out of the way. Move administrators to passwordless sign-in with a security key or Okta FastPass.\n3. If the account belongs to a script or a service, replace it by a service app with a private key, or rotate its secret from a vault on a schedule.\n4. Confirm that a phishing-resistant second factor is enrolled.',
  evaluate,
};
