import { settleVerdicts } from '../../issues/settle.ts';
import { type Millis, SECOND } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import { describeError, PosternError } from '../../platform/errors.ts';
import { forgetShards, stubsOf } from '../placement.ts';
import type { ShardApi } from '../shard-api.ts';
import { chunks } from '../tx.ts';
import { BATCH_ROWS } from './export.ts';
import type { OutStatus } from './move-out.ts';
import { type GraphMove, idleMoves, releaseLease, saveMove, switchTenant, takeLease } from './moves.repository.ts';
import { graphMoving } from './state.ts';

/** How long one tick works on moves. */
const RUN_TIME: Millis = 20 * SECOND;
/** Batches that each shard hands out between two notes of how far the move is. */
const BATCHES_PER_NOTE = 10;
/** Changed rows that may be left to copy while the shards take no changes. */
const FEW_ROWS = 2_000;
/** Batches of one shard while it takes no changes; with more it opens again first. */
const LAST_BATCHES = 50;
/** New shards that are written to at once: the platform allows six connections of one call. */
const AT_ONCE = 6;

export interface MoveParts {
  /** Carries what verdicts changed from the shards to the issues. */
  settle(deps: Deps, tenantId: string): Promise<unknown>;
  stubs: typeof stubsOf;
  runTime: Millis;
  batchRows: number;
}

const PARTS: MoveParts = { settle: settleVerdicts, stubs: stubsOf, runTime: RUN_TIME, batchRows: BATCH_ROWS };

/** Goes on with the moves of all tenants where they stand, the oldest first. For the minute's tick; safe to run twice, or at once. */
export async function continueMoves(deps: Deps): Promise<void> {
  const began = deps.clock.now();
  for (const tenantId of await idleMoves(deps, began)) {
    const left = RUN_TIME - (deps.clock.now() - began);
    if (left <= 0) return;
    await runMove(deps, tenantId, { runTime: left });
  }
}

/**
 * Carries a move on. The new shards are filled while the old ones work on, and note what changes; when little is left
 * the old ones take no changes for a moment, the rest is copied, and the tenant has the new shards. Whatever dies
 * half-way is taken up by the next run: the shards keep how far they are. A failure is noted and tried again.
 */
export async function runMove(deps: Deps, tenantId: string, parts: Partial<MoveParts> = {}): Promise<void> {
  const run = { ...PARTS, ...parts };
  const began = deps.clock.now();
  const taken = await takeLease(deps, tenantId, began);
  if (!taken) return;
  let problem: string | null = null;
  try {
    let move: GraphMove | undefined = taken;
    while (move && move.endedAt === null && deps.clock.now() - began < run.runTime) move = await step(deps, run, move);
  } catch (error) {
    problem = (error instanceof PosternError ? error.message : describeError(error).message).slice(0, 300);
    deps.log.warn('the move of a graph will be tried again', { tenantId, ...describeError(error) });
  }
  await releaseLease(deps, taken, problem);
}

async function step(deps: Deps, run: MoveParts, move: GraphMove): Promise<GraphMove | undefined> {
  const shards: Shards = {
    old: run.stubs(deps, move.tenantId, { generation: move.fromGeneration, count: move.fromShards }),
    fresh: run.stubs(deps, move.tenantId, { generation: move.toGeneration, count: move.toShards }),
  };
  const save = (progress: Parameters<typeof saveMove>[2]) => saveMove(deps, move, progress, deps.clock.now());
  switch (move.phase) {
    case 'copying': {
      const statuses = await copy(run, move, shards);
      const after = await save({ rowsDone: sum(statuses, 'done'), rowsTotal: sum(statuses, 'total') });
      const ready = statuses.every(({ copied }) => copied) && sum(statuses, 'waiting') <= FEW_ROWS;
      return ready && after?.phase === 'copying'
        ? saveMove(deps, after, { phase: 'switching' }, deps.clock.now())
        : after;
    }
    case 'switching':
      await change(deps, run, move, shards);
      return save({});
    case 'cleaning':
      forgetShards(move.tenantId);
      await each(shards.fresh, (shard) => shard.moveOpen(deps.clock.now()));
      await each(shards.old, (shard) => shard.moveLeave(move.toGeneration));
      return save({ phase: 'done', endedAt: deps.clock.now(), error: null });
    case 'cancelling':
      await each(shards.old, (shard) => shard.moveOut({ do: 'cancel', generation: move.toGeneration }));
      await each(shards.fresh, (shard) => shard.destroy());
      return save({ phase: 'cancelled', endedAt: deps.clock.now(), error: null });
    default:
      return undefined;
  }
}

