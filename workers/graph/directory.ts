import { eq } from 'drizzle-orm';
import { tenants } from '../../db/control/schema.ts';
import type { DetectionId } from '../detections/types.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { MAX_DELTA_ITEMS } from './delta.ts';
import { graphTooLarge } from './graph.errors.ts';
import type { IdentityDetail } from './identity-detail.ts';
import { mergeDetails, mergeLists, shardQuery } from './merge.ts';
import type { GraphDelta, Scope } from './model.ts';
import { shardName } from './name.ts';
import { MAX_PAGE_ITEMS, provenanceText } from './page.ts';
import type { ApplyResult, CloseScopeInput, CloseScopeResult, Graph, NodeListQuery, PageInput } from './port.ts';
import { type GraphQuestions, graphQuestions } from './questions.ts';
import { isHeld } from './scope.ts';
import type { ShardApi } from './shard-api.ts';
import { isAccountId, isIdentityId, partition, placeChange, placeEdge, placeNode, shardOf } from './sharding.ts';
import { shardStub } from './stub.ts';
import { chunks } from './tx.ts';

type DirectoryDeps = Pick<Deps, 'env' | 'control' | 'clock'>;

/** What the API reads beyond the contract of the other features. */
export interface TenantGraph extends Graph, GraphQuestions {
  identity(id: string, asOf?: Millis): Promise<IdentityDetail | null>;
  /** Accounts by detection whose verdict is `unknown`. */
  unknownCounts(): Promise<Map<DetectionId, number>>;
  /** Forgets the whole graph of the tenant. */
  destroy(): Promise<void>;
}

/** Neighbours of a node that are read each way unless told. */
const DEFAULT_NEIGHBOURS = 200;

/** A tenant's graph over all its shards. Nothing is read before the first call. */
export function graphOf(deps: DirectoryDeps, tenantId: string): TenantGraph {
  const now = () => deps.clock.now();
  const shards = () => shardsOf(deps, tenantId);
  const everyShard = async <T>(ask: (shard: ShardApi, index: number) => Promise<T>): Promise<T[]> => {
    return Promise.all((await shards()).map((shard, index) => ask(shard, index)));
  };
  /** From the shard that holds the node; an identity is asked for everywhere, structure is the same everywhere. */
  const fromHolder = async <T>(id: string, ask: (shard: ShardApi) => Promise<T | null>): Promise<T | null> => {
    if (isIdentityId(id)) return (await everyShard(ask)).find((answer) => answer !== null) ?? null;
    const all = await shards();
    const holder = all[isAccountId(id) ? shardOf(id, all.length) : 0];
    return holder ? ask(holder) : null;
  };
  return {
    applyPage: async (input) => applyPage(await shards(), input, now()),
    applyDelta: async (delta) => applyDelta(await shards(), delta, now()),
    closeScope: async (input) => closeScope(await shards(), input, now()),
    setCoverage: async (coverage) => {
      await everyShard((shard) => shard.setCoverage(coverage));
    },
    evaluateAll: async () => total(await everyShard((shard) => evaluateShard(shard, now()))),
    takeChanges: (limit) =>
      everyShard(async (shard, index) => ({ shard: index, changes: await shard.takeChanges(limit) })),
    confirmChanges: async (shard, seq) => (await shards())[shard]?.confirmChanges(seq),

    list: async (query) => list(await shards(), query),
    node: async (id, limit = DEFAULT_NEIGHBOURS, asOf) =>
      isAccountId(id)
        ? fromHolder(id, (shard) => shard.node(id, limit, asOf ?? null))
        : mergeDetails(await everyShard((shard) => shard.node(id, limit, asOf ?? null)), limit),
    identity: (id, asOf) => fromHolder(id, (shard) => shard.identity(id, asOf ?? null)),
    accountView: (id) => fromHolder(id, (shard) => shard.accountView(id, now())),
    verdicts: async (id) => (await everyShard((shard) => shard.verdicts(id, now()))).flat(),
    path: (from, to, asOf) => fromHolder(from, (shard) => shard.path(from, to ?? null, asOf ?? null)),
    reach: (from, asOf) => fromHolder(from, (shard) => shard.reach(from, asOf ?? null)),
    ...graphQuestions({ tenantId, now, everyShard, fromHolder }),
    counts: async () => sumCounts(await everyShard((shard) => shard.counts())),
    unknownCounts: async () => {
      const counts = new Map<DetectionId, number>();
      for (const [detection, n] of (await everyShard((shard) => shard.unknownCounts())).flat()) {
        counts.set(detection as DetectionId, (counts.get(detection as DetectionId) ?? 0) + n);
      }
      return counts;
    },
    coverage: async () => (await (await shards())[0]?.coverage()) ?? [],
    destroy: async () => {
      await everyShard((shard) => shard.destroy());
    },
  };
}

/** How long a tenant's number of shards is believed. It is set when the tenant is made. */
const SHARDS_TTL = MINUTE;
const shardCounts = new Map<string, { count: number; until: Millis }>();

async function shardsOf(deps: DirectoryDeps, tenantId: string): Promise<ShardApi[]> {
  const count = await shardCount(deps, tenantId);
  return Array.from({ length: count }, (_, index) => {
    return shardStub(() => {
      const stub: unknown = deps.env.GRAPH.getByName(shardName(tenantId, index));
      return stub as ShardApi;
    });
  });
}

async function shardCount(deps: DirectoryDeps, tenantId: string): Promise<number> {
  const now = deps.clock.now();
  const known = shardCounts.get(tenantId);
  if (known && known.until > now) return known.count;
  const [row] = await deps.control.select({ count: tenants.graphShards }).from(tenants).where(eq(tenants.id, tenantId));
  const count = Math.max(1, row?.count ?? 1);
  shardCounts.set(tenantId, { count, until: now + SHARDS_TTL });
  return count;
}

