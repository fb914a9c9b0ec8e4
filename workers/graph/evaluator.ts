import { evaluateAccount } from '../detections/engine.ts';
import { type PriorityInput, priorityOf } from '../detections/priority.ts';
import { detectionById } from '../detections/registry.ts';
import type { AccountView, DetectionId, PriorityFactor, Verdict } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';

/** What the graph asks of the detections: a collaborator, so that the graph is tested without them. */
export interface Evaluator {
  evaluate(view: AccountView, now: Millis): { detection: DetectionId; verdict: Verdict }[];
  priority(input: PriorityInput): { priority: number; factors: PriorityFactor[] };
  subjectKind(detection: DetectionId): 'account' | 'identity';
}

export const detectionEvaluator: Evaluator = {
  evaluate: (view, now) => evaluateAccount(view, now),
  priority: priorityOf,
  subjectKind: (detection) => detectionById(detection)?.subjectKind ?? 'account',
};
