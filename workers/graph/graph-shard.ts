import { DurableObject } from 'cloudflare:workers';
import { migrateGraph } from '../../db/graph/migrate.ts';
import type { VerdictChange } from '../detections/types.ts';
import { applyVerdictChanges } from '../issues/settle.ts';
import { type Clock, type Millis, SECOND, systemClock } from '../platform/clock.ts';
import { createDeps, type Deps } from '../platform/deps.ts';
import { readAccess } from './access.ts';
import { asOfLens, identityAsOf } from './as-of.ts';
import { readBlastRadius } from './blast-radius.ts';
import { type Changed, touchedAccounts } from './changed.ts';
import { type ChangesQuery, readChanges } from './changes.ts';
import { readChokePoints } from './choke-points.ts';
import { type Counts, countGraph } from './counts.ts';
import { applyDelta } from './delta.ts';
import { readDetail } from './detail.ts';
import { type EvaluationContext, evaluateDue, evaluateStretch, evaluateTouched, nextDue } from './evaluate.ts';
import { detectionEvaluator, type Evaluator } from './evaluator.ts';
import { readCoverage, writeCoverage } from './facts.store.ts';
import { readIdentityDetail } from './identity-detail.ts';
import { listNodes, type ShardListQuery } from './list.ts';
import type { GraphDelta, Scope } from './model.ts';
import { claimName } from './name.ts';
import { applyPage, type PageFacts } from './page.ts';
import { shortestPath } from './paths.ts';
import type { CoverageInput } from './port.ts';
import { reachOf } from './reach.ts';
import { type ReachableByQuery, readReachableBy } from './reachable-by.ts';
import { diffScope, endScope } from './scope.ts';
import type { EndScopeInput, ShardApi } from './shard-api.ts';
import { readStructure, type Structure } from './structure.ts';
import { accountsOf } from './summaries.ts';
import { openTx, type Tx } from './tx.ts';
import { confirmChanges, countUnknown, takeChanges } from './verdicts.store.ts';
import { readViews } from './views.ts';
import { type Removal, readWhatIf } from './what-if.ts';

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
  /** Counted once and kept until something is written: dashboards ask every few seconds. */
  #counts: Counts | null = null;
  /** When the alarm is set to; undefined: not looked up since the object woke. */
  #armedFor: number | null | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrateGraph(ctx.storage);
    this.#tenantId = claimName(this.#tx(), ctx.id.name);
  }

  async applyPage(page: PageFacts & { evaluate: boolean }, now: Millis) {
    return this.#change(now, page.evaluate, (tx) => ({ changed: applyPage(tx, page) }));
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
    this.ctx.storage.transactionSync(() => writeCoverage(this.#tx(), coverage));
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
    return shortestPath(this.#at(asOf), from, to);
  }

  async reach(from: string, asOf: Millis | null) {
    return reachOf(this.#at(asOf), from);
  }

  async blastRadius(from: string, asOf: Millis | null) {
    return readBlastRadius(this.#at(asOf), from);
  }

  async changes(query: ChangesQuery) {
    return readChanges(this.#tx(), query);
  }

  async reachableBy(query: ReachableByQuery) {
    return readReachableBy(this.#tx(), query);
  }

  async access(identityId: string, appId: string) {
    return readAccess(this.#tx(), identityId, appId);
  }

  async chokePoints(limit: number) {
    return readChokePoints(this.#tx(), limit);
  }

  async whatIf(removals: Removal[], now: Millis) {
    const tx = this.#tx();
    return readWhatIf(tx, removals, this.#context(tx, now));
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

  /** Forgets everything: the tenant is gone. */
  async destroy() {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#structure = null;
    this.#counts = null;
    this.#armedFor = null;
    migrateGraph(this.ctx.storage);
    claimName(this.#tx(), this.ctx.id.name);
  }

  /** Looks at the accounts that wait or whose verdict may end by time, and carries what changed to the issues. */
  override async alarm(info?: AlarmInvocationInfo) {
    this.#armedFor = null;
    if ((info?.retryCount ?? 0) >= LATE_RETRY) {
      await this.#setAlarm(Date.now() + ALARM_AGAIN);
      return;
    }
    const now = this.clock.now();
    for (let round = 0; round < DUE_ROUNDS; round++) {
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
    await this.#arm(now);
  }

  #tx(): Tx {
    return openTx(this.ctx.storage.sql);
  }

  #at(asOf: Millis | null): Tx {
    return asOf === null ? this.#tx() : asOfLens(this.#tx(), asOf);
  }

  #transaction<T>(work: (tx: Tx) => T): T {
    try {
      this.#counts = null;
      return this.ctx.storage.transactionSync(() => work(this.#tx()));
    } catch (error) {
      // It may have been read within the transaction that is undone.
      this.#structure = null;
      throw error;
    }
  }

  /** A change and the evaluation of what it touched are one transaction: repeating the change would find nothing new. */
  async #change<T extends { changed: Changed }>(now: Millis, evaluate: boolean, work: (tx: Tx) => T) {
    const result = this.#transaction((tx) => {
      const { changed, ...rest } = work(tx);
      if (changed.structure) this.#structure = null;
      const touched = evaluate ? touchedAccounts(tx, changed) : [];
      const evaluated = touched.length > 0 ? evaluateTouched(tx, touched, this.#context(tx, now)) : 0;
      return { ...rest, evaluated, rowsWritten: tx.rowsWritten };
    });
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
