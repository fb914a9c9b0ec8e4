import type { Millis } from '../platform/clock.ts';
import { DETECTIONS } from './registry.ts';
import type { AccountView, Detection, DetectionId, Verdict } from './types.ts';

export interface Evaluation {
  detection: DetectionId;
  verdict: Verdict;
}

/**
 * Every detection's verdict on one account, in the registry's order. One that throws becomes `unknown` and leaves the
 * others alone: its message may carry personal data, so only its kind is told.
 */
export function evaluateAccount(
  view: AccountView,
  now: Millis,
  detections: readonly Detection[] = DETECTIONS,
): Evaluation[] {
  return detections.map((detection) => ({ detection: detection.id, verdict: evaluateOne(detection, view, now) }));
}

function evaluateOne(detection: Detection, view: AccountView, now: Millis): Verdict {
  // said of the person once, through the account that speaks for all of them
  if (view.spokenFor && detection.subjectKind === 'identity') return { status: 'pass' };
  try {
    return detection.evaluate(view, now);
  } catch (error) {
    const kind = error instanceof Error ? error.name : 'unknown error';
    return { status: 'unknown', reason: `The check itself failed (${kind})` };
  }
}
