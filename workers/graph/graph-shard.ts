import { applyVerdictChanges } from '../issues/settle.ts';
import type { Millis } from '../platform/clock.ts';
import { createDeps } from '../platform/deps.ts';
import { ringAlarm, type Settle } from './alarm.ts';
import { type Beyond, writeBeyond } from './beyond.ts';
import { changedBySaying, type SayInput } from './criticality/said.store.ts';
import { applyDelta } from './delta.ts';
import { evaluateStretch } from './evaluate.ts';
import { writeCoverage } from './facts.store.ts';
import { keepSince } from './history/purge.ts';
import { setKindOf } from './kinds/by-hand.ts';
import type { IdentityKind } from './kinds/rules.ts';
import { takeLinkStep } from './links/link-step.ts';
import type { LinkStep } from './links/steps.ts';
import { type Batch, exportBatch } from './move/export.ts';
import { type Delivery, importBatch } from './move/import.ts';
import { type OutStatus, type OutStep, stepOut } from './move/move-out.ts';
import { applyPage, type PageFacts } from './page.ts';
import type { CoverageInput } from './port.ts';
import { type DiffScopeInput, diffScope, type EndScopeInput, endScopes } from './scope.ts';
import type { ShardApi } from './shard-api.ts';
import { ShardQuestions } from './shard-questions.ts';
import { confirmChanges, takeChanges } from './verdicts.store.ts';
import type { GraphDelta } from './writes.ts';

/** Accounts that one call of `evaluateStretch` looks at. */
const STRETCH = 2_000;

/** One shard of a tenant's identity graph, named `<tenant id>/<index>`. Every method is one transaction. */
export class GraphShard extends ShardQuestions implements ShardApi {
  /** Replaced by tests. */
  settle: Settle = applyVerdictChanges;

  async applyPage(page: PageFacts & { evaluate: boolean }, now: Millis) {
    return this.engine.change(
      now,
      page.evaluate,
      (tx) => ({ changed: applyPage(tx, page, !page.evaluate) }),
      !page.evaluate,
    );
  }

  async applyDelta(delta: GraphDelta, now: Millis) {
    return this.engine.change(now, true, (tx) => ({ changed: applyDelta(tx, delta, now) }));
  }

  async diffScopes(asks: DiffScopeInput[]) {
    const tx = this.engine.tx();
    return asks.map((ask) => diffScope(tx, ask));
  }

  async endScopes(inputs: EndScopeInput[], evaluate: boolean, now: Millis) {
    return this.engine.change(now, evaluate, (tx) => endScopes(tx, inputs));
  }

  async setCoverage(coverage: CoverageInput[]) {
    this.engine.forgetStructure();
    this.engine.transaction((tx) => writeCoverage(tx, coverage));
  }

  async evaluateStretch(after: string | null, now: Millis, beyond: Beyond[] | null) {
    const result = this.engine.transaction((tx) => {
      if (beyond) writeBeyond(tx, beyond);
      const { evaluated, next } = evaluateStretch(tx, after, STRETCH, this.engine.context(tx, now));
      return { evaluated, next, rowsWritten: tx.rowsWritten };
    });
    await this.engine.arm(now);
    return result;
  }

  async takeChanges(limit: number) {
    return takeChanges(this.engine.tx(), limit);
  }

  async confirmChanges(seq: number) {
    confirmChanges(this.engine.tx(), seq);
  }

  async sayCriticality(input: SayInput, now: Millis) {
    return this.engine.change(now, true, (tx) => ({ changed: changedBySaying(tx, input, now) }));
  }

  /** Whether the identity is here. Its kind counts for all of its accounts. */
  async setIdentityKind(identityId: string, kind: IdentityKind | null, by: string, now: Millis) {
    return this.engine.transaction((tx) => setKindOf(tx, identityId, kind, by, this.engine.context(tx, now)));
  }

  async keepHistorySince(since: Millis, now: Millis) {
    if (this.engine.transaction((tx) => keepSince(tx, since))) await this.engine.arm(now);
  }

  async links(step: LinkStep, now: Millis) {
    return takeLinkStep(this.engine, step, now);
  }

  /** Forgets everything: the tenant is gone. */
  async destroy() {
    await this.engine.wipe();
    this.engine.fence = 'open';
  }

  /** One step of the move of this shard's rows to other shards. */
  async moveOut(step: OutStep): Promise<OutStatus | null> {
    try {
      return this.engine.moving((tx) => stepOut(tx, step));
    } finally {
      this.engine.fence = this.engine.readFence();
    }
  }

  async moveExport(generation: number, limit: number): Promise<Batch> {
    return this.engine.moving((tx) => exportBatch(tx, generation, limit));
  }

  /** Takes rows over from another shard. Nobody asks this one before it has them all. */
  async moveIn(delivery: Delivery): Promise<void> {
    this.engine.transaction((tx) => importBatch(tx, delivery));
    this.engine.forgetReads();
  }

  /** From here on this shard is asked: what is due by time is looked at again. */
  async moveOpen(now: Millis): Promise<void> {
    await this.engine.arm(now);
  }

  async moveLeave(generation: number): Promise<void> {
    await this.engine.leave(generation);
  }

  override async alarm(info?: AlarmInvocationInfo) {
    const deps = createDeps(this.env, { clock: this.clock });
    await ringAlarm(this.engine, deps, this.settle, info?.retryCount ?? 0);
  }
}
