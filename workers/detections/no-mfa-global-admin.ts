import { evaluateNoMfa } from './no-mfa.ts';
import type { Detection } from './types.ts';

const TITLE = 'No MFA - Global Admin Account';

export const noMfaGlobalAdmin: Detection = {
  id: 'no-mfa-global-admin',
  title: TITLE,
  category: 'MFA',
  subjectKind: 'account',
  severity: 'critical',
  needs: ['users', 'factors', 'roles'],
  description:
    'An account that holds the Super Administrator role can sign in, and has no second factor: neither an active one nor an enrolment under way. Security questions and e-mail do not count, because they fall with the password or the mailbox.',
  riskAndImpact:
    'A password is all that stands between an attacker and the whole org. Whoever phishes, sprays or buys it can create further administrators, reset the factors of everyone else, add an identity provider of their own and sign in to every application as any user.',
  remediation:
    '1. Have the person enrol a phishing-resistant factor now (FIDO2 security key or Okta FastPass), and a second one as a spare.\n2. If they cannot be reached today, suspend the account or remove the Super Administrator role until they have enrolled.\n3. Require a phishing-resistant authenticator for the Okta Admin Console in its authentication policy, and set the enrolment policy for administrators to "required".\n4. Read the System Log for sign-ins of this account since the factor was missing; end its sessions if one is not explained.\n5. Keep Super Administrator to the few who need it: daily work rarely does.',
  evaluate: (view) => evaluateNoMfa(view, { tier: 'global_admin', title: TITLE, severity: 'critical' }),
};
