import { migrateGraph } from '../../db/graph/migrate.ts';
import { type Millis, SECOND } from '../platform/clock.ts';
import { asOfLens } from './as-of.ts';
import { type Beyond, readBeyond } from './beyond.ts';
import { type Changed, touchedAccounts } from './changed.ts';
import { type Counts, countGraph } from './counts.ts';
import { type EvaluationContext, evaluateTouched, nextDue } from './evaluate.ts';
import type { Evaluator } from './evaluator.ts';
import { requireKept } from './history/kept.ts';
import { isPurging } from './history/purge.ts';
import { type Fence, graphMoving, markMoved, readFence } from './move/state.ts';
import { claimName } from './name.ts';
import { foldPacked } from './packs.fold.ts';
import type { View } from './paths.ts';
import { buildHubs } from './privileges/hubs.ts';
import { readPowers } from './privileges/powers.ts';
import { readStructure, type Structure } from './structure.ts';
import type { Trails } from './trails.ts';
import { openTx, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import { buildIndex, updateIndex } from './walk-index.build.ts';
import type { Seeds, WalkIndex } from './walk-index.ts';
import { without } from './what-if.ts';
import { zeroPaths } from './zero-paths.ts';

/** Nodes on ways to tier zero that are walked by queries sooner than that the edges are read into memory. */
const FEW_NODES = 2_000;

/** Who tells a shard the time, and who judges: tests replace them while it runs. */
export interface ShardWorld {
  now(): Millis;
  evaluator(): Evaluator;
}

/**
 * What the methods of a shard share: its storage, what it keeps in memory of it, its transactions and its alarm.
 * `graph-shard.ts` is the durable object around it.
 */
export class ShardEngine {
  readonly tenantId: string;
  /** Whether it takes changes, and questions, while and after its rows move to other shards. */
  fence: Fence;

  readonly #storage: DurableObjectStorage;
  readonly #name: string | undefined;
  readonly #world: ShardWorld;
  /** Read once and kept until it changes. */
  #structure: Structure | null = null;
  /** The live edges in memory. Undefined: not read since the object woke; null: they are too many. */
  #index: WalkIndex | null | undefined;
  /** Whether so many nodes lead to tier zero that queries have been too slow for them. */
  #manyLead = false;
  /** Whether packs may wait to be turned round: then they are before anything is read. */
  #waiting = true;
  /** Counted once and kept until something is written: dashboards ask every few seconds. */
  #counts: Counts | null = null;
  /** Changes of the graph since the object woke, and when that was. */
  #revision = 0;
  readonly #born: Millis;
  /** When the alarm is set to; undefined: not looked up since the object woke. */
  #armedFor: number | null | undefined;

  constructor(ctx: DurableObjectState, world: ShardWorld) {
    this.#storage = ctx.storage;
    this.#name = ctx.id.name;
    this.#world = world;
    this.#born = world.now();
    migrateGraph(ctx.storage);
    this.tenantId = claimName(openTx(ctx.storage.sql), ctx.id.name);
    this.fence = this.readFence();
  }

  readFence(): Fence {
    return readFence(openTx(this.#storage.sql));
  }

  /** Says which graph this is: it differs once something has changed. */
  revision(): string {
    return `${this.#born.toString(36)}.${this.#revision}`;
  }

  counts(): Counts {
    this.#counts ??= countGraph(this.tx());
    return this.#counts;
  }

  /** What all accounts have in common is no longer what was read. */
  forgetStructure(): void {
    this.#structure = null;
    this.#revision += 1;
  }

  /** Rows came in from elsewhere. */
  forgetReads(): void {
    this.forgetStructure();
    this.#index = undefined;
  }

  alarmRang(): void {
    this.#armedFor = null;
  }

  async wipe(): Promise<void> {
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
    this.#structure = null;
    this.#index = undefined;
    this.#counts = null;
    this.#armedFor = null;
    migrateGraph(this.#storage);
    claimName(openTx(this.#storage.sql), this.#name);
  }

  /** The graph is elsewhere: forgets its rows, and sends away whoever still comes. */
  async leave(generation: number): Promise<void> {
    const mark = () => markMoved(openTx(this.#storage.sql), generation);
    mark();
    this.fence = 'moved';
    await this.wipe();
    mark();
  }

  tx(): Tx {
    if (this.fence === 'moved') throw graphMoving();
    this.fold();
    return openTx(this.#storage.sql);
  }

  fold(): void {
    const { sql } = this.#storage;
    while (this.#waiting) this.#storage.transactionSync(() => (this.#waiting = foldPacked(openTx(sql))));
  }

  /** A transaction that a closed shard takes too. */
  moving<T>(work: (tx: Tx) => T): T {
    this.fold();
    this.#forgetAdmins();
    return this.#storage.transactionSync(() => work(openTx(this.#storage.sql)));
  }

  #forgetAdmins(): void {
    if (this.#index) this.#index.admins = null;
  }

  /** For questions about a moment. Throws `graph.history_expired` when the history does not reach back to it. */
  since(moment: Millis): Tx {
    const tx = this.tx();
    requireKept(tx, moment);
    return tx;
  }

  at(asOf: Millis | null): Tx {
    return asOf === null ? this.tx() : asOfLens(this.since(asOf), asOf);
  }

  /** For questions that walk far: the present comes with its live edges in memory, as long as they fit. */
  walker(asOf: Millis | null): Tx {
    return asOf === null ? this.#inMemory(this.tx()) : this.at(asOf);
  }

  #inMemory(tx: Tx): Tx {
    if (this.#index === undefined) this.#index = buildIndex(tx);
    if (!this.#index) return tx;
    this.#index.hubs ??= buildHubs(this.#index, readPowers(tx));
    // what role assignments give is more than memory takes: queries walk
    return this.#index.hubs ? openTx(this.#storage.sql, this.#index) : tx;
  }

  view({ asOf, without: removals }: View): Tx {
    return removals.length > 0 ? without(this.at(asOf), removals).after : this.walker(asOf);
  }

  /** Within the transaction of a change: what it touched is read again. */
  #follow(tx: Tx, { walked }: Changed, packs: boolean): void {
    if (!this.#index || walked.size === 0) return;
    // of a page that waits to be turned round, edges are not found from where they leave
    if (packs || !updateIndex(tx, this.#index, walked)) this.#index = undefined;
  }

  /** `packs`: it reads no edges from where they leave, and what it packs waits. */
  transaction<T>(work: (tx: Tx) => T, packs = false): T {
    if (this.fence !== 'open') throw graphMoving();
    if (packs) this.#waiting = true;
    else this.fold();
    try {
      this.#counts = null;
      this.#forgetAdmins();
      return this.#storage.transactionSync(() => work(openTx(this.#storage.sql)));
    } catch (error) {
      // They may have been read within the transaction that is undone.
      this.#structure = null;
      this.#index = undefined;
      this.#waiting = true;
      throw error;
    }
  }

  /** A change and the evaluation of what it touched are one transaction: repeating the change would find nothing new. */
  async change<T extends { changed: Changed }>(now: Millis, evaluate: boolean, work: (tx: Tx) => T, packs = false) {
    const result = this.transaction((tx) => {
      const { changed, ...rest } = work(tx);
      if (changed.structure) this.#structure = null;
      if (changed.structure || changed.walked.size > 0) this.#revision += 1;
      this.#follow(tx, changed, packs);
      const touched = evaluate ? touchedAccounts(tx, changed) : [];
      const evaluated = touched.length > 0 ? evaluateTouched(tx, touched, this.context(tx, now)) : 0;
      return { ...rest, evaluated, rowsWritten: tx.rowsWritten };
    }, packs);
    if (result.evaluated > 0) await this.arm(now);
    return result;
  }

  context(tx: Tx, now: Millis): EvaluationContext {
    this.#structure ??= readStructure(tx);
    const walk = () => {
      const beyond = readBeyond(tx);
      return { trails: this.#trailsToZero(tx, beyond), beyond };
    };
    return { evaluator: this.#world.evaluator(), structure: this.#structure, now, zeroPaths: zeroPaths(tx, walk) };
  }

  /** For accounts that are judged, within the transaction of a change: by what is at hand, or costs least. */
  #trailsToZero(tx: Tx, beyond: Beyond[]): Trails {
    const seeds = beyond.map(({ id, distance }): Seeds[number] => [id, distance]);
    if (!tx.index && !this.#index?.hubs && !this.#manyLead) {
      const few = trailsTo(tx, null, seeds, FEW_NODES);
      if (!few.truncated) return few;
      this.#manyLead = true;
    }
    return trailsTo(this.#inMemory(tx), null, seeds);
  }

  /** The alarm follows the platform's time; what is due is told by ours, which tests own. */
  async arm(now: Millis): Promise<void> {
    const tx = this.tx();
    const due = isPurging(tx) ? now : nextDue(tx, now);
    if (due === null) return;
    const at = Date.now() + Math.max(0, due - now);
    if (this.#armedFor === undefined) this.#armedFor = await this.#storage.getAlarm();
    if (this.#armedFor !== null && this.#armedFor <= at + SECOND) return;
    await this.setAlarm(at);
  }

  async setAlarm(at: number): Promise<void> {
    this.#armedFor = at;
    await this.#storage.setAlarm(at);
  }
}
