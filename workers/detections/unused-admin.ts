import { isAdmin } from './account-state.ts';
import { tierPrefix } from './tier.ts';
import type { Detection } from './types.ts';
import { evaluateUnused, UNUSED_ADMIN_DAYS } from './unused.ts';

export const unusedAdmin: Detection = {
  id: 'unused-admin',
  title: 'Unused Admin Account',
  category: 'Hygiene',
  subjectKind: 'account',
  severity: 'high',
  needs: ['users', 'roles'],
  description: `An account with an admin role can sign in, and nobody has used it for ${UNUSED_ADMIN_DAYS} days or more. For one that was never used the days count from its activation.`,
  riskAndImpact:
    'Standing privilege that nobody uses is all risk and no use. Its owner will not notice a strange sign-in, its password is from another time, and it often belongs to somebody who changed jobs or to a project that has ended.',
  remediation:
    '1. Ask the owner or their manager whether the role is still needed.\n2. If it is not, remove the role (or the group that brings it) and leave the account as a normal one; if the account is not needed either, deactivate it.\n3. If it is a break-glass account, keep it, and prove that it works: sign in on a schedule, with a hardware key, and alert on every use.\n4. Give administrative rights on request and for a time instead of for ever.',
  evaluate: (view, now) =>
    evaluateUnused(view, now, {
      fits: isAdmin(view),
      days: UNUSED_ADMIN_DAYS,
      title: `Unused ${tierPrefix(view.tier)}Account`,
      severity: view.tier === 'global_admin' ? 'high' : 'medium',
    }),
};
