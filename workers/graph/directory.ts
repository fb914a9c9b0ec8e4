import type { DetectionId } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import { MAX_DELTA_ITEMS } from './delta.ts';
import { graphTooLarge } from './graph.errors.ts';
import type { IdentityDetail } from './identity-detail.ts';
import type { IdentityKind } from './kinds/rules.ts';
import { mergeDetails, mergeLists, shardQuery } from './merge.ts';
import { type GraphDelta, NODE_KINDS, type NodeKind, type Scope } from './model.ts';
import { packsOf } from './packs.page.ts';
import { MAX_PAGE_ITEMS, provenanceText } from './page.ts';
import { onShards, type PlacementDeps } from './placement.ts';
import type { ApplyResult, CloseScopeInput, CloseScopeResult, Graph, NodeListQuery, PageInput } from './port.ts';
import { type GraphQuestions, graphQuestions } from './questions.ts';
import { isHeld } from './scope.ts';
import type { ShardApi } from './shard-api.ts';
import {
  isAccountId,
  isDeviceId,
  isIdentityId,
  partition,
  placeChange,
  placeEdge,
  placeNode,
  shardOf,
} from './sharding.ts';
import { chunks } from './tx.ts';

/** What the API reads beyond the contract of the other features. */
export interface TenantGraph extends Graph, GraphQuestions {
  identity(id: string, asOf?: Millis): Promise<IdentityDetail | null>;
  /** Accounts by detection whose verdict is `unknown`. */
  unknownCounts(): Promise<Map<DetectionId, number>>;
  /** Says what an identity is; null leaves it to the rules. False when there is no such identity. */
  setIdentityKind(id: string, kind: IdentityKind | null, by: string): Promise<boolean>;
  /** Forgets the whole graph of the tenant. */
  destroy(): Promise<void>;
}

/** Neighbours of a node that are read each way unless told. */
const DEFAULT_NEIGHBOURS = 200;

/** A tenant's graph over all its shards. Nothing is read before the first call. */
export function graphOf(deps: PlacementDeps, tenantId: string): TenantGraph {
  const now = () => deps.clock.now();
  const onAll = <T>(work: (shards: ShardApi[]) => Promise<T>) => onShards(deps, tenantId, work);
  const everyShard = <T>(ask: (shard: ShardApi, index: number) => Promise<T>): Promise<T[]> =>
    onAll((shards) => Promise.all(shards.map((shard, index) => ask(shard, index))));
  /** From the shard that holds the node; identities and devices are asked for everywhere, structure is on all. */
  const fromHolder = async <T>(id: string, ask: (shard: ShardApi) => Promise<T | null>): Promise<T | null> => {
    if (isIdentityId(id) || isDeviceId(id)) return (await everyShard(ask)).find((answer) => answer !== null) ?? null;
    return onAll(async (shards) => {
      const holder = shards[isAccountId(id) ? shardOf(id, shards.length) : 0];
      return holder ? ask(holder) : null;
    });
  };
  return {
    applyPage: (input) => onAll((shards) => applyPage(shards, input, now())),
    applyDelta: (delta) => onAll((shards) => applyDelta(shards, delta, now())),
    closeScope: (input) => onAll((shards) => closeScope(shards, input, now())),
    setCoverage: async (coverage) => {
      await everyShard((shard) => shard.setCoverage(coverage));
    },
    evaluateAll: async () => total(await everyShard((shard) => evaluateShard(shard, now()))),
    takeChanges: (limit) =>
      everyShard(async (shard, index) => ({ shard: index, changes: await shard.takeChanges(limit) })),
    confirmChanges: (shard, seq) => onAll(async (shards) => shards[shard]?.confirmChanges(seq)),

    list: (query) => onAll((shards) => list(shards, query)),
    node: async (id, limit = DEFAULT_NEIGHBOURS, asOf) =>
      isAccountId(id)
        ? fromHolder(id, (shard) => shard.node(id, limit, asOf ?? null))
        : mergeDetails(await everyShard((shard) => shard.node(id, limit, asOf ?? null)), limit),
    identity: (id, asOf) => fromHolder(id, (shard) => shard.identity(id, asOf ?? null)),
    accountView: (id) => fromHolder(id, (shard) => shard.accountView(id, now())),
    verdicts: async (id) => (await everyShard((shard) => shard.verdicts(id, now()))).flat(),
    ...graphQuestions({ tenantId, now, onAll, everyShard, fromHolder }),
    counts: async () => sumCounts(await everyShard((shard) => shard.counts())),
    unknownCounts: async () => {
      const counts = new Map<DetectionId, number>();
      for (const [detection, n] of (await everyShard((shard) => shard.unknownCounts())).flat()) {
        counts.set(detection as DetectionId, (counts.get(detection as DetectionId) ?? 0) + n);
      }
      return counts;
    },
    coverage: () => onAll(async ([first]) => (await first?.coverage()) ?? []),
    setIdentityKind: async (id, kind, by) =>
      isIdentityId(id) && (await everyShard((shard) => shard.setIdentityKind(id, kind, by, now()))).includes(true),
    destroy: async () => {
      await everyShard((shard) => shard.destroy());
    },
  };
}

