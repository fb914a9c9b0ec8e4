import type { AccountView, DetectionId, PathStep, Reach, Verdict, VerdictChange } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import type { Access } from './access.ts';
import type { Beyond } from './beyond.ts';
import type { RadiusKind, RadiusQuery, SpreadAnswer } from './blast-radius.ts';
import type { ChangeRow, ChangesQuery } from './changes.ts';
import type { ChokePoints, SentPicture } from './choke-points.ts';
import type { Counts } from './counts.ts';
import type { LevelFound } from './criticality/read-levels.ts';
import type { Jewel, SayInput } from './criticality/said.store.ts';
import type { Exposed } from './exposed.ts';
import type { IdentityDetail } from './identity-detail.ts';
import type { IdentityKind } from './kinds/rules.ts';
import type { AccountFacts, FactsQuery } from './links/account-facts.ts';
import type { LinkAnswer, LinkStep } from './links/steps.ts';
import type { ListRow, ShardListQuery } from './list.ts';
import type { EdgeRef, Lookup } from './lookup.ts';
import type { EdgeKind, GraphEdge, GraphNode } from './model.ts';
import type { Batch } from './move/export.ts';
import type { Delivery } from './move/import.ts';
import type { OutStatus, OutStep } from './move/move-out.ts';
import type { NamedPiece } from './named.ts';
import type { NearAnswer, NearQuery } from './near-paths.ts';
import type { PageFacts } from './page.ts';
import type { View, WaysQuery } from './paths.ts';
import type { ApplyResult, CoverageInput, NodeDetail } from './port.ts';
import type { EdgeRow, StoredEdgesQuery, TargetsQuery } from './privileges/list.ts';
import type { Power, UnknownPower } from './privileges/powers.ts';
import type { TierZeroPart } from './privileges/tier-zero.ts';
import type { Found } from './queries/query.ts';
import type { QueryAsk, QueryCount } from './queries/read-query.ts';
import type { ReachableBy, ReachableByQuery } from './reachable-by.ts';
import type { DiffScopeInput, EndedScope, EndScopeInput, ScopeDiff } from './scope.ts';
import type { Tie } from './ties.ts';
import type { Seeds } from './walk-index.ts';
import type { BothSeeds, Removal, WhatIf } from './what-if.ts';
import type { JewelQuestion } from './what-if-jewels.ts';
import type { GraphDelta } from './writes.ts';

/**
 * The RPC surface of a GraphShard, as its callers see it. `now` is the caller's time; with `asOf` the
 * graph is read as it was then, null being the present. (The generated stub type gives up
 * on `unknown` inside attributes, hence this one.)
 */
