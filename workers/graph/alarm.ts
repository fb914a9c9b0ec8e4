import type { VerdictChange } from '../detections/types.ts';
import { type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { evaluateDue } from './evaluate.ts';
import { purgeStep } from './history/purge.ts';
import type { ShardEngine } from './shard-engine.ts';
import { confirmChanges, takeChanges } from './verdicts.store.ts';

/** Accounts that the alarm looks at in one transaction, and how often before it lets others in. */
const DUE_LIMIT = 1_000;
const DUE_ROUNDS = 5;
/** Steps of the purge of the history that one alarm makes. */
const PURGE_ROUNDS = 5;
/** Changes that the alarm carries to the issue store at a time. */
const SETTLE_LIMIT = 500;
/** The platform stops retrying an alarm after six times; from here on it is set anew instead. */
const LATE_RETRY = 5;
const ALARM_AGAIN = 30 * SECOND;

export type Settle = (deps: Deps, tenantId: string, changes: VerdictChange[]) => Promise<unknown>;

/**
 * Forgets history that is kept no longer, looks at the accounts that wait or whose verdict may end by time, and carries
 * what changed to the issues.
 */
export async function ringAlarm(engine: ShardEngine, deps: Deps, settle: Settle, retryCount: number): Promise<void> {
  engine.alarmRang();
  if (engine.fence === 'moved') return;
  if (retryCount >= LATE_RETRY) {
    await engine.setAlarm(Date.now() + ALARM_AGAIN);
    return;
  }
  const now = deps.clock.now();
  for (let round = 0; engine.fence === 'open' && round < PURGE_ROUNDS; round++) {
    if (!engine.transaction((tx) => purgeStep(tx))) break;
  }
  evaluateWaiting(engine, now);
  for (;;) {
    const changes = takeChanges(engine.tx(), SETTLE_LIMIT);
    const last = changes.at(-1);
    if (!last) break;
    await settle(deps, engine.tenantId, changes);
    confirmChanges(engine.tx(), last.seq);
  }
  // a closed shard evaluates nothing: it opens again, or those that take over do
  if (engine.fence === 'open') await engine.arm(now);
  else await engine.setAlarm(Date.now() + ALARM_AGAIN);
}

function evaluateWaiting(engine: ShardEngine, now: Millis): void {
  for (let round = 0; engine.fence === 'open' && round < DUE_ROUNDS; round++) {
    const taken = engine.transaction((tx) => evaluateDue(tx, DUE_LIMIT, engine.context(tx, now)));
    if (taken < DUE_LIMIT) break;
  }
}
