import type { AccountView, DetectionId, Verdict } from '../../detections/types.ts';
import type { Evaluator } from '../evaluator.ts';

type Rule = (view: AccountView, now: number) => Verdict;

/** An evaluator of given rules; the priority is 50, and 70 for those who reach tier zero, unless told. */
export function fakeEvaluator(
  rules: Partial<Record<DetectionId, Rule>>,
  priority: Evaluator['priority'] = ({ reach }) => ({ priority: reach.pathToTierZero ? 70 : 50, factors: [] }),
): Evaluator {
  return {
    evaluate: (view, now) =>
      Object.entries(rules).map(([detection, rule]) => ({
        detection: detection as DetectionId,
        verdict: rule(view, now),
      })),
    priority,
    subjectKind: (detection) => (detection === 'leaver-live-accounts' ? 'identity' : 'account'),
  };
}

export function failing(title: string, more: Partial<Extract<Verdict, { status: 'fail' }>> = {}): Verdict {
  return { status: 'fail', title, severity: 'high', facts: {}, eventIds: [], ...more };
}

export const PASSING: Verdict = { status: 'pass' };
