import type { Criticality, CriticalityLevel } from '../criticality/levels.ts';
import type {
  AccountView,
  DetectionId,
  PathStep,
  PrivilegeTier,
  Reach,
  Verdict,
  VerdictChange,
} from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import type { Page } from '../platform/pagination.ts';
import type { GraphCriticality } from './criticality/directory.ts';
import type { StoredKind } from './kinds/kinds.store.ts';
import type { IdentityKind } from './kinds/rules.ts';
import type { GraphLinks } from './links/graph-links.ts';
import type { EdgeKind, FactorState, GraphEdge, GraphNode, NodeKind, Provenance } from './model.ts';
import type { GraphDelta, Scope } from './writes.ts';

/** One page of a sync, or a few objects of a refresh. */
export interface PageInput {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Factor states by account id, where the page carries them. */
  factors?: { accountId: string; state: FactorState }[];
  /** When the source answered: newer knowledge (a later event) is not overwritten. */
  asOf: Millis;
  by: Provenance;
  /** False during a full sync: detections run once at its end, on the whole picture. */
  evaluate: boolean;
}

export interface ApplyResult {
  rowsWritten: number;
  /** Identities whose verdicts were looked at. */
  evaluated: number;
}

/** What a complete listing saw. For a node scope node ids; for an edge scope the ids at the other end. */
export interface CloseScopeInput {
  scope: Scope;
  seen: string[];
  /** Of devices: the account that each of `seen` is placed with; null where it has none. */
  homes?: (string | null)[] | undefined;
  asOf: Millis;
  by: Provenance;
  /** Percent of the scope that may end without confirmation; 100 switches the guard off. */
  removalLimitPercent: number;
  /** The listing cannot be right as it is: nothing ends, and what is there is counted for a person to decide. */
  doubted?: boolean | undefined;
  evaluate: boolean;
}

export type CloseScopeResult =
  | { held: false; removed: number; rowsWritten: number }
  /** Nothing was removed: the guard against mass deletion wants a person's word. */
  | { held: true; existing: number; removing: number; rowsWritten: 0 };

/** What detections judge by. */
export const CORE_NEEDS = ['users', 'factors', 'roles', 'apps', 'assignments', 'events'] as const;

/** The rest of an org, each part with a right of its own. */
export const INVENTORY_NEEDS = [
  'userTypes',
  'groupRules',
  'owners',
  'groupPush',
  'resourceSets',
  'clientRoles',
  'apiTokens',
  'appCredentials',
  'grants',
  'consents',
  'authenticators',
  'policies',
  'behaviors',
  'deviceAssurances',
  'zones',
  'trustedOrigins',
  'idps',
  'authorizationServers',
  'devices',
  'realms',
  'logStreams',
  'hooks',
  'agents',
  'apiServices',
  'serviceAccounts',
  'aiAgents',
  'orgSettings',
  'domains',
  'features',
  'linkedObjects',
  'rateLimits',
  'labels',
  'entitlements',
] as const;
export type InventoryNeed = (typeof INVENTORY_NEEDS)[number];
export type CoverageNeed = (typeof CORE_NEEDS)[number] | InventoryNeed;

/** Whether a part of a source could be read. Absent reason = complete. */
export interface CoverageInput {
  sourceId: string;
  need: CoverageNeed;
  /** Why it is missing, or null when it is complete. */
  reason: string | null;
  at: Millis;
}

export interface NodeListQuery {
  kind: NodeKind;
  limit: number;
  cursor?: string | undefined;
  /** Case-insensitive part of the name or login. */
  q?: string | undefined;
  sourceId?: string | undefined;
  /** Sources that may be seen; null or absent: all. */
  within?: readonly string[] | null | undefined;
  status?: string | undefined;
  tier?: PrivilegeTier | undefined;
  /** Of identities only. */
  identityKind?: IdentityKind | undefined;
  /** Of apps, groups and roles only. */
  criticality?: CriticalityLevel | undefined;
  /** Of credentials only: those of this app, also such as are switched off and so lead nowhere. */
  app?: string | undefined;
  /** `name` (default), `-name`, `lastLogin`, `-lastLogin`, `criticality` (the worst first), `-criticality`. */
  sort?: string | undefined;
  /** By name or criticality only: of other moments than now the rest is not known. */
  asOf?: Millis | undefined;
}

export interface NodeSummary extends GraphNode {
  beganAt: Millis;
  /** Accounts and identities only. */
  tier?: PrivilegeTier;
  /** Identities only: what they are, and why. */
  is?: StoredKind;
  /** In lists of identities: how many accounts it has. */
  accounts?: number;
  /** In lists of apps, groups and roles: how critical it is. */
  criticality?: Criticality;
}

export interface Neighbour {
  edge: GraphEdge & { beganAt: Millis; by: Provenance };
  node: GraphNode;
}

export interface NodeDetail {
  node: NodeSummary;
  out: Neighbour[];
  in: Neighbour[];
}

/**
 * A tenant's graph over all its shards. Made by `graphOf(deps, tenantId)` in `graph/directory.ts`; callers never see
 * a Durable Object stub. Every method is safe to repeat. `asOf`: the graph as it was at that moment.
 */
export interface Graph extends GraphLinks, GraphCriticality {
  applyPage(input: PageInput): Promise<ApplyResult>;
  closeScope(input: CloseScopeInput): Promise<CloseScopeResult>;
  /** Closes many scopes, each by itself, in few calls: results are in the order of the inputs. */
  closeScopes(inputs: CloseScopeInput[]): Promise<CloseScopeResult[]>;
  applyDelta(delta: GraphDelta): Promise<ApplyResult>;
  setCoverage(coverage: CoverageInput[]): Promise<void>;
  /** Runs every detection on every identity. Returns how many identities were looked at. */
  evaluateAll(): Promise<ApplyResult>;
  /** Verdict changes that have not been confirmed yet, oldest first, with the shard each came from. */
  takeChanges(limit: number): Promise<{ shard: number; changes: VerdictChange[] }[]>;
  /** Forgets changes up to `seq` of a shard: they are in the issue store. */
  confirmChanges(shard: number, seq: number): Promise<void>;

  list(query: NodeListQuery): Promise<Page<NodeSummary>>;
  /** Null when there is no such node in this tenant. `limit` neighbours each way at most. */
  node(id: string, limit?: number, asOf?: Millis): Promise<NodeDetail | null>;
  /** Stored edges of a kind that lead to any of these nodes, by their ends. */
  edgesInto(kind: EdgeKind, to: string[]): Promise<GraphEdge[]>;
  accountView(accountId: string): Promise<AccountView | null>;
  verdicts(subjectId: string): Promise<{ detection: DetectionId; verdict: Verdict }[]>;
  /** Shortest path from a node to tier zero, or to `to`. */
  path(from: string, to?: string, asOf?: Millis): Promise<PathStep[] | null>;
  reach(from: string, asOf?: Millis): Promise<Reach | null>;
  counts(): Promise<
    Record<NodeKind, number> & { edges: number; admins: number; globalAdmins: number; withoutFactors: number }
  >;
  coverage(): Promise<CoverageInput[]>;
}