interface Shards {
  old: ShardApi[];
  fresh: ShardApi[];
}

async function copy(run: MoveParts, move: GraphMove, shards: Shards): Promise<OutStatus[]> {
  return Promise.all(
    shards.old.map(async (shard, index) => {
      const { toGeneration: generation, toShards } = move;
      let status = known(await shard.moveOut({ do: 'begin', generation, shards: toShards, index }));
      for (let n = 0; n < BATCHES_PER_NOTE && (!status.copied || status.waiting > 0); n++) {
        status = await transfer(run, move, shards, index, false);
      }
      return status;
    }),
  );
}

/** Hands one batch of an old shard over. `toAll`: also to those that it brings nothing. */
async function transfer(
  run: MoveParts,
  move: GraphMove,
  { old, fresh }: Shards,
  source: number,
  toAll: boolean,
): Promise<OutStatus> {
  const generation = move.toGeneration;
  const shard = old[source];
  if (!shard) throw new RangeError('No such shard.');
  const { number, common, parts, next, seq } = await shard.moveExport(generation, run.batchRows);
  await each(fresh, async (target, index) => {
    const own = [...common, ...(parts[index] ?? [])];
    if (own.length > 0 || toAll) await target.moveIn({ source, batch: number, seq, parts: own });
  });
  return known(await shard.moveOut({ do: 'confirm', generation, batch: number, next }));
}

/** The old shards take no changes until the new ones have everything and the tenant has them. */
async function change(deps: Deps, run: MoveParts, move: GraphMove, shards: Shards): Promise<void> {
  const { tenantId, toGeneration: generation, attempt } = move;
  await run.settle(deps, tenantId);
  try {
    await each(shards.old, async (shard) => known(await shard.moveOut({ do: 'close', generation, attempt })));
    await run.settle(deps, tenantId);
    await Promise.all(shards.old.map((_, source) => copyLast(run, move, shards, source)));
  } catch (error) {
    await each(shards.old, (shard) => shard.moveOut({ do: 'reopen', generation, attempt }));
    await saveMove(deps, move, { phase: 'copying' }, deps.clock.now());
    throw error;
  }
  // should this fail it is not known whether it was done: the shards stay closed until the next run knows
  await switchTenant(deps, move);
  forgetShards(tenantId);
}

async function copyLast(run: MoveParts, move: GraphMove, shards: Shards, source: number): Promise<void> {
  for (let n = 0; n < LAST_BATCHES; n++) {
    // the last batch goes to all, so that none takes an older one any more
    const status = await transfer(run, move, shards, source, true);
    if (!status.closed) throw graphMoving({ detail: 'Another run moves the graph.' });
    if (status.waiting === 0 && status.copied) {
      if (status.unsettled > 0) throw graphMoving({ detail: 'Changes of verdicts wait for the issues.' });
      return;
    }
  }
  throw graphMoving({ detail: 'Too much changed while the graph was moved.' });
}

function known(status: OutStatus | null): OutStatus {
  if (!status) throw graphMoving({ detail: 'The shard does not move there.' });
  return status;
}

async function each<T>(shards: ShardApi[], ask: (shard: ShardApi, index: number) => Promise<T>): Promise<void> {
  const numbered = shards.map((shard, index) => ({ shard, index }));
  for (const some of chunks(numbered, AT_ONCE)) await Promise.all(some.map(({ shard, index }) => ask(shard, index)));
}

function sum<K extends string>(items: Record<K, number>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}
