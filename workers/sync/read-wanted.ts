import { POSTERN } from '../auth/principal.ts';
import { nodeId } from '../graph/model.ts';
import { matchAccounts } from '../identities/match.ts';
import { MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import { describeError, isTransient, PosternError } from '../platform/errors.ts';
import { derivedId } from '../platform/ids.ts';
import { getSource } from '../sources/sources.repository.ts';
import { refresh } from './refresh.ts';
import type { Again, RefreshQueueStore } from './refresh-queue.store.ts';
import { emptyProgress } from './run.ts';
import { errorText } from './runner.ts';
import { insertFailedRefresh } from './runs.repository.ts';
import { openSession, type SyncTools } from './session.ts';
import { startFullSync } from './start.ts';
import { keyOf, scopeOf, type WantedRow, wantedOf } from './wanted.ts';

/** Reads of one object that Okta does not answer, or that break. */
const MAX_ROUNDS = 6;
/** Left of each rate limit: less than a sync leaves, so that what events ask for does not wait for one to end. */
const SHARE_LEFT = 0.25;
/** Objects that a failed run names. */
const MAX_NAMED = 5;
const FIRST_BACKOFF: Millis = 2 * SECOND;
const LONGEST_BACKOFF: Millis = 5 * MINUTE;
/** How soon the full sync that must take over is tried again while another one runs. */
const HAND_OVER_AGAIN: Millis = MINUTE;

export interface QueueOwner {
  tenantId: string;
  sourceId: string;
}

/**
 * One read of what is due in a queue. Reads again what Okta limits or does not answer, six times at most; what failed
 * for good leaves a failed run, and the next full sync mends it. Nothing is forgotten before it is read or told: it may
 * die anywhere and be run again. `died`: runs before this one did not live to their ends.
 */
export async function readWanted(
  store: RefreshQueueStore,
  tools: SyncTools,
  owner: QueueOwner,
  died: boolean,
): Promise<void> {
  const { clock, log } = tools.deps;
  if (store.state().pausedUntil > clock.now()) return;
  const rows = store.take(clock.now());
  try {
    // which of them it was that killed it, nobody knows
    if (died) setApart(store, rows, clock.now());
    else if (rows.length > 0) await readRows(store, tools, owner, rows);
    await handOver(store, tools, owner);
    if (store.state().failures > 0) store.change({ failures: 0 });
  } catch (error) {
    log.warn('refresh not done', { ...owner, objects: rows.length, ...describeError(error) });
    const failures = store.state().failures + 1;
    const asked = error instanceof PosternError ? (error.retryAfter ?? 0) * SECOND : 0;
    store.change({ failures, pausedUntil: clock.now() + Math.max(asked, backoff(failures)) });
  } finally {
    store.release();
  }
}

async function readRows(
  store: RefreshQueueStore,
  tools: SyncTools,
  owner: QueueOwner,
  rows: WantedRow[],
): Promise<void> {
  const { clock } = tools.deps;
  const source = await getSource(tools.deps, owner.tenantId, owner.sourceId);
  // deleted or disabled meanwhile: there is nothing to read any more
  if (!source || source.status === 'disabled') return store.drop();
  const runId = runIdOf(owner, rows);
  const failed: string[] = [];
  const again = new Map<string, Again>();
  try {
    const spent = rows.filter(({ attempts }) => attempts >= MAX_ROUNDS);
    const scope = scopeOf(rows.filter((row) => !spent.includes(row)));
    const done = await refresh(await openSession(tools, source, runId, SHARE_LEFT), scope).catch(asBroken);
    const accounts = scope.users.map((id) => nodeId('account', owner.sourceId, id));
    await matchAccounts(tools.deps, tools.graph(owner.tenantId), owner.tenantId, accounts);
    await tools.settle(owner.tenantId);
    const dueAt = clock.now() + (done.waitMs ?? SECOND);
    const { objects, inventory } = wantedOf(done.left);
    const unanswered = new Set([...objects, ...inventory].map(keyOf));
    const isLast = (row: WantedRow) => unanswered.has(keyOf(row)) && row.attempts + 1 >= MAX_ROUNDS;
    const last = rows.filter(isLast).length;
    for (const row of rows)
      if (unanswered.has(keyOf(row)) && !isLast(row)) again.set(keyOf(row), { dueAt, alone: false });
    failed.push(...done.failed);
    if (last > 0) failed.push(`${last} objects: Okta did not answer`);
    for (const row of spent) failed.push(`${keyOf(row)}: its reads broke off`);
    if (done.limited) store.change({ pausedUntil: dueAt });
  } catch (error) {
    if (error instanceof ReadBroke) {
      const [only] = rows;
      if (!only?.alone || only.attempts + 1 < MAX_ROUNDS) {
        tools.deps.log.warn('refresh broke', { ...owner, objects: rows.length, ...describeError(error.cause) });
        return setApart(store, rows, clock.now());
      }
      failed.push(`${keyOf(only)}: ${errorText(error.cause)}`);
    } else if (error instanceof PosternError && !isTransient(error)) failed.push(errorText(error));
    // trouble that is not theirs: nothing counts against the objects
    else throw error;
  }
  if (failed.length > 0) {
    const text = failed.slice(0, MAX_NAMED).join('; ').slice(0, 1_000);
    const run = { id: runId, sourceId: owner.sourceId, error: text, progress: emptyProgress(clock.now()) };
    await insertFailedRefresh(tools.deps, owner.tenantId, run);
  }
  store.finish(clock.now(), again);
}

/** Something in what was read cannot be dealt with, and the platform is not to blame. */
class ReadBroke extends Error {
  override readonly name = 'ReadBroke';
}

function asBroken(error: unknown): never {
  if (error instanceof PosternError || isTransient(error)) throw error;
  throw new ReadBroke('a read broke', { cause: error });
}

/** Each is read by itself from now on, so that one of them that cannot be read does not keep the others back. */
function setApart(store: RefreshQueueStore, rows: WantedRow[], now: Millis): void {
  const later = (row: WantedRow): Again => ({ dueAt: now + backoff(row.attempts), alone: true });
  store.finish(now, new Map(rows.map((row) => [keyOf(row), later(row)])));
}

/** More was wanted than the queue keeps: a full sync that begins after it reads it. */
async function handOver(store: RefreshQueueStore, tools: SyncTools, owner: QueueOwner): Promise<void> {
  const { handOverAt } = store.state();
  const { clock, log } = tools.deps;
  if (handOverAt === null || handOverAt > clock.now()) return;
  try {
    const run = await startFullSync(tools.deps, owner.tenantId, owner.sourceId, POSTERN);
    log.warn('more wanted than a refresh reads: full sync', { ...owner, runId: run.id });
    store.change({ handOverAt: null });
  } catch (error) {
    if (!(error instanceof PosternError)) throw error;
    // one that runs may have read before the change what is wanted now
    if (error.code === 'sync.running') store.change({ handOverAt: clock.now() + HAND_OVER_AGAIN });
    else if (error.code === 'not_found' || error.code === 'source.disabled') store.drop();
    else throw error;
  }
}

/** The same for the same read, however often it is begun: its failure is told once. */
function runIdOf({ tenantId, sourceId }: QueueOwner, rows: WantedRow[]): string {
  const names = rows.slice(0, 1).map((row) => `${keyOf(row)} ${row.wantedAt} ${row.attempts}`);
  return derivedId('syn', tenantId, sourceId, 'refresh', ...names);
}

function backoff(failures: number): Millis {
  return Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** failures);
}
