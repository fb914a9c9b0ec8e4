import { DurableObject } from 'cloudflare:workers';
import type { VerdictChange } from '../detections/types.ts';
import { applyVerdictChanges } from '../issues/settle.ts';
import { type Clock, type Millis, SECOND, systemClock } from '../platform/clock.ts';
import { createDeps, type Deps } from '../platform/deps.ts';
import { readAccess } from './access.ts';
import { identityAsOf } from './as-of.ts';
import { type RadiusQuery, readRadius, readSpread } from './blast-radius.ts';
import { type ChangesQuery, readChanges } from './changes.ts';
import { readChokePoints } from './choke-points.ts';
import { applyDelta } from './delta.ts';
import { readDetail } from './detail.ts';
import { evaluateDue, evaluateStretch } from './evaluate.ts';
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
import { markMoved } from './move/state.ts';
import { applyPage, type PageFacts } from './page.ts';
import { readWays, shortestPath, type View, type WaysQuery } from './paths.ts';
import type { CoverageInput } from './port.ts';
import { readPowerRows, readSetsOf, readStoredEdges, readTargets, type StoredEdgesQuery } from './privileges/list.ts';
import type { TargetSet } from './privileges/rules.ts';
import { readTierZero } from './privileges/tier-zero.ts';
import { countSavedQueries, type QueryAsk, readSavedQuery } from './queries/read-query.ts';
import { reachOf } from './reach.ts';
import { type ReachableByQuery, readReachableBy } from './reachable-by.ts';
import { diffScope, endScope } from './scope.ts';
import type { EndScopeInput, ShardApi } from './shard-api.ts';
import { ShardEngine } from './shard-engine.ts';
import { accountsOf } from './summaries.ts';
import { openTx } from './tx.ts';
import { confirmChanges, countUnknown, takeChanges } from './verdicts.store.ts';
import { readViews } from './views.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';
import { type BothSeeds, type Removal, readWhatIf } from './what-if.ts';

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

  readonly #engine: ShardEngine;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#engine = new ShardEngine(ctx, { now: () => this.clock.now(), evaluator: () => this.evaluator });
  }

  async applyPage(page: PageFacts & { evaluate: boolean }, now: Millis) {
    return this.#engine.change(
      now,
      page.evaluate,
      (tx) => ({ changed: applyPage(tx, page, !page.evaluate) }),
      !page.evaluate,
    );
  }

  async applyDelta(delta: GraphDelta, now: Millis) {
    return this.#engine.change(now, true, (tx) => ({ changed: applyDelta(tx, delta, now) }));
  }

  async diffScope(scope: Scope, seen: string[], asOf: Millis) {
    return diffScope(this.#engine.tx(), scope, seen, asOf);
  }

  async endScope({ scope, ending, asOf, by, evaluate }: EndScopeInput, now: Millis) {
    return this.#engine.change(now, evaluate, (tx) => endScope(tx, scope, ending, asOf, by));
  }

  async setCoverage(coverage: CoverageInput[]) {
    this.#engine.forgetStructure();
    this.#engine.transaction((tx) => writeCoverage(tx, coverage));
  }

  async evaluateStretch(after: string | null, now: Millis) {
    const result = this.#engine.transaction((tx) => {
      const { evaluated, next } = evaluateStretch(tx, after, STRETCH, this.#engine.context(tx, now));
      return { evaluated, next, rowsWritten: tx.rowsWritten };
    });
    await this.#engine.arm(now);
    return result;
  }

  async takeChanges(limit: number) {
    return takeChanges(this.#engine.tx(), limit);
  }

  async confirmChanges(seq: number) {
    confirmChanges(this.#engine.tx(), seq);
  }

  async list(query: ShardListQuery) {
    return listNodes(this.#engine.tx(), query);
  }

  async node(id: string, limit: number, asOf: Millis | null) {
    return readDetail(this.#engine.at(asOf), id, limit);
  }

  async identity(id: string, asOf: Millis | null) {
    return asOf === null ? readIdentityDetail(this.#engine.tx(), id) : identityAsOf(this.#engine.tx(), id, asOf);
  }

  async accountView(accountId: string, now: Millis) {
    const tx = this.#engine.tx();
    return readViews(tx, [accountId], this.#engine.context(tx, now).structure, now)[0] ?? null;
  }

  /** Judged anew rather than read: so that what passes is told from what nobody looked at. */
  async verdicts(subjectId: string, now: Millis) {
    const tx = this.#engine.tx();
    const { structure, evaluator } = this.#engine.context(tx, now);
    return readViews(tx, accountsOf(tx, subjectId), structure, now).flatMap((view) => evaluator.evaluate(view, now));
  }

  async path(from: string, to: string | null, asOf: Millis | null) {
    return shortestPath(this.#engine.walker(asOf), from, to);
  }

  async reach(from: string, asOf: Millis | null) {
    return reachOf(this.#engine.walker(asOf), from);
  }

  async relays(to: string | null, seeds: Seeds, view: View) {
    const trails = trailsTo(this.#engine.view(view), to === null ? null : [to], seeds);
    return { stamp: await this.revision(), seeds: trails.relays() };
  }

  async ways(query: WaysQuery) {
    return readWays(this.#engine.view(query.view), query);
  }

  async spread(starts: string[], view: View) {
    return readSpread(this.#engine.view(view), starts);
  }

  async radius(query: RadiusQuery) {
    return readRadius(this.#engine.view(query.view), query);
  }

  async storedEdges(query: StoredEdgesQuery) {
    return readStoredEdges(this.#engine.tx(), query);
  }

  async powers() {
    return readPowerRows(this.#engine.walker(null));
  }

  async targets(over: TargetSet, after: string, limit: number) {
    return readTargets(this.#engine.walker(null), over, after, limit);
  }

  async setsOf(id: string) {
    return readSetsOf(this.#engine.walker(null), id);
  }

  async tierZero() {
    return readTierZero(this.#engine.tx());
  }

  async changes(query: ChangesQuery) {
    return readChanges(this.#engine.tx(), query);
  }

  async reachableBy(query: ReachableByQuery) {
    return readReachableBy(this.#engine.walker(null), query);
  }

  async access(identityId: string, appId: string) {
    return readAccess(this.#engine.tx(), identityId, appId);
  }

  async chokePoints(limit: number, seeds: Seeds) {
    return readChokePoints(this.#engine.walker(null), limit, seeds);
  }

  async whatIf(removals: Removal[], now: Millis, seeds: BothSeeds) {
    const tx = this.#engine.walker(null);
    return readWhatIf(tx, removals, this.#engine.context(tx, now), seeds);
  }

  async savedQuery(ask: QueryAsk, now: Millis, asOf: Millis | null) {
    return readSavedQuery(this.#engine.at(asOf), ask, asOf ?? now, asOf !== null);
  }

  async savedQueryCounts(now: Millis) {
    return countSavedQueries(this.#engine.tx(), now);
  }

  async lookup(nodes: string[], edges: EdgeRef[], asOf: Millis | null) {
    return readLookup(this.#engine.at(asOf), nodes, edges);
  }

  async exposed(limit: number, seeds: Seeds) {
    return readExposed(this.#engine.walker(null), limit, seeds);
  }

  async revision() {
    return this.#engine.revision();
  }

  async counts() {
    return this.#engine.counts();
  }

  async unknownCounts() {
    return countUnknown(this.#engine.tx());
  }

  async coverage() {
    return readCoverage(this.#engine.tx());
  }

  /** Whether the identity is here. Its kind counts for all of its accounts. */
  async setIdentityKind(identityId: string, kind: IdentityKind | null, by: string, now: Millis) {
    return this.#engine.transaction((tx) => {
      const ids = accountsOf(tx, identityId);
      if (kind !== null) setKinds(tx, ids, kind, by);
      else {
        unsetKinds(tx, ids);
        storeKinds(tx, ids, readViews(tx, ids, this.#engine.context(tx, now).structure, now), now);
      }
      return ids.length > 0;
    });
  }

  /** Forgets everything: the tenant is gone. */
  async destroy() {
    await this.#engine.wipe();
    this.#engine.fence = 'open';
  }

  /** One step of the move of this shard's rows to other shards. */
  async moveOut(step: OutStep): Promise<OutStatus | null> {
    this.#engine.fold();
    try {
      return this.ctx.storage.transactionSync(() => stepOut(openTx(this.ctx.storage.sql), step));
    } finally {
      this.#engine.fence = this.#engine.readFence();
    }
  }

  async moveExport(generation: number, limit: number): Promise<Batch> {
    this.#engine.fold();
    return this.ctx.storage.transactionSync(() => exportBatch(openTx(this.ctx.storage.sql), generation, limit));
  }

  /** Takes rows over from another shard. Nobody asks this one before it has them all. */
  async moveIn(delivery: Delivery): Promise<void> {
    this.#engine.transaction((tx) => importBatch(tx, delivery));
    this.#engine.forgetReads();
  }

  /** From here on this shard is asked: what is due by time is looked at again. */
  async moveOpen(now: Millis): Promise<void> {
    await this.#engine.arm(now);
  }

  /** The graph is elsewhere: forgets its rows, and sends away whoever still comes. */
  async moveLeave(generation: number): Promise<void> {
    markMoved(openTx(this.ctx.storage.sql), generation);
    this.#engine.fence = 'moved';
    await this.#engine.wipe();
    markMoved(openTx(this.ctx.storage.sql), generation);
  }

  /** Looks at the accounts that wait or whose verdict may end by time, and carries what changed to the issues. */
  override async alarm(info?: AlarmInvocationInfo) {
    this.#engine.alarmRang();
    if (this.#engine.fence === 'moved') return;
    if ((info?.retryCount ?? 0) >= LATE_RETRY) {
      await this.#engine.setAlarm(Date.now() + ALARM_AGAIN);
      return;
    }
    const now = this.clock.now();
    for (let round = 0; this.#engine.fence === 'open' && round < DUE_ROUNDS; round++) {
      const taken = this.#engine.transaction((tx) => evaluateDue(tx, DUE_LIMIT, this.#engine.context(tx, now)));
      if (taken < DUE_LIMIT) break;
    }
    const deps = createDeps(this.env, { clock: this.clock });
    for (;;) {
      const changes = takeChanges(this.#engine.tx(), SETTLE_LIMIT);
      const last = changes.at(-1);
      if (!last) break;
      await this.settle(deps, this.#engine.tenantId, changes);
      confirmChanges(this.#engine.tx(), last.seq);
    }
    // a closed shard evaluates nothing: it opens again, or those that take over do
    if (this.#engine.fence === 'open') await this.#engine.arm(now);
    else await this.#engine.setAlarm(Date.now() + ALARM_AGAIN);
  }
}