async function applyPage(shards: ShardApi[], input: PageInput, now: Millis): Promise<ApplyResult> {
  const { nodes, edges, factors = [], ...rest } = input;
  const items = nodes.length + edges.length + factors.length;
  if (items > MAX_PAGE_ITEMS) throw graphTooLarge({ detail: `A page holds at most ${MAX_PAGE_ITEMS} items.` });
  const count = shards.length;
  const parts = {
    nodes: partition(nodes, count, (node) => placeNode(node, count)),
    edges: partition(edges, count, (edge) => placeEdge(edge, count)),
    factors: partition(factors, count, ({ accountId }) => ({ shard: shardOf(accountId, count) })),
  };
  return total(
    await Promise.all(
      shards.map((shard, index) => {
        const part = {
          nodes: parts.nodes[index] ?? [],
          edges: parts.edges[index] ?? [],
          factors: parts.factors[index] ?? [],
        };
        const empty = part.nodes.length + part.edges.length + part.factors.length === 0;
        return empty ? { rowsWritten: 0, evaluated: 0 } : shard.applyPage({ ...part, ...rest }, now);
      }),
    ),
  );
}

/** Deltas may be of any size: since no order of changes matters, a large one goes in parts. */
async function applyDelta(shards: ShardApi[], delta: GraphDelta, now: Millis): Promise<ApplyResult> {
  const count = shards.length;
  const changes = partition(delta.changes, count, (change) => placeChange(change, count));
  const signals = partition(delta.signals, count, ({ accountId }) => ({ shard: shardOf(accountId, count) }));
  return total(
    await Promise.all(
      shards.map(async (shard, index) => {
        const results: ApplyResult[] = [];
        for (const part of chunks(changes[index] ?? [], MAX_DELTA_ITEMS)) {
          results.push(await shard.applyDelta({ changes: part, signals: [] }, now));
        }
        for (const part of chunks(signals[index] ?? [], MAX_DELTA_ITEMS)) {
          results.push(await shard.applyDelta({ changes: [], signals: part }, now));
        }
        return total(results);
      }),
    ),
  );
}

/** Whether every shard holds the whole scope. */
function isStructural(scope: Scope): boolean {
  if (scope.of === 'edgesFrom') return !isAccountId(scope.from) && !isIdentityId(scope.from);
  const kind = scope.of === 'nodes' ? scope.kind : scope.fromKind;
  return kind !== 'account' && kind !== 'identity';
}

/**
 * Asks every shard what would end before any ends it: the guard judges the scope as a whole. What is seen goes to
 * every shard whole, since an identity's id does not tell its shard.
 */
async function closeScope(shards: ShardApi[], input: CloseScopeInput, now: Millis): Promise<CloseScopeResult> {
  const { scope, seen, asOf, by, removalLimitPercent, evaluate } = input;
  const diffs = await Promise.all(shards.map((shard) => shard.diffScope(scope, seen, asOf)));
  const counted = isStructural(scope) ? diffs.slice(0, 1) : diffs;
  const existing = counted.reduce((sum, diff) => sum + diff.existing, 0);
  const removing = counted.reduce((sum, diff) => sum + diff.ending.length, 0);
  if (isHeld(existing, removing, removalLimitPercent)) return { held: true, existing, removing, rowsWritten: 0 };
  const results = await Promise.all(
    shards.map((shard, index) => {
      const ending = diffs[index]?.ending ?? [];
      if (ending.length === 0) return { removed: 0, rowsWritten: 0 };
      return shard.endScope({ scope, ending, asOf, by: provenanceText(by), evaluate }, now);
    }),
  );
  const removed = isStructural(scope) ? Math.max(...results.map((result) => result.removed)) : sum(results, 'removed');
  return { held: false, removed, rowsWritten: sum(results, 'rowsWritten') };
}

function sum<K extends string>(items: Record<K, number>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}

function total(results: ApplyResult[]): ApplyResult {
  return { rowsWritten: sum(results, 'rowsWritten'), evaluated: sum(results, 'evaluated') };
}

async function evaluateShard(shard: ShardApi, now: Millis): Promise<ApplyResult> {
  const results: ApplyResult[] = [];
  for (let after: string | null = null; ; ) {
    const { next, ...result } = await shard.evaluateStretch(after, now);
    results.push(result);
    if (next === null) return total(results);
    after = next;
  }
}

async function list(shards: ShardApi[], query: NodeListQuery) {
  const wanted = shardQuery(query);
  const spread = query.kind === 'account' || query.kind === 'identity';
  const parts = await Promise.all((spread ? shards : shards.slice(0, 1)).map((shard) => shard.list(wanted)));
  return mergeLists(parts, wanted, query.sort ?? 'name');
}

type GraphCounts = Awaited<ReturnType<Graph['counts']>>;

/** Accounts add up; structure is counted once. */
function sumCounts(parts: Awaited<ReturnType<ShardApi['counts']>>[]): GraphCounts {
  const [first] = parts;
  const { structureEdges = 0, group = 0, app = 0, role = 0, resource = 0 } = first ?? {};
  return {
    identity: sum(parts, 'identity'),
    account: sum(parts, 'account'),
    group,
    app,
    role,
    resource,
    edges: sum(parts, 'edges') - structureEdges * Math.max(0, parts.length - 1),
    admins: sum(parts, 'admins'),
    globalAdmins: sum(parts, 'globalAdmins'),
    withoutFactors: sum(parts, 'withoutFactors'),
  };
}
