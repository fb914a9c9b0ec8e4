import { DurableObject } from 'cloudflare:workers';
import { migrateGraph } from '../../db/graph/migrate.ts';
import type { VerdictChange } from '../detections/types.ts';
import { applyVerdictChanges } from '../issues/settle.ts';
import { type Clock, type Millis, SECOND, systemClock } from '../platform/clock.ts';
import { createDeps, type Deps } from '../platform/deps.ts';
import { readAccess } from './access.ts';
import { asOfLens, identityAsOf } from './as-of.ts';
import { type RadiusQuery, readRadius, readSpread } from './blast-radius.ts';
import { type Changed, touchedAccounts } from './changed.ts';
import { type ChangesQuery, readChanges } from './changes.ts';
import { readChokePoints } from './choke-points.ts';
import { type Counts, countGraph } from './counts.ts';
import { applyDelta } from './delta.ts';
import { readDetail } from './detail.ts';
import { type EvaluationContext, evaluateDue, evaluateStretch, evaluateTouched, nextDue } from './evaluate.ts';
import { detectionEvaluator, type Evaluator } from './evaluator.ts';
import { readExposed } from './exposed.ts';
import { readCoverage, writeCoverage } from './facts.store.ts';
import { readIdentityDetail } from './identity-detail.ts';
import { setKinds, storeKinds, unsetKinds } from './kinds/kinds.store.ts';
import type { IdentityKind } from './kinds/rules.ts';
import { listNodes, type ShardListQuery } from './list.ts';
import { type EdgeRef, readLookup } from './lookup.ts';
import type { GraphDelta, Scope } from './model.ts';
import { type Batch, exportBatch } from './move/export.ts';
import { type Delivery, importBatch } from './move/import.ts';
import { type OutStatus, type OutStep, stepOut } from './move/move-out.ts';
import { type Fence, graphMoving, markMoved, readFence } from './move/state.ts';
import { claimName } from './name.ts';
import { foldPacked } from './packs.fold.ts';
import { applyPage, type PageFacts } from './page.ts';
import { readWays, shortestPath, type View, type WaysQuery } from './paths.ts';
import type { CoverageInput } from './port.ts';
import { buildHubs } from './privileges/hubs.ts';
import { readPowerRows, readSetsOf, readStoredEdges, readTargets, type StoredEdgesQuery } from './privileges/list.ts';
import { readPowers } from './privileges/powers.ts';
import type { TargetSet } from './privileges/rules.ts';
import { readTierZero } from './privileges/tier-zero.ts';
import { countSavedQueries, type QueryAsk, readSavedQuery } from './queries/read-query.ts';
import { reachOf } from './reach.ts';
import { type ReachableByQuery, readReachableBy } from './reachable-by.ts';
import { diffScope, endScope } from './scope.ts';
import type { EndScopeInput, ShardApi } from './shard-api.ts';
import { readStructure, type Structure } from './structure.ts';
import { accountsOf } from './summaries.ts';
import { openTx, type Tx } from './tx.ts';
import { confirmChanges, countUnknown, takeChanges } from './verdicts.store.ts';
import { readViews } from './views.ts';
import { trailsTo } from './walk-back.ts';
import { buildIndex, updateIndex } from './walk-index.build.ts';
import type { Seeds, WalkIndex } from './walk-index.ts';
import { type BothSeeds, type Removal, readWhatIf, without } from './what-if.ts';

/** Accounts that one call of `evaluateStretch` looks at. */
const STRETCH = 2_000;
/** Accounts that the alarm looks at in one transaction, and how often before it lets others in. */
const DUE_LIMIT = 1_000;
const DUE_ROUNDS = 5;
/** Changes that the alarm carries to the issue store at a time. */
const SETTLE_LIMIT = 500;
/** The platform stops retrying an alarm after six times; from here on it is set anew instead. */
const LATE_RETRY = 5;
const ALARM_AGAIN = 30 * SECOND;

export type Settle = (deps: Deps, tenantId: string, changes: VerdictChange[]) => Promise<unknown>;

/** One shard of a tenant's identity graph, named `<tenant id>/<index>`. Every method is one transaction. */
export class GraphShard extends DurableObject<Env> implements ShardApi {
  /** Collaborators, replaced by tests. */
  clock: Clock = systemClock;
  evaluator: Evaluator = detectionEvaluator;
  settle: Settle = applyVerdictChanges;

