import type { AnyVerdictChange } from '../detections/types.ts';
import type { HistoryChange, Issue, StoredEvidence } from './issue.ts';
import { issueId, verdictHistoryId } from './issue-ids.ts';

/** A history row to be written. */
export interface HistoryNote {
  id: string;
  issueId: string;
  at: number;
  change: HistoryChange;
  detail: string | null;
}

export interface Transition {
  issue: Issue;
  notes: HistoryNote[];
}

/**
 * What a verdict change makes of an issue (null: there is none yet). Returns null when nothing is to be written: the
 * change was applied already, is older than what was, or says nothing new.
 *
 * | verdict | no issue | open             | dismissed        | resolved |
 * |---------|----------|------------------|------------------|----------|
 * | fail    | opened   | brought up to date | the same, stays dismissed | reopened |
 * | pass    | –        | resolved         | resolved         | –        |
 * | unknown | –        | stays, noted     | stays, noted     | –        |
 */
export function transition(
  tenantId: string,
  issue: Issue | null,
  change: AnyVerdictChange,
  now: number,
): Transition | null {
  if (issue !== null && change.seq <= issue.changeSeq) return null;
  if (change.status === 'fail') {
    if (issue === null) return opened(tenantId, change, now);
    return issue.status === 'resolved' ? reopened(issue, change, now) : updated(issue, change, now);
  }
  if (issue === null || issue.status === 'resolved') return null;
  return change.status === 'pass' ? resolved(issue, change, now) : unverified(issue, change, now);
}

function note(issue: string, change: AnyVerdictChange, what: HistoryChange, detail: string | null): HistoryNote {
  return { id: verdictHistoryId(issue, change.seq, what), issueId: issue, at: change.at, change: what, detail };
}

/** The parts of an issue that a failing verdict says anew. */
function told(change: AnyVerdictChange, now: number) {
  return {
    title: change.title,
    severity: change.severity,
    priority: change.priority,
    priorityFactors: change.priorityFactors,
    subjectName: change.subject.name,
    identityId: change.identityId,
    evidence: change.evidence as StoredEvidence,
    updatedAt: now,
    changeSeq: change.seq,
  };
}

function opened(tenantId: string, change: AnyVerdictChange, now: number): Transition {
  const id = issueId(tenantId, change.detection, change.subject);
  const issue: Issue = {
    tenantId,
    id,
    detection: change.detection,
    status: 'open',
    subjectKind: change.subject.kind,
    subjectId: change.subject.id,
    subjectSource: change.subject.source,
    subjectNativeId: change.subject.nativeId,
    assignee: null,
    dismissReason: null,
    dismissNote: null,
    openedAt: change.at,
    resolvedAt: null,
    ...told(change, now),
  };
  return { issue, notes: [note(id, change, 'opened', change.title)] };
}

function reopened(issue: Issue, change: AnyVerdictChange, now: number): Transition {
  return {
    issue: { ...issue, ...told(change, now), status: 'open', openedAt: change.at, resolvedAt: null },
    notes: [note(issue.id, change, 'reopened', 'The condition is back')],
  };
}

function updated(issue: Issue, change: AnyVerdictChange, now: number): Transition | null {
  const next: Issue = { ...issue, ...told(change, now) };
  if (sameContent(issue, next)) return null;
  const notes: HistoryNote[] = [];
  if (issue.severity !== next.severity || issue.title !== next.title) {
    const detail = `${issue.title} (${issue.severity}) became ${next.title} (${next.severity})`;
    notes.push(note(issue.id, change, 'severity_changed', detail));
  }
  if (issue.evidence.unverified) notes.push(note(issue.id, change, 'noted', 'Checked again: the condition lasts'));
  return { issue: next, notes };
}

function sameContent(a: Issue, b: Issue): boolean {
  const content = (i: Issue) =>
    JSON.stringify([i.title, i.severity, i.priority, i.priorityFactors, i.subjectName, i.identityId, i.evidence]);
  return content(a) === content(b);
}

function resolved(issue: Issue, change: AnyVerdictChange, now: number): Transition {
  const { unverified: _, ...evidence } = issue.evidence;
  return {
    issue: {
      ...issue,
      evidence,
      status: 'resolved',
      dismissReason: null,
      dismissNote: null,
      resolvedAt: change.at,
      updatedAt: now,
      changeSeq: change.seq,
    },
    notes: [note(issue.id, change, 'resolved', 'The condition is gone')],
  };
}

function unverified(issue: Issue, change: AnyVerdictChange, now: number): Transition | null {
  const said = change.evidence.facts.reason;
  const reason = typeof said === 'string' ? said : 'The data that decides it is missing';
  if (issue.evidence.unverified?.reason === reason) return null;
  const since = issue.evidence.unverified?.since ?? change.at;
  return {
    issue: {
      ...issue,
      evidence: { ...issue.evidence, unverified: { reason, since } },
      updatedAt: now,
      changeSeq: change.seq,
    },
    notes: [note(issue.id, change, 'noted', `Cannot be checked now: ${reason}`)],
  };
}