async function applyPage(shards: ShardApi[], input: PageInput, now: Millis): Promise<ApplyResult> {
  const { nodes, edges, factors = [], ...rest } = input;
  const items = nodes.length + edges.length + factors.length;
  if (items > MAX_PAGE_ITEMS) throw graphTooLarge({ detail: `A page holds at most ${MAX_PAGE_ITEMS} items.` });
  const count = shards.length;
  const { packs, rest: others } = rest.evaluate ? { packs: [], rest: edges } : packsOf(edges, count);
  const parts = {
    nodes: partition(nodes, count, (node) => placeNode(node, count)),
    edges: partition(others, count, (edge) => placeEdge(edge, count)),
    factors: partition(factors, count, ({ accountId }) => ({ shard: shardOf(accountId, count) })),
  };
  return total(
    await Promise.all(
      shards.map((shard, index) => {
        const part = {
          nodes: parts.nodes[index] ?? [],
          edges: parts.edges[index] ?? [],
          packs: packs[index] ?? [],
          factors: parts.factors[index] ?? [],
        };
        const empty = part.nodes.length + part.edges.length + part.packs.length + part.factors.length === 0;
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
  if (scope.of === 'edgesAt') return !scope.at.some((id) => isAccountId(id) || isDeviceId(id));
  if (scope.of === 'edgesFrom')
    return !isAccountId(scope.from) && !isIdentityId(scope.from) && !SPREAD.has(scope.toKind);
  return !SPREAD.has(scope.of === 'nodes' ? scope.kind : scope.fromKind);
}

/**
 * Asks every shard what would end before any ends it: the guard judges the scope as a whole. What is seen goes to
 * every shard whole, since an identity's id does not tell its shard.
 */
async function closeScope(shards: ShardApi[], input: CloseScopeInput, now: Millis): Promise<CloseScopeResult> {
  const { scope, seen, homes, asOf, by, removalLimitPercent, evaluate } = input;
  // what moved to another shard has ended where it was
  const seenBy = (index: number) =>
    homes ? seen.filter((id, place) => shardOf(homes[place] ?? id, shards.length) === index) : seen;
  const diffs = await Promise.all(shards.map((shard, index) => shard.diffScope(scope, seenBy(index), asOf)));
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
  const parts = await Promise.all(
    (SPREAD.has(query.kind) ? shards : shards.slice(0, 1)).map((shard) => shard.list(wanted)),
  );
  return mergeLists(parts, wanted, query.sort ?? 'name');
}

type GraphCounts = Awaited<ReturnType<Graph['counts']>>;

/** Kinds that are spread over the shards: they add up. Structure is on all of them and counted once. */
const SPREAD: ReadonlySet<NodeKind> = new Set(['identity', 'account', 'device']);

function sumCounts(parts: Awaited<ReturnType<ShardApi['counts']>>[]): GraphCounts {
  const [first] = parts;
  const { structureEdges = 0 } = first ?? {};
  const kinds = NODE_KINDS.map((kind) => [kind, SPREAD.has(kind) ? sum(parts, kind) : (first?.[kind] ?? 0)]);
  return {
    ...(Object.fromEntries(kinds) as Record<NodeKind, number>),
    edges: sum(parts, 'edges') - structureEdges * Math.max(0, parts.length - 1),
    admins: sum(parts, 'admins'),
    globalAdmins: sum(parts, 'globalAdmins'),
    withoutFactors: sum(parts, 'withoutFactors'),
  };
}
