import type { Facts, IssueDetectionId, PriorityFactor, Reach, Severity } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';

export type IssueStatus = 'open' | 'resolved' | 'dismissed';

export const DISMISS_REASONS = ['accepted_risk', 'false_positive', 'compensating_control', 'other'] as const;
export type DismissReason = (typeof DISMISS_REASONS)[number];

/** What is kept of how an issue came about. */
export interface StoredEvidence {
  facts: Facts;
  eventIds: string[];
  reach: Reach;
  /** Set while the condition cannot be checked: the issue stays as it was, and people are told why. */
  unverified?: { reason: string; since: Millis };
}

/** An issue as it is stored. */
export interface Issue {
  tenantId: string;
  /** `iss_…`, derived from (tenant, detection, subject): see `issueId`. */
  id: string;
  detection: IssueDetectionId;
  title: string;
  severity: Severity;
  status: IssueStatus;
  /** 0 to 100. */
  priority: number;
  priorityFactors: PriorityFactor[];
  subjectKind: 'account' | 'identity' | 'source';
  subjectId: string;
  subjectSource: string;
  subjectNativeId: string;
  subjectName: string;
  identityId: string | null;
  evidence: StoredEvidence;
  /** User id. */
  assignee: string | null;
  dismissReason: DismissReason | null;
  dismissNote: string | null;
  /** When the condition was found, the last time it began. */
  openedAt: Millis;
  resolvedAt: Millis | null;
  updatedAt: Millis;
  /** Sequence of the verdict change last applied. */
  changeSeq: number;
}

export const HISTORY_CHANGES = [
  'opened',
  'reopened',
  'resolved',
  'dismissed',
  'assigned',
  'sent',
  'severity_changed',
  'noted',
] as const;
export type HistoryChange = (typeof HISTORY_CHANGES)[number];

export interface HistoryEntry {
  id: string;
  at: Millis;
  change: HistoryChange;
  /** A user id, a token id, or `postern`. */
  by: string;
  detail: string | null;
}
