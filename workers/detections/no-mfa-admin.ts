import { evaluateNoMfa } from './no-mfa.ts';
import type { Detection } from './types.ts';

const TITLE = 'No MFA - Admin Account';

export const noMfaAdmin: Detection = {
  id: 'no-mfa-admin',
  title: TITLE,
  category: 'MFA',
  subjectKind: 'account',
  severity: 'high',
  needs: ['users', 'factors', 'roles'],
  description:
    'An account that holds an admin role other than Super Administrator, directly or through a group, can sign in and has no second factor: neither an active one nor an enrolment under way. Security questions and e-mail do not count.',
  riskAndImpact:
    'With the password alone an attacker gets administrative rights: depending on the role they reset passwords and factors of others, put themselves into groups and applications, or read who has access to what. Group and help-desk roles are the usual first step towards Super Administrator.',
  remediation:
    '1. Have the person enrol a phishing-resistant factor (FIDO2 security key or Okta FastPass).\n2. Set the authenticator enrolment policy for the group of administrators to "required", and demand two factors for the Okta Admin Console in its authentication policy.\n3. If the role is not used, remove it; if it comes through a group, check who else is in that group.\n4. Look through the sign-ins of the account for places and devices that are not the person’s.',
  evaluate: (view) => evaluateNoMfa(view, { tier: 'admin', title: TITLE, severity: 'high' }),
};
