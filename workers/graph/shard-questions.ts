import { DurableObject } from 'cloudflare:workers';
import { type Clock, type Millis, systemClock } from '../platform/clock.ts';
import { readAccess } from './access.ts';
import { identityAsOf } from './as-of.ts';
import { readArrivals } from './beyond.ts';
import { type RadiusQuery, readRadius, readSpread } from './blast-radius.ts';
import { type ChangesQuery, readChanges } from './changes.ts';
import { readChokePicture, readChokePoints } from './choke-points.ts';
import { readLevels } from './criticality/read-levels.ts';
import { readJewels } from './criticality/said.store.ts';
import { readDetail } from './detail.ts';
import { readEdgesInto } from './edges-into.ts';
import { detectionEvaluator, type Evaluator } from './evaluator.ts';
import { readExposed } from './exposed.ts';
import { readCoverage } from './facts.store.ts';
import { readIdentityDetail } from './identity-detail.ts';
import { type FactsQuery, readAccountFacts } from './links/account-facts.ts';
import { listNodes, type ShardListQuery } from './list.ts';
import { listNodesThen } from './list-then.ts';
import { type EdgeRef, readLookup } from './lookup.ts';
import type { EdgeKind } from './model.ts';
import { type NearQuery, readNear } from './near-paths.ts';
import { readWays, shortestPath, type View, type WaysQuery } from './paths.ts';
import {
  readPowerRows,
  readSetsOf,
  readStoredEdges,
  readTargets,
  type StoredEdgesQuery,
  type TargetsQuery,
} from './privileges/list.ts';
import { readTierZero } from './privileges/tier-zero.ts';
import { countSavedQueries, type QueryAsk, readSavedQuery } from './queries/read-query.ts';
import { reachOf } from './reach.ts';
import { type ReachableByQuery, readReachableBy } from './reachable-by.ts';
import { readReachableThen } from './reachable-then.ts';
import { ShardEngine } from './shard-engine.ts';
import { accountsOf } from './summaries.ts';
import { readNodes, readTies } from './ties.ts';
import { countUnknown } from './verdicts.store.ts';
import { readViews } from './views.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';
import { type BothSeeds, type Removal, readWhatIf } from './what-if.ts';
import type { JewelQuestion } from './what-if-jewels.ts';

/** The questions that a shard answers: each reads, and changes nothing. `graph-shard.ts` adds what changes it. */
export abstract class ShardQuestions extends DurableObject<Env> {
  /** Collaborators, replaced by tests. */
  clock: Clock = systemClock;
  evaluator: Evaluator = detectionEvaluator;

