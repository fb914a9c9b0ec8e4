import type { automations } from '../../db/control/schema.ts';
import type { Severity } from '../detections/types.ts';
import { iso } from '../platform/clock.ts';
import type { IssueChange } from './message.ts';

export type Automation = typeof automations.$inferSelect;

const RANK: Record<Severity, number> = { low: 0, medium: 1, high: 2, critical: 3 };

/** Whether an automation sends this change of this issue. */
export function automationSends(
  automation: Pick<Automation, 'enabled' | 'detections' | 'minSeverity' | 'changes'>,
  issue: { detection: string; severity: Severity },
  change: IssueChange,
): boolean {
  if (!automation.enabled || change === 'manual' || !automation.changes.includes(change)) return false;
  if (automation.detections !== null && !automation.detections.includes(issue.detection)) return false;
  return automation.minSeverity === null || RANK[issue.severity] >= RANK[automation.minSeverity];
}

/** An automation as the API shows it. */
export function presentAutomation(automation: Automation) {
  const { id, name, integrationId, enabled, detections, minSeverity, changes, createdAt } = automation;
  return { id, name, integrationId, enabled, detections, minSeverity, changes, createdAt: iso(createdAt) };
}
