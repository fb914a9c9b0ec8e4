import type { AccountView, DetectionId, PathStep, Reach, Verdict, VerdictChange } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import type { Access } from './access.ts';
import type { BlastRadius } from './blast-radius.ts';
import type { ChangeRow, ChangesQuery } from './changes.ts';
import type { ChokePoints } from './choke-points.ts';
import type { Counts } from './counts.ts';
import type { IdentityDetail } from './identity-detail.ts';
import type { ListRow, ShardListQuery } from './list.ts';
import type { GraphDelta, Scope } from './model.ts';
import type { PageFacts } from './page.ts';
import type { ApplyResult, CoverageInput, NodeDetail } from './port.ts';
import type { ReachableBy, ReachableByQuery } from './reachable-by.ts';
import type { ScopeDiff } from './scope.ts';
import type { Removal, WhatIf } from './what-if.ts';

/**
 * The RPC surface of a GraphShard, as its callers see it. `now` is the caller's time; with `asOf` the
 * graph is read as it was then, null being the present. (The generated stub type gives up
 * on `unknown` inside attributes, hence this one.)
 */
export interface ShardApi {
  applyPage(page: PageFacts & { evaluate: boolean }, now: Millis): Promise<ApplyResult>;
  applyDelta(delta: GraphDelta, now: Millis): Promise<ApplyResult>;
  diffScope(scope: Scope, seen: string[], asOf: Millis): Promise<ScopeDiff>;
  endScope(input: EndScopeInput, now: Millis): Promise<{ removed: number; rowsWritten: number }>;
  setCoverage(coverage: CoverageInput[]): Promise<void>;
  evaluateStretch(after: string | null, now: Millis): Promise<ApplyResult & { next: string | null }>;
  takeChanges(limit: number): Promise<VerdictChange[]>;
  confirmChanges(seq: number): Promise<void>;
  list(query: ShardListQuery): Promise<ListRow[]>;
  node(id: string, limit: number, asOf: Millis | null): Promise<NodeDetail | null>;
  identity(id: string, asOf: Millis | null): Promise<IdentityDetail | null>;
  accountView(accountId: string, now: Millis): Promise<AccountView | null>;
  verdicts(subjectId: string, now: Millis): Promise<{ detection: DetectionId; verdict: Verdict }[]>;
  path(from: string, to: string | null, asOf: Millis | null): Promise<PathStep[] | null>;
  reach(from: string, asOf: Millis | null): Promise<Reach | null>;
  blastRadius(from: string, asOf: Millis | null): Promise<BlastRadius | null>;
  changes(query: ChangesQuery): Promise<ChangeRow[]>;
  reachableBy(query: ReachableByQuery): Promise<ReachableBy>;
  access(identityId: string, appId: string): Promise<Access | null>;
  chokePoints(limit: number): Promise<ChokePoints>;
  whatIf(removals: Removal[], now: Millis): Promise<WhatIf>;
  counts(): Promise<Counts>;
  unknownCounts(): Promise<[string, number][]>;
  coverage(): Promise<CoverageInput[]>;
  destroy(): Promise<void>;
}

export interface EndScopeInput {
  scope: Scope;
  ending: string[];
  asOf: Millis;
  by: string;
  evaluate: boolean;
}