export interface ShardApi {
  applyPage(page: PageFacts & { evaluate: boolean }, now: Millis): Promise<ApplyResult>;
  applyDelta(delta: GraphDelta, now: Millis): Promise<ApplyResult>;
  /** Answers in the order of the questions. */
  diffScopes(asks: DiffScopeInput[]): Promise<ScopeDiff[]>;
  endScopes(
    inputs: EndScopeInput[],
    evaluate: boolean,
    now: Millis,
  ): Promise<{ ended: EndedScope[]; rowsWritten: number }>;
  setCoverage(coverage: CoverageInput[]): Promise<void>;
  /** `beyond`: where ways to tier zero go on on other shards; null: as told before. */
  evaluateStretch(
    after: string | null,
    now: Millis,
    beyond: Beyond[] | null,
  ): Promise<ApplyResult & { next: string | null }>;
  takeChanges(limit: number): Promise<VerdictChange[]>;
  confirmChanges(seq: number): Promise<void>;
  list(query: ShardListQuery, asOf: Millis | null): Promise<ListRow[]>;
  node(id: string, limit: number, asOf: Millis | null): Promise<NodeDetail | null>;
  /** Edges between an account and other accounts, of whichever shard these are. */
  ties(id: string, limit: number, asOf: Millis | null): Promise<{ out: Tie[]; in: Tie[] }>;
  /** Those of these nodes that are here. */
  nodes(ids: string[], asOf: Millis | null): Promise<GraphNode[]>;
  identity(id: string, asOf: Millis | null): Promise<IdentityDetail | null>;
  accountView(accountId: string, now: Millis): Promise<AccountView | null>;
  verdicts(subjectId: string, now: Millis): Promise<{ detection: DetectionId; verdict: Verdict }[]>;
  path(from: string, to: string | null, asOf: Millis | null): Promise<PathStep[] | null>;
  reach(from: string, asOf: Millis | null): Promise<Reach | null>;
  /** How far this is from sets and structure over accounts of this shard; the stamp differs once the graph has changed. */
  relays(to: string | null, seeds: Seeds, view: View): Promise<{ stamp: string; seeds: Seeds }>;
  ways(query: WaysQuery): Promise<NamedPiece[]>;
  /** How the way to tier zero goes on over this shard from each of these; no steps where it does not. */
  arrivals(portals: string[], seeds: Seeds): Promise<NamedPiece[]>;
  /** Steps from which a target is not farther than told. */
  near(query: NearQuery): Promise<NearAnswer>;
  spread(starts: string[], view: View): Promise<SpreadAnswer>;
  radius(query: RadiusQuery): Promise<RadiusKind[]>;
  storedEdges(query: StoredEdgesQuery, asOf: Millis | null): Promise<EdgeRow[]>;
  powers(asOf: Millis | null): Promise<{ powers: Power[]; unknown: UnknownPower[] }>;
  targets(query: TargetsQuery, asOf: Millis | null): Promise<string[][]>;
  setsOf(id: string, asOf: Millis | null): Promise<string[]>;
  tierZero(asOf: Millis | null): Promise<TierZeroPart>;
  /** `now`: the moment that ages are counted up to, unless `asOf` is one. */
  savedQuery(ask: QueryAsk, now: Millis, asOf: Millis | null): Promise<Found>;
  savedQueryCounts(now: Millis, asOf: Millis | null): Promise<QueryCount[]>;
  changes(query: ChangesQuery): Promise<ChangeRow[]>;
  reachableBy(query: ReachableByQuery, asOf: Millis | null): Promise<ReachableBy>;
  access(identityId: string, appId: string, asOf: Millis | null): Promise<Access | null>;
  chokePoints(limit: number, asOf: Millis | null): Promise<ChokePoints>;
  /** Nodes on ways to tier zero, up to `most`, and the edges among them. */
  chokePicture(seeds: Seeds, most: number, asOf: Millis | null): Promise<SentPicture>;
  whatIf(removals: Removal[], now: Millis, questions: { seeds: BothSeeds; jewels: JewelQuestion[] }): Promise<WhatIf>;
  sayCriticality(input: SayInput, now: Millis): Promise<ApplyResult>;
  levels(ids: string[], asOf: Millis | null): Promise<[string, LevelFound][]>;
  jewels(asOf: Millis | null): Promise<Jewel[]>;
  lookup(nodes: string[], edges: EdgeRef[], asOf: Millis | null): Promise<Lookup>;
  exposed(limit: number, seeds: Seeds, asOf: Millis | null): Promise<Exposed>;
  revision(): Promise<string>;
  counts(): Promise<Counts>;
  unknownCounts(): Promise<[string, number][]>;
  coverage(): Promise<CoverageInput[]>;
  setIdentityKind(identityId: string, kind: IdentityKind | null, by: string, now: Millis): Promise<boolean>;
  keepHistorySince(since: Millis, now: Millis): Promise<void>;
  accountFacts(query: FactsQuery): Promise<AccountFacts[]>;
  edgesInto(kind: EdgeKind, to: string[]): Promise<GraphEdge[]>;
  links(step: LinkStep, now: Millis): Promise<LinkAnswer>;
  destroy(): Promise<void>;
  moveOut(step: OutStep): Promise<OutStatus | null>;
  moveExport(generation: number, limit: number): Promise<Batch>;
  moveIn(delivery: Delivery): Promise<void>;
  moveOpen(now: Millis): Promise<void>;
  moveLeave(generation: number): Promise<void>;
}
