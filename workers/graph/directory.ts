import type { DetectionId } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import { type Beyond, waysBeyond } from './beyond.ts';
import { closeScopes, NOTHING_CLOSED } from './close-scopes.ts';
import { graphCriticality } from './criticality/directory.ts';
import { MAX_DELTA_ITEMS } from './delta.ts';
import { edgesInto } from './edges-into.ts';
import { graphTooLarge } from './graph.errors.ts';
import type { IdentityDetail } from './identity-detail.ts';
import type { IdentityKind } from './kinds/rules.ts';
import { graphLinks } from './links/graph-links.ts';
import { accountsOfDelta, accountsOfPage } from './links/placed.ts';
import { mergeDetails, mergeLists, shardQuery } from './merge.ts';
import { NODE_KINDS, type NodeKind } from './model.ts';
import { packsOf } from './packs.page.ts';
import { MAX_PAGE_ITEMS } from './page.ts';
import { onShards, type PlacementDeps, placerOf } from './placement.ts';
import type { ApplyResult, Graph, NodeListQuery, PageInput } from './port.ts';
import { type GraphQuestions, graphQuestions } from './questions.ts';
import type { ShardApi } from './shard-api.ts';
import {
  isAccountId,
  isDeviceId,
  isIdentityId,
  type Placer,
  partition,
  placeChange,
  placeEdge,
  placeNode,
  SPREAD_KINDS,
} from './sharding.ts';
import { withTies } from './ties.ts';
import { chunks } from './tx.ts';
import type { GraphDelta } from './writes.ts';

/** What the API reads beyond the contract of the other features. */
export interface TenantGraph extends Graph, GraphQuestions {
  identity(id: string, asOf?: Millis): Promise<IdentityDetail | null>;
  /** Accounts by detection whose verdict is `unknown`. */
  unknownCounts(): Promise<Map<DetectionId, number>>;
  /** Says what an identity is; null leaves it to the rules. False when there is no such identity. */
  setIdentityKind(id: string, kind: IdentityKind | null, by: string): Promise<boolean>;
  /** Forgets what was before: questions about it are refused with `graph.history_expired`. */
  keepHistorySince(since: Millis): Promise<void>;
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
  const placer = (shards: ShardApi[]) => (accountIds: () => Iterable<string>) =>
    placerOf(deps, tenantId, shards.length, accountIds);
  /** From the shard that holds the node; identities and devices are asked for everywhere, structure is on all. */
  const fromHolder = async <T>(id: string, ask: (shard: ShardApi) => Promise<T | null>): Promise<T | null> => {
    if (isIdentityId(id) || isDeviceId(id)) return (await everyShard(ask)).find((answer) => answer !== null) ?? null;
    if (!isAccountId(id)) return onAll(async ([first]) => (first ? ask(first) : null));
    return onAll(async (shards) => {
      const holder = shards[(await placer(shards)(() => [id]))(id)];
      const answer = holder ? await ask(holder) : null;
      if (answer !== null || shards.length === 1) return answer;
      // it may have been joined with another a moment ago
      return (await Promise.all(shards.map(ask))).find((other) => other !== null) ?? null;
    });
  };
  return {
    applyPage: (input) => onAll((shards) => applyPage(shards, input, now(), placer(shards))),
    applyDelta: (delta) => onAll((shards) => applyDelta(shards, delta, now(), placer(shards))),
    closeScope: async (input) => {
      const [result] = await onAll((shards) => closeScopes(shards, [input], now(), placer(shards)));
      return result ?? NOTHING_CLOSED;
    },
    closeScopes: (inputs) => onAll((shards) => closeScopes(shards, inputs, now(), placer(shards))),
    ...graphLinks({ now, onAll }),
    setCoverage: async (coverage) => {
      await everyShard((shard) => shard.setCoverage(coverage));
    },
    evaluateAll: () =>
      onAll(async (shards) => {
        const beyond = await waysBeyond(shards);
        return total(await Promise.all(shards.map((shard, index) => evaluateShard(shard, now(), beyond[index] ?? []))));
      }),
    takeChanges: (limit) =>
      everyShard(async (shard, index) => ({ shard: index, changes: await shard.takeChanges(limit) })),
    confirmChanges: (shard, seq) => onAll(async (shards) => shards[shard]?.confirmChanges(seq)),

    list: (query) => onAll((shards) => list(shards, query)),
    node: async (id, limit = DEFAULT_NEIGHBOURS, moment) => {
      const asOf = moment ?? null;
      if (!isAccountId(id)) return mergeDetails(await everyShard((shard) => shard.node(id, limit, asOf)), limit);
      const detail = await fromHolder(id, (shard) => shard.node(id, limit, asOf));
      return detail && onAll((shards) => withTies(shards, detail, limit, asOf));
    },
    edgesInto: (kind, to) => edgesInto(everyShard, kind, to),
    identity: (id, asOf) => fromHolder(id, (shard) => shard.identity(id, asOf ?? null)),
    accountView: (id) => fromHolder(id, (shard) => shard.accountView(id, now())),
    verdicts: async (id) => (await everyShard((shard) => shard.verdicts(id, now()))).flat(),
    ...graphQuestions({ tenantId, now, onAll, everyShard, fromHolder }),
    ...graphCriticality({ now, everyShard, onAll }),
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
    keepHistorySince: (since) =>
      onAll(async ([first, ...others]) => {
        // what moves to other shards has this from the first
        await first?.keepHistorySince(since, now());
        await Promise.all(others.map((shard) => shard.keepHistorySince(since, now())));
      }),
    destroy: async () => {
      await everyShard((shard) => shard.destroy());
    },
  };
}

