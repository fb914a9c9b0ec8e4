import { canSignIn, isFederated, profileGap, roleFacts } from './account-state.ts';
import { FEDERATED_REASON } from './no-mfa.ts';
import { factorFacts, secondFactors } from './second-factors.ts';
import { tierPrefix } from './tier.ts';
import type { AccountView, Detection, PrivilegeTier, Severity, Verdict } from './types.ts';
import { fail, PASS, unknown } from './verdicts.ts';

/**
 * One step below "No MFA" for global admins only: somebody has begun to mend it. The others keep its severity, since
 * until the enrolment is finished the password alone still opens the account.
 */
const SEVERITIES: Record<PrivilegeTier, Severity> = { global_admin: 'high', admin: 'high', none: 'medium' };

/** Roles are not among the needs: the tier words the title and the severity, it does not decide. */
function evaluate(view: AccountView): Verdict {
  const gap = profileGap(view);
  if (gap) return gap;
  if (!canSignIn(view)) return PASS;
  if (isFederated(view)) return unknown(FEDERATED_REASON);
  const factors = secondFactors(view);
  if (!factors.known) return unknown(factors.reason);
  if (factors.active.length > 0 || factors.pending.length === 0) return PASS;
  return fail({
    title: `Pending MFA - ${tierPrefix(view.tier)}Account`,
    severity: SEVERITIES[view.tier],
    facts: {
      status: view.attributes.status,
      provider: view.attributes.provider,
      roles: roleFacts(view.roles),
      pendingFactors: factors.pending.map((factor) => factor.type).sort(),
      enrolledFactors: factorFacts(view),
    },
    eventIds: [],
  });
}

export const pendingMfa: Detection = {
  id: 'pending-mfa',
  title: 'Pending MFA - Account',
  category: 'MFA',
  subjectKind: 'account',
  severity: 'high',
  needs: ['users', 'factors'],
  description:
    'An account can sign in, its only second factors are enrolments that were begun and not finished (PENDING_ACTIVATION), and no other second factor is active.',
  riskAndImpact:
    'An unfinished enrolment protects nothing: the password still suffices. Worse, whoever holds the password may be the one who finishes the enrolment, with their own phone, and from then on looks like the owner.',
  remediation:
    '1. Speak with the person over a known channel and finish the enrolment together; if they did not begin it, reset the password and treat the account as attacked.\n2. If an enrolment stays open for days, reset the pending factor so that its activation link or QR code is worthless.\n3. Allow enrolment only from managed devices or known networks, and require an identity check for administrators.',
  evaluate,
};
