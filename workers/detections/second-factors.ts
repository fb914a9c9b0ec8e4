import type { Factor } from '../graph/model.ts';
import type { AccountView } from './types.ts';

/**
 * Factor types that are no second factor: a security question is a second thing known, and e-mail is the channel that
 * resets the password.
 */
const NOT_COUNTED: ReadonlySet<string> = new Set(['question', 'email']);

export type SecondFactors = { known: false; reason: string } | { known: true; active: Factor[]; pending: Factor[] };

/** The factors that count as MFA, by whether they can be used already. */
export function secondFactors(view: AccountView): SecondFactors {
  if (!view.factors.known) return { known: false, reason: `Factors are not known: ${view.factors.reason}` };
  const counted = view.factors.factors.filter((factor) => !NOT_COUNTED.has(factor.type.toLowerCase()));
  return {
    known: true,
    active: counted.filter((factor) => factor.status === 'ACTIVE'),
    pending: counted.filter((factor) => factor.status === 'PENDING_ACTIVATION'),
  };
}

/** Every enrolled factor for the evidence, in a stable order. */
export function factorFacts(view: AccountView): string[] {
  if (!view.factors.known) return [];
  return view.factors.factors.map((factor) => `${factor.type} (${factor.provider}, ${factor.status})`).sort();
}
