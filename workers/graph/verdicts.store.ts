import type { DetectionId, VerdictChange } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import { readMeta, writeMeta } from './meta.store.ts';
import { set, type Tx } from './tx.ts';
import type { StoredVerdict, UnnumberedChange, VerdictStep } from './verdict-diff.ts';

interface VerdictRow extends Record<string, SqlStorageValue> {
  account_id: string;
  detection: string;
  subject_id: string;
  status: string;
  verdict: string;
  priority: number;
  recheck_at: number | null;
  last_change: string | null;
}

/** The stored verdicts of accounts: account → detection → verdict. */
export function readVerdicts(tx: Tx, accountIds: string[]): Map<string, Map<DetectionId, StoredVerdict>> {
  const rows = tx.all<VerdictRow>(
    `SELECT v.* FROM json_each(?) j CROSS JOIN verdict v ON v.account_id = j.value`,
    set(accountIds),
  );
  const byAccount = new Map<string, Map<DetectionId, StoredVerdict>>();
  for (const row of rows) {
    const detection = row.detection as DetectionId;
    const verdicts = byAccount.get(row.account_id) ?? new Map<DetectionId, StoredVerdict>();
    byAccount.set(row.account_id, verdicts);
    verdicts.set(detection, {
      accountId: row.account_id,
      detection,
      subjectId: row.subject_id,
      status: row.status === 'fail' ? 'fail' : 'unknown',
      verdict: row.verdict,
      priority: row.priority,
      recheckAt: row.recheck_at,
      lastChange: row.last_change === null ? null : (JSON.parse(row.last_change) as UnnumberedChange),
    });
  }
  return byAccount;
}

/** Carries out steps: `[accountId, detection, step]` each. */
export function writeSteps(tx: Tx, steps: [string, DetectionId, VerdictStep][], now: Millis): void {
  const writes = steps.flatMap(([, , step]) => (step.write ? [step.write] : []));
  const removals = steps.flatMap(([accountId, detection, step]) => (step.remove ? [[accountId, detection]] : []));
  const changes = steps.flatMap(([, , step]) => (step.change ? [step.change] : []));
  if (writes.length > 0) {
    tx.run(
      `INSERT INTO verdict (account_id, detection, subject_id, status, verdict, priority, recheck_at, last_change)
       SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
       FROM json_each(?) WHERE true
       ON CONFLICT (account_id, detection) DO UPDATE SET
         subject_id = excluded.subject_id, status = excluded.status, verdict = excluded.verdict,
         priority = excluded.priority, recheck_at = excluded.recheck_at, last_change = excluded.last_change`,
      set(
        writes.map((verdict) => [
          verdict.accountId,
          verdict.detection,
          verdict.subjectId,
          verdict.status,
          verdict.verdict,
          verdict.priority,
          verdict.recheckAt,
          verdict.lastChange === null ? null : JSON.stringify(verdict.lastChange),
        ]),
      ),
    );
  }
  if (removals.length > 0) {
    tx.run(
      `DELETE FROM verdict WHERE (account_id, detection) IN (SELECT value->>0, value->>1 FROM json_each(?))`,
      set(removals),
    );
  }
  queueChanges(tx, changes, now);
}

const SEQ = 'seq';

/**
 * Numbers follow the clock (a thousand a millisecond), so that they go on growing should the shard be made anew or the
 * account move to another: the issue store ignores a change whose number is not above the last.
 */
function queueChanges(tx: Tx, changes: UnnumberedChange[], now: Millis): void {
  if (changes.length === 0) return;
  let seq = Math.max(Number(readMeta(tx, SEQ) ?? 0), now * 1000);
  const rows = changes.map((change) => {
    seq += 1;
    return [seq, JSON.stringify({ seq, ...change } satisfies VerdictChange)];
  });
  tx.run('INSERT INTO verdict_change (seq, body) SELECT value->>0, value->>1 FROM json_each(?)', set(rows));
  writeMeta(tx, SEQ, String(seq));
}

export function takeChanges(tx: Tx, limit: number): VerdictChange[] {
  return tx
    .raw<[string]>('SELECT body FROM verdict_change ORDER BY seq LIMIT ?', limit)
    .map(([body]) => JSON.parse(body) as VerdictChange);
}

export function confirmChanges(tx: Tx, seq: number): void {
  tx.run('DELETE FROM verdict_change WHERE seq <= ?', seq);
}

/** Accounts by detection whose verdict is `unknown`. */
export function countUnknown(tx: Tx): [string, number][] {
  return tx.raw<[string, number]>(
    "SELECT detection, count(*) FROM verdict WHERE status = 'unknown' GROUP BY detection ORDER BY detection",
  );
}
