import type { AnyVerdictChange } from '../detections/types.ts';
import { derivedId } from '../platform/ids.ts';
import type { HistoryChange } from './issue.ts';

/** The one issue of a detection and a subject: finding it again never makes a second. */
export function issueId(tenantId: string, detection: string, subject: AnyVerdictChange['subject']): string {
  return derivedId('iss', tenantId, detection, subject.kind, subject.id);
}

/** The history row of what a verdict change did to an issue: applying the change again makes the same row. */
export function verdictHistoryId(issue: string, seq: number, change: HistoryChange): string {
  return derivedId('hst', issue, String(seq), change);
}
