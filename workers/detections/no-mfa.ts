import { canSignIn, isFederated, isOfTier, profileGap, roleFacts } from './account-state.ts';
import { factorFacts, secondFactors } from './second-factors.ts';
import type { AccountView, PrivilegeTier, Severity, Verdict } from './types.ts';
import { fail, missing, PASS, unknown } from './verdicts.ts';

export const FEDERATED_REASON =
  'Another identity provider signs this person in: the second factor, if any, is checked there';

/** The condition that the three "No MFA" detections share; they differ in the tier they look at. */
export function evaluateNoMfa(
  view: AccountView,
  of: { tier: PrivilegeTier; title: string; severity: Severity },
): Verdict {
  const gap = profileGap(view);
  if (gap) return gap;
  if (!canSignIn(view)) return PASS;
  const fits = isOfTier(view, of.tier);
  if (fits === 'no') return PASS;
  if (isFederated(view)) return unknown(FEDERATED_REASON);
  const factors = secondFactors(view);
  if (!factors.known) return unknown(factors.reason);
  if (factors.active.length > 0 || factors.pending.length > 0) return PASS;
  if (fits === 'unknown') return missing(view, 'roles');
  return fail({
    title: of.title,
    severity: of.severity,
    facts: {
      status: view.attributes.status,
      provider: view.attributes.provider,
      roles: roleFacts(view.roles),
      enrolledFactors: factorFacts(view),
      createdAt: view.attributes.created,
    },
    eventIds: [],
  });
}
