import { sourcePriorityOf } from '../../detections/source-priority.ts';
import type { SourceDetectionId, SourceVerdictChange } from '../../detections/types.ts';
import type { Millis } from '../../platform/clock.ts';
import type { SourceVerdict } from './source-verdict.ts';
import type { ToldVerdict, WatchState } from './watch-state.ts';

/** The source that a change is about. */
export interface Subject {
  id: string;
  /** Host of its API. */
  nativeId: string;
  name: string;
}

export type SourceVerdicts = Partial<Record<SourceDetectionId, SourceVerdict>>;

const NOWHERE = { apps: 0, groups: 0, roles: 0, pathToTierZero: null };

/**
 * The state after a look, with the changes that issues must be told under `pending`. A verdict that says what was said
 * before changes nothing: the numbers in an issue are those of when its grade last changed.
 */
export function judged(state: WatchState, verdicts: SourceVerdicts, subject: Subject, now: Millis): WatchState {
  // clocks may go back and a row may have been forgotten: it must grow all the same
  const seq = Math.max(state.seq + 1, now);
  const told = { ...state.verdicts };
  const changes: SourceVerdictChange[] = [];
  for (const [id, verdict] of Object.entries(verdicts) as [SourceDetectionId, SourceVerdict][]) {
    const before = told[id];
    const next = nextTold(before, verdict);
    if (next === before) continue;
    const last = next ?? before;
    if (!last) continue;
    if (next) told[id] = next;
    else delete told[id];
    const facts = verdict.status === 'unknown' ? { ...last.facts, reason: verdict.reason } : last.facts;
    changes.push(changeOf(id, subject, next?.status ?? 'pass', { ...last, facts }, seq, now));
  }
  if (changes.length === 0) return state;
  return { ...state, verdicts: told, seq, pending: [...state.pending, ...changes] };
}

/** The same object when there is nothing to tell; undefined for a pass. */
function nextTold(before: ToldVerdict | undefined, verdict: SourceVerdict): ToldVerdict | undefined {
  switch (verdict.status) {
    case 'keep':
      return before;
    case 'pass':
      return undefined;
    case 'unknown':
      // without a fail before there is no issue to note it on
      return before?.status === 'fail' ? { ...before, status: 'unknown' } : before;
    case 'fail': {
      if (before?.status === 'fail' && before.grade === verdict.grade) return before;
      const { title, severity, grade, facts } = verdict;
      return { status: 'fail', title, severity, grade, facts };
    }
  }
}

function changeOf(
  detection: SourceDetectionId,
  subject: Subject,
  status: SourceVerdictChange['status'],
  { title, severity, facts }: ToldVerdict,
  seq: number,
  at: Millis,
): SourceVerdictChange {
  const { priority, factors } = sourcePriorityOf(detection, severity);
  return {
    seq,
    at,
    detection,
    status,
    subject: { kind: 'source', source: subject.id, ...subject },
    identityId: null,
    title,
    severity,
    priority,
    priorityFactors: factors,
    evidence: { facts, eventIds: [], reach: NOWHERE },
  };
}
