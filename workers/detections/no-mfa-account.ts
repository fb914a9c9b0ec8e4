import { evaluateNoMfa } from './no-mfa.ts';
import type { Detection } from './types.ts';

const TITLE = 'No MFA - Account';

export const noMfaAccount: Detection = {
  id: 'no-mfa-account',
  title: TITLE,
  category: 'MFA',
  subjectKind: 'account',
  severity: 'medium',
  needs: ['users', 'factors', 'roles'],
  description:
    'An account without admin roles can sign in and has no second factor: neither an active one nor an enrolment under way. Security questions and e-mail do not count.',
  riskAndImpact:
    'A phished, reused or sprayed password opens everything that is assigned to the person, and single sign-on makes that many applications at once. An attacker may also enrol a factor of their own first and so lock the owner out.',
  remediation:
    '1. Ask the person to enrol a second factor, a phishing-resistant one (passkey, security key, Okta FastPass) where the device allows.\n2. Set the authenticator enrolment policy of their group to "required", so that the next sign-in asks for it.\n3. Allow enrolment only from managed devices or known networks, so that a thief of the password cannot enrol in the owner’s place.\n4. Deactivate the account if nobody uses it.',
  evaluate: (view) => evaluateNoMfa(view, { tier: 'none', title: TITLE, severity: 'medium' }),
};
