import type { Facts, Severity } from '../../detections/types.ts';

/**
 * What a look says of one detection. `keep`: nothing to tell by (a quiet org, an hour that is not over), so what was
 * said before stays.
 */
export type SourceVerdict =
  | { status: 'pass' }
  | { status: 'keep' }
  | { status: 'unknown'; reason: string }
  | { status: 'fail'; title: string; severity: Severity; grade: string; facts: Facts };

export const PASS: SourceVerdict = { status: 'pass' };
export const KEEP: SourceVerdict = { status: 'keep' };
