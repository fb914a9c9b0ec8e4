import { severityFactor } from './priority.ts';
import type { PriorityFactor, Severity, SourceDetectionId } from './types.ts';

/**
 * What the trouble of a source does to everything else that Postern says of it: 30 points when detections that need
 * events cannot decide, 15 when they are late for every event, 8 for some.
 */
const BLINDNESS: Record<SourceDetectionId, readonly [points: number, detail: string]> = {
  'tail-stuck': [30, 'Events that push does not bring are missing: detections that need them cannot decide'],
  'push-silent': [15, 'Every detection that events set off is up to a minute late'],
  'push-cap-near': [8, 'Above the cap every detection that events set off is up to a minute late'],
  'push-loss': [8, 'Some events arrive up to a minute late'],
  'hook-unverified': [8, 'Some events arrive up to a minute late'],
  'hook-inactive': [8, 'Some events arrive up to a minute late'],
  'sync-held': [15, 'What the sync found missing is still shown as if it were there'],
  'dead-letters-open': [8, 'What these events say is not in the evidence'],
};

/** How urgent the trouble of a source is, 0 to 100, as the sum of its factors. Pure. */
export function sourcePriorityOf(
  detection: SourceDetectionId,
  severity: Severity,
): { priority: number; factors: PriorityFactor[] } {
  const [points, detail] = BLINDNESS[detection];
  const factors = [severityFactor(severity), { factor: 'blindness', points, detail }];
  return { priority: factors.reduce((sum, factor) => sum + factor.points, 0), factors };
}
