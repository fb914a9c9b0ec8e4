import type { AccountView, DetectionId, PriorityFactor, Reach, Verdict, VerdictChange } from '../detections/types.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import { canonicalJson } from './text.ts';

/** A priority that moves by less is not worth a change of the issue. */
export const PRIORITY_STEP = 5;

/** A verdict whose time to be looked at again has passed and that still fails is looked at again this much later. */
export const RECHECK_AGAIN = 10 * MINUTE;

/** A verdict as it is stored: fail and unknown only. */
export interface StoredVerdict {
  accountId: string;
  detection: DetectionId;
  subjectId: string;
  status: 'fail' | 'unknown';
  /** Canonical JSON of the verdict without `recheckAt`. */
  verdict: string;
  priority: number;
  recheckAt: Millis | null;
  /** The last fail that left the shard, while an issue stands on it. */
  lastChange: UnnumberedChange | null;
}

export type UnnumberedChange = Omit<VerdictChange, 'seq'>;

/** What a look at a verdict leads to. */
export interface VerdictStep {
  write?: StoredVerdict;
  remove?: true;
  change?: UnnumberedChange;
}

export interface FailContext {
  view: AccountView;
  subjectKind: 'account' | 'identity';
  reach: Reach;
  priority: { priority: number; factors: PriorityFactor[] };
  now: Millis;
}

const NOTHING: VerdictStep = {};

/** The step for a detection that fails. */
export function failStep(
  stored: StoredVerdict | undefined,
  detection: DetectionId,
  verdict: Extract<Verdict, { status: 'fail' }>,
  context: FailContext,
): VerdictStep {
  const { view, subjectKind, reach, priority, now } = context;
  const { recheckAt, ...content } = verdict;
  const text = canonicalJson(content);
  const recheck = nextLook(recheckAt ?? null, stored?.recheckAt ?? null, now);
  const same =
    stored?.status === 'fail' &&
    stored.lastChange !== null &&
    stored.verdict === text &&
    Math.abs(stored.priority - priority.priority) < PRIORITY_STEP &&
    stored.lastChange.identityId === view.identityId &&
    sameJewels(stored.lastChange.evidence.reach, reach);
  if (same) return stored.recheckAt === recheck ? NOTHING : { write: { ...stored, recheckAt: recheck } };
  const subjectId = subjectKind === 'identity' ? view.identityId : view.accountId;
  const change: UnnumberedChange = {
    at: now,
    detection,
    status: 'fail',
    subject: {
      kind: subjectKind,
      id: subjectId,
      source: view.sourceId,
      nativeId: view.nativeId,
      name: view.name,
    },
    identityId: view.identityId,
    title: verdict.title,
    severity: verdict.severity,
    priority: priority.priority,
    priorityFactors: priority.factors,
    evidence: { facts: verdict.facts, eventIds: verdict.eventIds, reach },
  };
  return {
    write: {
      accountId: view.accountId,
      detection,
      subjectId,
      status: 'fail',
      verdict: text,
      priority: priority.priority,
      recheckAt: recheck,
      lastChange: change,
    },
    change,
  };
}

/** Which crown jewels it is about is told at once, whatever the priority moves by. */
export function sameJewels(before: Reach, after: Reach): boolean {
  return canonicalJson(before.crownJewels ?? null) === canonicalJson(after.crownJewels ?? null);
}

function nextLook(wanted: Millis | null, stored: Millis | null, now: Millis): Millis | null {
  if (wanted === null || wanted > now) return wanted;
  return stored !== null && stored > now ? stored : now + RECHECK_AGAIN;
}

/** The step for a detection that cannot tell. It leaves the shard only where an issue stands on a former fail. */
export function unknownStep(
  stored: StoredVerdict | undefined,
  detection: DetectionId,
  verdict: Extract<Verdict, { status: 'unknown' }>,
  subject: { accountId: string; subjectId: string },
  now: Millis,
): VerdictStep {
  const text = canonicalJson(verdict);
  if (stored?.status === 'unknown' && stored.verdict === text) return NOTHING;
  const last = stored?.lastChange ?? null;
  const write: StoredVerdict = {
    ...subject,
    detection,
    status: 'unknown',
    verdict: text,
    priority: stored?.priority ?? 0,
    recheckAt: null,
    lastChange: last,
  };
  if (last === null) return { write };
  const facts = { ...last.evidence.facts, reason: verdict.reason };
  return { write, change: { ...last, at: now, status: 'unknown', evidence: { ...last.evidence, facts } } };
}

/** The step for a detection that passes, or whose account is gone. */
export function passStep(stored: StoredVerdict | undefined, now: Millis): VerdictStep {
  if (!stored) return NOTHING;
  if (stored.lastChange === null) return { remove: true };
  return { remove: true, change: { ...stored.lastChange, at: now, status: 'pass' } };
}
