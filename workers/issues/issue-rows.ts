import type { Issue } from './issue.ts';

/** Columns of `issues` under the names of `Issue`, for a SELECT. */
export const ISSUE_COLUMNS = `tenant_id AS tenantId, id, detection, title, severity, status, priority,
  priority_factors AS priorityFactors, subject_kind AS subjectKind, subject_id AS subjectId,
  subject_source AS subjectSource, subject_native_id AS subjectNativeId, subject_name AS subjectName,
  identity_id AS identityId, evidence, assignee, dismiss_reason AS dismissReason, dismiss_note AS dismissNote,
  opened_at AS openedAt, resolved_at AS resolvedAt, updated_at AS updatedAt, change_seq AS changeSeq`;

export type IssueRow = Omit<Issue, 'priorityFactors' | 'evidence'> & { priorityFactors: string; evidence: string };

export function toIssue(row: IssueRow): Issue {
  return { ...row, priorityFactors: JSON.parse(row.priorityFactors), evidence: JSON.parse(row.evidence) };
}

export function toRow(issue: Issue): IssueRow {
  return {
    ...issue,
    priorityFactors: JSON.stringify(issue.priorityFactors),
    evidence: JSON.stringify(issue.evidence),
  };
}
