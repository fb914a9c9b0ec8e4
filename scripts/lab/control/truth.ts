import type { Org } from '../actions/org.ts';
import { eventTruth } from './truth-events.ts';
import type { TruthRow } from './truth-model.ts';
import { postureOf } from './truth-posture.ts';

/**
 * The ground truth of this moment: every fail and unknown, and the planted near misses that pass. It is computed from
 * the lab's own state and log and shares no code with the product.
 */
export function truthOf(org: Org): TruthRow[] {
  const now = org.clock.now();
  const rows: TruthRow[] = [];
  for (const user of org.world.users.values()) rows.push(...postureOf(org.world, user, now));
  rows.push(...eventTruth(org.world, org.log.all(), now));
  const known = new Set(rows.map((row) => key(row.detection, row.subject.nativeId)));
  for (const { detection, kind, nativeId, note } of org.world.nearMisses) {
    if (known.has(key(detection, nativeId))) continue;
    rows.push({ detection, subject: { kind, nativeId }, verdict: 'pass', note });
  }
  return rows;
}

function key(detection: string, nativeId: string): string {
  return `${detection} ${nativeId}`;
}

/** The detections that one subject fails now. */
export function failuresOf(org: Org, nativeId: string): string[] {
  return truthOf(org)
    .filter((row) => row.subject.nativeId === nativeId && row.verdict === 'fail')
    .map((row) => row.detection);
}
