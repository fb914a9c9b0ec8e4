import { isOfTier } from './account-state.ts';
import type { Detection } from './types.ts';
import { evaluateUnused, UNUSED_ACCOUNT_DAYS } from './unused.ts';

const TITLE = 'Unused Account';

export const unusedAccount: Detection = {
  id: 'unused-account',
  title: TITLE,
  category: 'Hygiene',
  subjectKind: 'account',
  severity: 'low',
  needs: ['users', 'roles'],
  description: `An account without admin roles can sign in, and nobody has used it for ${UNUSED_ACCOUNT_DAYS} days or more. For one that was never used the days count from its activation.`,
  riskAndImpact:
    'A forgotten account is a quiet way in: nobody misses it, nobody sees its alerts, and everything assigned to it stays open. It also costs a licence.',
  remediation:
    '1. Check with the manager whether the person still works here and needs the account.\n2. Suspend it first: that is undone in a click if somebody calls. Deactivate it after a grace period.\n3. If the person is on long leave, note it and dismiss the issue; it comes back if the account stays unused after it was used again.\n4. Let the HR system drive joiners and leavers, so that accounts end with the job.',
  evaluate: (view, now) =>
    evaluateUnused(view, now, {
      fits: isOfTier(view, 'none'),
      days: UNUSED_ACCOUNT_DAYS,
      title: TITLE,
      severity: 'low',
    }),
};
