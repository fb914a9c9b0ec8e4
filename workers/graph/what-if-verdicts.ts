import type { AccountView, DetectionId, PathStep, Verdict, VerdictChange } from '../detections/types.ts';
import type { EvaluationContext } from './evaluate.ts';
import { NO_REACH, reachOfAccounts } from './reach.ts';
import { readStructure, type Structure } from './structure.ts';
import { compareText } from './text.ts';
import type { Trails } from './trails.ts';
import { chunks, type Tx } from './tx.ts';
import { PRIORITY_STEP, sameJewels } from './verdict-diff.ts';
import { readViews } from './views.ts';
import type { Seeds } from './walk-index.ts';
import { type ZeroPaths, zeroPaths } from './zero-paths.ts';

/** Accounts whose views are in memory at a time. */
const CHUNK = 500;

interface OfSubject {
  detection: DetectionId;
  account: string;
  subject: VerdictChange['subject'];
  identityId: string;
}

export interface VerdictShift extends OfSubject {
  before: 'pass' | 'fail' | 'unknown';
  /** `gone`: the account would not be there any more. */
  after: 'pass' | 'fail' | 'unknown' | 'gone';
}

/** An issue that would stay open with another priority. */
export interface ScoreShift extends OfSubject {
  before: number;
  after: number;
}

export interface Shifts {
  verdicts: VerdictShift[];
  scores: ScoreShift[];
}

/** Which verdicts of accounts change, and which priorities move as far as an issue would be told anew. */
export function readShifts(
  before: Tx,
  after: Tx,
  accounts: string[],
  context: EvaluationContext,
  zero: { before: Leading; after: Leading },
): Shifts {
  const { evaluator, now } = context;
  const structure = readStructure(after);
  const was: Side = { tx: before, structure: context.structure, paths: pathsOf(before, zero.before) };
  const is: Side = { tx: after, structure, paths: pathsOf(after, zero.after) };
  const found: Shifts = { verdicts: [], scores: [] };
  for (const chunk of chunks(accounts, CHUNK)) {
    const views = readViews(before, chunk, context.structure, now);
    const changed = new Map(readViews(after, chunk, structure, now).map((view) => [view.accountId, view]));
    const stays: Standing[] = [];
    for (const view of views) {
      const other = changed.get(view.accountId);
      const then = new Map(
        other && evaluator.evaluate(other, now).map(({ detection, verdict }) => [detection, verdict]),
      );
      for (const { detection, verdict } of evaluator.evaluate(view, now)) {
        const next = then.get(detection);
        const status = next?.status ?? 'gone';
        if (other && verdict.status === 'fail' && next?.status === 'fail') {
          stays.push({ detection, was: { view, verdict }, is: { view: other, verdict: next } });
        }
        if (status === verdict.status || (status === 'gone' && verdict.status !== 'fail')) continue;
        const of = subjectOf(view, detection, evaluator.subjectKind(detection));
        found.verdicts.push({ ...of, before: verdict.status, after: status });
      }
    }
    found.scores.push(...readScores(was, is, stays, context));
  }
  return found;
}

/** A verdict that fails before and after. */
interface Standing {
  detection: DetectionId;
  was: { view: AccountView; verdict: Verdict };
  is: { view: AccountView; verdict: Verdict };
}

interface Side {
  tx: Tx;
  structure: Structure;
  paths: ZeroPaths;
}

/** What leads to tier zero, also on other shards. */
export interface Leading {
  trails: Trails;
  seeds: Seeds;
}

/** A score depends on how long a path is: what of it lies on other shards is told by its length alone. */
function pathsOf(tx: Tx, { trails, seeds }: Leading): ZeroPaths {
  const beyond = seeds.map(([id, distance]) => ({
    id,
    distance,
    way: Array.from(
      { length: distance + 1 },
      (): PathStep => ({ node: { id, kind: 'resource', name: '' }, edge: null }),
    ),
  }));
  return zeroPaths(tx, () => ({ trails, beyond }));
}

/** Of issues that stay: whose priority moves as far as the issue would be told anew. */
function readScores(before: Side, after: Side, stays: Standing[], { evaluator, now }: EvaluationContext): ScoreShift[] {
  const reachOf = ({ tx, structure, paths }: Side, views: AccountView[]) =>
    reachOfAccounts(tx, [...new Set(views)], structure, paths);
  const [were, are] = [
    reachOf(
      before,
      stays.map(({ was }) => was.view),
    ),
    reachOf(
      after,
      stays.map(({ is }) => is.view),
    ),
  ];
  return stays.flatMap(({ detection, was, is }) => {
    const reach = were.get(was.view.accountId) ?? NO_REACH;
    const then = are.get(is.view.accountId) ?? NO_REACH;
    const score = evaluator.priority({ detection, ...was, reach, now }).priority;
    const scoreThen = evaluator.priority({ detection, ...is, reach: then, now }).priority;
    const moves = Math.abs(scoreThen - score) >= PRIORITY_STEP || !sameJewels(reach, then);
    if (!moves || scoreThen === score) return [];
    return [{ ...subjectOf(was.view, detection, evaluator.subjectKind(detection)), before: score, after: scoreThen }];
  });
}

function subjectOf(view: AccountView, detection: DetectionId, kind: 'account' | 'identity'): OfSubject {
  const id = kind === 'identity' ? view.identityId : view.accountId;
  return {
    detection,
    account: view.accountId,
    subject: { kind, id, source: view.sourceId, nativeId: view.nativeId, name: view.name },
    identityId: view.identityId,
  };
}

export function resolves({ before, after }: VerdictShift): boolean {
  return before === 'fail' && (after === 'pass' || after === 'gone');
}

/** What resolves first: it is what the question is asked for. */
export function byShift(a: VerdictShift, b: VerdictShift): number {
  return Number(resolves(b)) - Number(resolves(a)) || bySubject(a, b);
}

/** What falls the furthest first. */
export function byScore(a: ScoreShift, b: ScoreShift): number {
  return a.after - a.before - (b.after - b.before) || bySubject(a, b);
}

function bySubject(a: OfSubject, b: OfSubject): number {
  return compareText(a.subject.name, b.subject.name) || compareText(a.account + a.detection, b.account + b.detection);
}
