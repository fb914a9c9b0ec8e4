import type { AccountView, DetectionId } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import type { Evaluator } from './evaluator.ts';
import { pruneSignals } from './facts.store.ts';
import { storeKinds } from './kinds/kinds.store.ts';
import { withKin } from './links/links.store.ts';
import { prunePending } from './pending.store.ts';
import { NO_REACH, reachOfAccounts } from './reach.ts';
import type { Structure } from './structure.ts';
import { chunks, set, type Tx } from './tx.ts';
import { failStep, passStep, type StoredVerdict, unknownStep, type VerdictStep } from './verdict-diff.ts';
import { readVerdicts, writeSteps } from './verdicts.store.ts';
import { readViews } from './views.ts';
import type { ZeroPaths } from './zero-paths.ts';

/** Views in memory at a time. */
const CHUNK = 500;

/** Accounts that one change has evaluated at once; the alarm takes up the rest. */
export const EVALUATE_AT_ONCE = 5_000;

export interface EvaluationContext {
  evaluator: Evaluator;
  structure: Structure;
  now: Millis;
  zeroPaths: ZeroPaths;
}

/**
 * Looks at accounts: brings their tier and verdicts up to date and queues what changed for the issue store. Accounts
 * that are gone resolve what stood open. Returns the number of accounts that are here.
 */
export function evaluateAccounts(tx: Tx, accountIds: string[], context: EvaluationContext): number {
  let evaluated = 0;
  // what is said of an identity is judged on all of its accounts
  for (const chunk of chunks(withKin(tx, accountIds), CHUNK)) {
    const views = readViews(tx, chunk, context.structure, context.now);
    storeTiers(tx, views);
    storeKinds(tx, chunk, views, context.now);
    const stored = readVerdicts(tx, chunk);
    const steps = stepsOf(tx, views, stored, context);
    const present = new Set(views.map((view) => view.accountId));
    for (const [accountId, verdicts] of stored) {
      if (present.has(accountId)) continue;
      for (const verdict of verdicts.values())
        steps.push([accountId, verdict.detection, passStep(verdict, context.now)]);
    }
    writeSteps(tx, steps, context.now);
    evaluated += views.length;
  }
  return evaluated;
}

type Stored = Map<string, Map<DetectionId, StoredVerdict>>;

function stepsOf(tx: Tx, views: AccountView[], stored: Stored, context: EvaluationContext) {
  const { evaluator, structure, now, zeroPaths } = context;
  const results = views.map((view) => ({ view, verdicts: evaluator.evaluate(view, now) }));
  const failing = results.filter(({ verdicts }) => verdicts.some(({ verdict }) => verdict.status === 'fail'));
  const reaches = reachOfAccounts(
    tx,
    failing.map(({ view }) => view),
    structure,
    zeroPaths,
  );
  const steps: [string, DetectionId, VerdictStep][] = [];
  for (const { view, verdicts } of results) {
    const known = stored.get(view.accountId);
    const reach = reaches.get(view.accountId) ?? NO_REACH;
    const looked = new Set<DetectionId>();
    for (const { detection, verdict } of verdicts) {
      looked.add(detection);
      const before = known?.get(detection);
      const subjectKind = evaluator.subjectKind(detection);
      if (verdict.status === 'fail') {
        const priority = evaluator.priority({ detection, verdict, view, reach, now });
        steps.push([
          view.accountId,
          detection,
          failStep(before, detection, verdict, { view, subjectKind, reach, priority, now }),
        ]);
      } else if (verdict.status === 'unknown') {
        const subjectId = subjectKind === 'identity' ? view.identityId : view.accountId;
        const subject = { accountId: view.accountId, subjectId };
        steps.push([view.accountId, detection, unknownStep(before, detection, verdict, subject, now)]);
      } else {
        steps.push([view.accountId, detection, passStep(before, now)]);
      }
    }
    // A detection that is no longer part of the product has nothing to say against the account.
    for (const before of known?.values() ?? []) {
      if (!looked.has(before.detection)) steps.push([view.accountId, before.detection, passStep(before, now)]);
    }
  }
  return steps;
}

function storeTiers(tx: Tx, views: AccountView[]): void {
  const different = tx.raw<[number]>(
    `SELECT j.key FROM json_each(?) j CROSS JOIN node n ON n.id = j.value->>0 WHERE n.tier IS NOT j.value->>1`,
    set(views.map((view) => [view.accountId, view.tier])),
  );
  if (different.length === 0) return;
  const rows = different.flatMap(([place]) => {
    const view = views[place];
    return view ? [[view.accountId, view.tier]] : [];
  });
  tx.run('UPDATE node SET tier = j.value->>1 FROM json_each(?) j WHERE node.id = j.value->>0', set(rows));
}

/** Looks at what a change touched: at once where that is bounded, else the rest waits for the alarm. */
export function evaluateTouched(tx: Tx, accountIds: string[], context: EvaluationContext): number {
  const rest = accountIds.slice(EVALUATE_AT_ONCE);
  if (rest.length > 0) {
    tx.run(
      'INSERT INTO pending_evaluation (account_id) SELECT value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING',
      set(rest),
    );
  }
  return evaluateAccounts(tx, accountIds.slice(0, EVALUATE_AT_ONCE), context);
}

/** One stretch of the look at everything, from the account after `after` on. `next` is null at the end. */
export function evaluateStretch(
  tx: Tx,
  after: string | null,
  limit: number,
  context: EvaluationContext,
): { evaluated: number; next: string | null } {
  if (after === null) {
    pruneSignals(tx, context.now);
    prunePending(tx, context.now);
  }
  // Accounts that ended while nobody looked have verdicts left to be resolved.
  const ids = tx
    .raw<[string]>(
      `SELECT id FROM (SELECT id FROM node WHERE id > ?1 AND id < 'acc\`' ORDER BY id LIMIT ?2)
       UNION SELECT account_id FROM (
         SELECT DISTINCT account_id FROM verdict WHERE account_id > ?1 ORDER BY account_id LIMIT ?2
       )
       ORDER BY 1 LIMIT ?2`,
      after ?? 'acc_',
      limit,
    )
    .map(([id]) => id);
  const evaluated = evaluateAccounts(tx, ids, context);
  return { evaluated, next: ids.length < limit ? null : (ids.at(-1) ?? null) };
}

/** Looks at accounts that wait: left over by a large change, or failing by time. Returns how many were taken up. */
export function evaluateDue(tx: Tx, limit: number, context: EvaluationContext): number {
  const ids = tx
    .raw<[string]>(
      `SELECT account_id FROM (SELECT account_id FROM pending_evaluation LIMIT ?1)
       UNION SELECT account_id FROM (SELECT account_id FROM verdict WHERE recheck_at <= ?2 LIMIT ?1)`,
      limit,
      context.now,
    )
    .map(([id]) => id);
  evaluateAccounts(tx, ids, context);
  tx.run('DELETE FROM pending_evaluation WHERE account_id IN (SELECT value FROM json_each(?))', set(ids));
  return ids.length;
}

/** When the alarm is due: at once while accounts wait, else at the first verdict that may end by time. */
export function nextDue(tx: Tx, now: number): number | null {
  if (tx.first('SELECT 1 FROM pending_evaluation LIMIT 1')) return now;
  return (
    tx.first<{ at: number | null }>('SELECT min(recheck_at) AS at FROM verdict WHERE recheck_at IS NOT NULL')?.at ??
    null
  );
}