type PlacerFor = (accountIds: () => Iterable<string>) => Promise<Placer>;

async function applyPage(shards: ShardApi[], input: PageInput, now: Millis, placer: PlacerFor): Promise<ApplyResult> {
  const { nodes, edges, factors = [], ...rest } = input;
  const items = nodes.length + edges.length + factors.length;
  if (items > MAX_PAGE_ITEMS) throw graphTooLarge({ detail: `A page holds at most ${MAX_PAGE_ITEMS} items.` });
  const count = shards.length;
  const place = await placer(() => accountsOfPage(input));
  const { packs, rest: others } = rest.evaluate ? { packs: [], rest: edges } : packsOf(edges, count, place);
  const parts = {
    nodes: partition(nodes, count, (node) => placeNode(node, place)),
    edges: partition(others, count, (edge) => placeEdge(edge, place)),
    factors: partition(factors, count, ({ accountId }) => ({ shard: place(accountId) })),
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
async function applyDelta(shards: ShardApi[], delta: GraphDelta, now: Millis, placer: PlacerFor): Promise<ApplyResult> {
  const count = shards.length;
  const place = await placer(() => accountsOfDelta(delta));
  const changes = partition(delta.changes, count, (change) => placeChange(change, place));
  const signals = partition(delta.signals, count, ({ accountId }) => ({ shard: place(accountId) }));
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

function sum<K extends string>(items: Record<K, number>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}

function total(results: ApplyResult[]): ApplyResult {
  return { rowsWritten: sum(results, 'rowsWritten'), evaluated: sum(results, 'evaluated') };
}

async function evaluateShard(shard: ShardApi, now: Millis, beyond: Beyond[]): Promise<ApplyResult> {
  const results: ApplyResult[] = [];
  for (let after: string | null = null; ; ) {
    const { next, ...result } = await shard.evaluateStretch(after, now, after === null ? beyond : null);
    results.push(result);
    if (next === null) return total(results);
    after = next;
  }
}

async function list(shards: ShardApi[], query: NodeListQuery) {
  const wanted = shardQuery(query);
  const parts = await Promise.all(
    (SPREAD_KINDS.has(query.kind) ? shards : shards.slice(0, 1)).map((shard) => shard.list(wanted, query.asOf ?? null)),
  );
  return mergeLists(parts, wanted, query.asOf);
}

type GraphCounts = Awaited<ReturnType<Graph['counts']>>;

function sumCounts(parts: Awaited<ReturnType<ShardApi['counts']>>[]): GraphCounts {
  const [first] = parts;
  const { structureEdges = 0 } = first ?? {};
  const kinds = NODE_KINDS.map((kind) => [kind, SPREAD_KINDS.has(kind) ? sum(parts, kind) : (first?.[kind] ?? 0)]);
  return {
    ...(Object.fromEntries(kinds) as Record<NodeKind, number>),
    edges: sum(parts, 'edges') - structureEdges * Math.max(0, parts.length - 1),
    admins: sum(parts, 'admins'),
    globalAdmins: sum(parts, 'globalAdmins'),
    withoutFactors: sum(parts, 'withoutFactors'),
  };
}