  readonly #tenantId: string;
  /** Read once and kept until it changes. */
  #structure: Structure | null = null;
  /** The live edges in memory. Undefined: not read since the object woke; null: they are too many. */
  #index: WalkIndex | null | undefined;
  /** Whether packs may wait to be turned round: then they are before anything is read. */
  #waiting = true;
  /** Counted once and kept until something is written: dashboards ask every few seconds. */
  #counts: Counts | null = null;
  /** Changes of the graph since the object woke, and when that was. */
  #revision = 0;
  readonly #born = this.clock.now();
  /** Whether it takes changes, and questions, while and after its rows move to other shards. */
  #fence: Fence;
  /** When the alarm is set to; undefined: not looked up since the object woke. */
  #armedFor: number | null | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrateGraph(ctx.storage);
    this.#tenantId = claimName(openTx(ctx.storage.sql), ctx.id.name);
    this.#fence = readFence(openTx(ctx.storage.sql));
  }

  async applyPage(page: PageFacts & { evaluate: boolean }, now: Millis) {
    return this.#change(now, page.evaluate, (tx) => ({ changed: applyPage(tx, page, !page.evaluate) }), !page.evaluate);
  }

  async applyDelta(delta: GraphDelta, now: Millis) {
    return this.#change(now, true, (tx) => ({ changed: applyDelta(tx, delta, now) }));
  }

  async diffScope(scope: Scope, seen: string[], asOf: Millis) {
    return diffScope(this.#tx(), scope, seen, asOf);
  }

  async endScope({ scope, ending, asOf, by, evaluate }: EndScopeInput, now: Millis) {
    return this.#change(now, evaluate, (tx) => endScope(tx, scope, ending, asOf, by));
  }

  async setCoverage(coverage: CoverageInput[]) {
    this.#structure = null;
    this.#revision += 1;
    this.#transaction((tx) => writeCoverage(tx, coverage));
  }

  async evaluateStretch(after: string | null, now: Millis) {
    const result = this.#transaction((tx) => {
      const { evaluated, next } = evaluateStretch(tx, after, STRETCH, this.#context(tx, now));
      return { evaluated, next, rowsWritten: tx.rowsWritten };
    });
    await this.#arm(now);
    return result;
  }

  async takeChanges(limit: number) {
    return takeChanges(this.#tx(), limit);
  }

  async confirmChanges(seq: number) {
    confirmChanges(this.#tx(), seq);
  }

  async list(query: ShardListQuery) {
    return listNodes(this.#tx(), query);
  }

  async node(id: string, limit: number, asOf: Millis | null) {
    return readDetail(this.#at(asOf), id, limit);
  }

  async identity(id: string, asOf: Millis | null) {
    return asOf === null ? readIdentityDetail(this.#tx(), id) : identityAsOf(this.#tx(), id, asOf);
  }

  async accountView(accountId: string, now: Millis) {
    const tx = this.#tx();
    return readViews(tx, [accountId], this.#context(tx, now).structure, now)[0] ?? null;
  }

  /** Judged anew rather than read: so that what passes is told from what nobody looked at. */
  async verdicts(subjectId: string, now: Millis) {
    const tx = this.#tx();
    const { structure, evaluator } = this.#context(tx, now);
    return readViews(tx, accountsOf(tx, subjectId), structure, now).flatMap((view) => evaluator.evaluate(view, now));
  }

  async path(from: string, to: string | null, asOf: Millis | null) {
    return shortestPath(this.#walker(asOf), from, to);
  }

  async reach(from: string, asOf: Millis | null) {
    return reachOf(this.#walker(asOf), from);
  }

  async relays(to: string | null, seeds: Seeds, view: View) {
    const trails = trailsTo(this.#view(view), to === null ? null : [to], seeds);
    return { stamp: await this.revision(), seeds: trails.relays() };
  }

  async ways(query: WaysQuery) {
    return readWays(this.#view(query.view), query);
  }

  async spread(starts: string[], view: View) {
    return readSpread(this.#view(view), starts);
  }

  async radius(query: RadiusQuery) {
    return readRadius(this.#view(query.view), query);
  }

  async storedEdges(query: StoredEdgesQuery) {
    return readStoredEdges(this.#tx(), query);
  }

  async powers() {
    return readPowerRows(this.#walker(null));
  }

  async targets(over: TargetSet, after: string, limit: number) {
    return readTargets(this.#walker(null), over, after, limit);
  }

  async setsOf(id: string) {
    return readSetsOf(this.#walker(null), id);
  }

  async tierZero() {
    return readTierZero(this.#tx());
  }

  async changes(query: ChangesQuery) {
    return readChanges(this.#tx(), query);
  }

  async reachableBy(query: ReachableByQuery) {
    return readReachableBy(this.#walker(null), query);
  }

  async access(identityId: string, appId: string) {
    return readAccess(this.#tx(), identityId, appId);
  }

  async chokePoints(limit: number, seeds: Seeds) {
    return readChokePoints(this.#walker(null), limit, seeds);
  }

  async whatIf(removals: Removal[], now: Millis, seeds: BothSeeds) {
    const tx = this.#walker(null);
    return readWhatIf(tx, removals, this.#context(tx, now), seeds);
  }

  async savedQuery(ask: QueryAsk, now: Millis, asOf: Millis | null) {
    return readSavedQuery(this.#at(asOf), ask, asOf ?? now, asOf !== null);
  }

  async savedQueryCounts(now: Millis) {
    return countSavedQueries(this.#tx(), now);
  }

  async lookup(nodes: string[], edges: EdgeRef[], asOf: Millis | null) {
    return readLookup(this.#at(asOf), nodes, edges);
  }

  async exposed(limit: number, seeds: Seeds) {
    return readExposed(this.#walker(null), limit, seeds);
  }

  async revision() {
    return `${this.#born.toString(36)}.${this.#revision}`;
  }

  async counts() {
    this.#counts ??= countGraph(this.#tx());
    return this.#counts;
  }

  async unknownCounts() {
    return countUnknown(this.#tx());
  }

  async coverage() {
    return readCoverage(this.#tx());
  }

  /** Whether the identity is here. Its kind counts for all of its accounts. */
  async setIdentityKind(identityId: string, kind: IdentityKind | null, by: string, now: Millis) {
    return this.#transaction((tx) => {
      const ids = accountsOf(tx, identityId);
      if (kind !== null) setKinds(tx, ids, kind, by);
      else {
        unsetKinds(tx, ids);
        storeKinds(tx, ids, readViews(tx, ids, this.#context(tx, now).structure, now), now);
      }
      return ids.length > 0;
    });
  }

  /** Forgets everything: the tenant is gone. */
  async destroy() {
    await this.#wipe();
    this.#fence = 'open';
  }

  /** One step of the move of this shard's rows to other shards. */
  async moveOut(step: OutStep): Promise<OutStatus | null> {
    this.#fold();
    try {
      return this.ctx.storage.transactionSync(() => stepOut(openTx(this.ctx.storage.sql), step));
    } finally {
      this.#fence = readFence(openTx(this.ctx.storage.sql));
    }
  }

  async moveExport(generation: number, limit: number): Promise<Batch> {
    this.#fold();
    return this.ctx.storage.transactionSync(() => exportBatch(openTx(this.ctx.storage.sql), generation, limit));
  }

  /** Takes rows over from another shard. Nobody asks this one before it has them all. */
  async moveIn(delivery: Delivery): Promise<void> {
    this.#transaction((tx) => importBatch(tx, delivery));
    this.#structure = null;
    this.#index = undefined;
    this.#revision += 1;
  }

  /** From here on this shard is asked: what is due by time is looked at again. */
  async moveOpen(now: Millis): Promise<void> {
    await this.#arm(now);
  }

  /** The graph is elsewhere: forgets its rows, and sends away whoever still comes. */
  async moveLeave(generation: number): Promise<void> {
    markMoved(openTx(this.ctx.storage.sql), generation);
    this.#fence = 'moved';
    await this.#wipe();
    markMoved(openTx(this.ctx.storage.sql), generation);
  }

  async #wipe(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#structure = null;
    this.#index = undefined;
    this.#counts = null;
    this.#armedFor = null;
    migrateGraph(this.ctx.storage);
    claimName(openTx(this.ctx.storage.sql), this.ctx.id.name);
  }

  /** Looks at the accounts that wait or whose verdict may end by time, and carries what changed to the issues. */
  override async alarm(info?: AlarmInvocationInfo) {
    this.#armedFor = null;
    if (this.#fence === 'moved') return;
    if ((info?.retryCount ?? 0) >= LATE_RETRY) {
      await this.#setAlarm(Date.now() + ALARM_AGAIN);
      return;
    }
    const now = this.clock.now();
    for (let round = 0; this.#fence === 'open' && round < DUE_ROUNDS; round++) {
      const taken = this.#transaction((tx) => evaluateDue(tx, DUE_LIMIT, this.#context(tx, now)));
      if (taken < DUE_LIMIT) break;
    }
    const deps = createDeps(this.env, { clock: this.clock });
    for (;;) {
      const changes = takeChanges(this.#tx(), SETTLE_LIMIT);
      const last = changes.at(-1);
      if (!last) break;
      await this.settle(deps, this.#tenantId, changes);
      confirmChanges(this.#tx(), last.seq);
    }
    // a closed shard evaluates nothing: it opens again, or those that take over do
    if (this.#fence === 'open') await this.#arm(now);
    else await this.#setAlarm(Date.now() + ALARM_AGAIN);
  }

  #tx(): Tx {
    if (this.#fence === 'moved') throw graphMoving();
    this.#fold();
    return openTx(this.ctx.storage.sql);
  }

  #fold(): void {
    const { sql } = this.ctx.storage;
    while (this.#waiting) this.ctx.storage.transactionSync(() => (this.#waiting = foldPacked(openTx(sql))));
  }

  #at(asOf: Millis | null): Tx {
    return asOf === null ? this.#tx() : asOfLens(this.#tx(), asOf);
  }

  /** For questions that walk far: the present comes with its live edges in memory, as long as they fit. */
  #walker(asOf: Millis | null): Tx {
    if (asOf !== null) return this.#at(asOf);
    const tx = this.#tx();
    if (this.#index === undefined) this.#index = buildIndex(tx);
    if (!this.#index) return tx;
    this.#index.hubs ??= buildHubs(this.#index, readPowers(tx));
    // what role assignments give is more than memory takes: queries walk
    return this.#index.hubs ? openTx(this.ctx.storage.sql, this.#index) : tx;
  }

  #view({ asOf, without: removals }: View): Tx {
    return removals.length > 0 ? without(this.#at(asOf), removals).after : this.#walker(asOf);
  }

  /** Within the transaction of a change: what it touched is read again. */
  #follow(tx: Tx, { walked }: Changed, packs: boolean): void {
    if (!this.#index || walked.size === 0) return;
    // of a page that waits to be turned round, edges are not found from where they leave
    if (packs || !updateIndex(tx, this.#index, walked)) this.#index = undefined;
  }

  /** `packs`: it reads no edges from where they leave, and what it packs waits. */
  #transaction<T>(work: (tx: Tx) => T, packs = false): T {
    if (this.#fence !== 'open') throw graphMoving();
    if (packs) this.#waiting = true;
    else this.#fold();
    try {
      this.#counts = null;
      return this.ctx.storage.transactionSync(() => work(openTx(this.ctx.storage.sql)));
    } catch (error) {
      // They may have been read within the transaction that is undone.
      this.#structure = null;
      this.#index = undefined;
      this.#waiting = true;
      throw error;
    }
  }

  /** A change and the evaluation of what it touched are one transaction: repeating the change would find nothing new. */
  async #change<T extends { changed: Changed }>(now: Millis, evaluate: boolean, work: (tx: Tx) => T, packs = false) {
    const result = this.#transaction((tx) => {
      const { changed, ...rest } = work(tx);
      if (changed.structure) this.#structure = null;
      if (changed.structure || changed.walked.size > 0) this.#revision += 1;
      this.#follow(tx, changed, packs);
      const touched = evaluate ? touchedAccounts(tx, changed) : [];
      const evaluated = touched.length > 0 ? evaluateTouched(tx, touched, this.#context(tx, now)) : 0;
      return { ...rest, evaluated, rowsWritten: tx.rowsWritten };
    }, packs);
    if (result.evaluated > 0) await this.#arm(now);
    return result;
  }

  #context(tx: Tx, now: Millis): EvaluationContext {
    this.#structure ??= readStructure(tx);
    return { evaluator: this.evaluator, structure: this.#structure, now };
  }

  /** The alarm follows the platform's time; what is due is told by ours, which tests own. */
  async #arm(now: Millis): Promise<void> {
    const due = nextDue(this.#tx(), now);
    if (due === null) return;
    const at = Date.now() + Math.max(0, due - now);
    if (this.#armedFor === undefined) this.#armedFor = await this.ctx.storage.getAlarm();
    if (this.#armedFor !== null && this.#armedFor <= at + SECOND) return;
    await this.#setAlarm(at);
  }

  async #setAlarm(at: number): Promise<void> {
    this.#armedFor = at;
    await this.ctx.storage.setAlarm(at);
  }
}