  protected readonly engine: ShardEngine;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.engine = new ShardEngine(ctx, { now: () => this.clock.now(), evaluator: () => this.evaluator });
  }

  async list(query: ShardListQuery, asOf: Millis | null) {
    return asOf === null ? listNodes(this.engine.tx(), query) : listNodesThen(this.engine.at(asOf), query);
  }

  async node(id: string, limit: number, asOf: Millis | null) {
    return readDetail(this.engine.at(asOf), id, limit);
  }

  async ties(id: string, limit: number, asOf: Millis | null) {
    return readTies(this.engine.at(asOf), id, limit);
  }

  async nodes(ids: string[], asOf: Millis | null) {
    return readNodes(this.engine.at(asOf), ids);
  }

  async identity(id: string, asOf: Millis | null) {
    return asOf === null ? readIdentityDetail(this.engine.tx(), id) : identityAsOf(this.engine.since(asOf), id, asOf);
  }

  async accountView(accountId: string, now: Millis) {
    const tx = this.engine.tx();
    return readViews(tx, [accountId], this.engine.context(tx, now).structure, now)[0] ?? null;
  }

  /** Judged anew rather than read: so that what passes is told from what nobody looked at. */
  async verdicts(subjectId: string, now: Millis) {
    const tx = this.engine.tx();
    const { structure, evaluator } = this.engine.context(tx, now);
    return readViews(tx, accountsOf(tx, subjectId), structure, now).flatMap((view) => evaluator.evaluate(view, now));
  }

  async path(from: string, to: string | null, asOf: Millis | null) {
    return shortestPath(this.engine.walker(asOf), from, to);
  }

  async reach(from: string, asOf: Millis | null) {
    return reachOf(this.engine.walker(asOf), from);
  }

  async relays(to: string | null, seeds: Seeds, view: View) {
    const trails = trailsTo(this.engine.view(view), to === null ? null : [to], seeds);
    return { stamp: await this.revision(), seeds: trails.relays() };
  }

  async ways(query: WaysQuery) {
    return readWays(this.engine.view(query.view), query);
  }

  async arrivals(portals: string[], seeds: Seeds) {
    return readArrivals(this.engine.walker(null), portals, seeds);
  }

  async near(query: NearQuery) {
    return readNear(this.engine.view(query.view), query);
  }

  async spread(starts: string[], view: View) {
    return readSpread(this.engine.view(view), starts);
  }

  async radius(query: RadiusQuery) {
    return readRadius(this.engine.view(query.view), query);
  }

  async storedEdges(query: StoredEdgesQuery, asOf: Millis | null) {
    return readStoredEdges(this.engine.at(asOf), query, asOf !== null);
  }

  async powers(asOf: Millis | null) {
    return readPowerRows(this.engine.walker(asOf));
  }

  async targets(query: TargetsQuery, asOf: Millis | null) {
    return readTargets(this.engine.walker(asOf), query);
  }

  async setsOf(id: string, asOf: Millis | null) {
    return readSetsOf(this.engine.walker(asOf), id);
  }

  async tierZero(asOf: Millis | null) {
    return readTierZero(this.engine.at(asOf));
  }

  async changes(query: ChangesQuery) {
    return readChanges(this.engine.since(query.since), query);
  }

  async reachableBy(query: ReachableByQuery, asOf: Millis | null) {
    const tx = this.engine.walker(asOf);
    return asOf === null ? readReachableBy(tx, query) : readReachableThen(tx, query);
  }

  async access(identityId: string, appId: string, asOf: Millis | null) {
    return readAccess(this.engine.at(asOf), identityId, appId);
  }

  async chokePoints(limit: number, asOf: Millis | null) {
    return readChokePoints(this.engine.walker(asOf), limit);
  }

  async chokePicture(seeds: Seeds, most: number, asOf: Millis | null) {
    return readChokePicture(this.engine.walker(asOf), seeds, most);
  }

  async whatIf(removals: Removal[], now: Millis, questions: { seeds: BothSeeds; jewels: JewelQuestion[] }) {
    const tx = this.engine.walker(null);
    return readWhatIf(tx, removals, this.engine.context(tx, now), questions);
  }

  async levels(ids: string[], asOf: Millis | null) {
    return [...readLevels(this.engine.at(asOf), ids)];
  }

  async jewels(asOf: Millis | null) {
    return readJewels(this.engine.at(asOf), false);
  }

  async savedQuery(ask: QueryAsk, now: Millis, asOf: Millis | null) {
    return readSavedQuery(this.engine.at(asOf), ask, asOf ?? now, asOf !== null);
  }

  async savedQueryCounts(now: Millis, asOf: Millis | null) {
    return countSavedQueries(this.engine.at(asOf), asOf ?? now, asOf !== null);
  }

  async lookup(nodes: string[], edges: EdgeRef[], asOf: Millis | null) {
    return readLookup(this.engine.at(asOf), nodes, edges);
  }

  async exposed(limit: number, seeds: Seeds, asOf: Millis | null) {
    return readExposed(this.engine.walker(asOf), limit, seeds, asOf !== null);
  }

  async revision() {
    return this.engine.revision();
  }

  async counts() {
    return this.engine.counts();
  }

  async unknownCounts() {
    return countUnknown(this.engine.tx());
  }

  async coverage() {
    return readCoverage(this.engine.tx());
  }

  async accountFacts(query: FactsQuery) {
    return readAccountFacts(this.engine.tx(), query);
  }

  async edgesInto(kind: EdgeKind, to: string[]) {
    return readEdgesInto(this.engine.tx(), kind, to);
  }
}
