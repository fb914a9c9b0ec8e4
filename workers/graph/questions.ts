import type { Millis } from '../platform/clock.ts';
import { type Page, toPage } from '../platform/pagination.ts';
import type { Access } from './access.ts';
import { afterOf, type PageQuery, stampOf } from './after.ts';
import type { ChangeRow, ChangesQuery } from './changes.ts';
import { type EdgeRef, type Lookup, mergeLookups } from './lookup.ts';
import { type GraphEdges, graphEdges } from './privileges/directory.ts';
import { type GraphSavedQueries, graphSavedQueries } from './queries/ask.ts';
import { mergeChanges } from './questions.merge.ts';
import type { ShardApi } from './shard-api.ts';
import { isIdentityId } from './sharding.ts';
import { type GraphWalks, graphWalks } from './walks.ts';

export type { ReachableByPage, WhatIfAnswer } from './walks.ts';

/** What a security team asks of a tenant's whole graph. */
export interface GraphQuestions extends GraphWalks, GraphEdges, GraphSavedQueries {
  /** What began, changed and ended, the latest first. */
  changes(query: Omit<ChangesQuery, 'limit' | 'after'> & PageQuery): Promise<Page<ChangeRow>>;
  /** Every way a person has an app. Null when one of the two is not here. */
  access(identityId: string, appId: string, asOf?: Millis): Promise<Access | null>;
  /** Names of nodes, and the facts of edges, in the order of the question. */
  lookup(nodes: string[], edges: EdgeRef[], asOf?: Millis): Promise<Lookup>;
  /** Differs once the graph has changed; may differ after a restart, too. */
  revision(): Promise<string>;
}

interface Shards {
  tenantId: string;
  now(): Millis;
  onAll<T>(work: (shards: ShardApi[]) => Promise<T>): Promise<T>;
  everyShard<T>(ask: (shard: ShardApi) => Promise<T>): Promise<T[]>;
  fromHolder<T>(id: string, ask: (shard: ShardApi) => Promise<T | null>): Promise<T | null>;
}

/** Asks all shards at once and merges what they say. */
export function graphQuestions({ tenantId, now, onAll, everyShard, fromHolder }: Shards): GraphQuestions {
  const lookup: GraphQuestions['lookup'] = async (nodes, edges, asOf) =>
    mergeLookups(await everyShard((shard) => shard.lookup(nodes, edges, asOf ?? null)));
  return {
    ...graphWalks({ tenantId, now, onAll }),
    ...graphEdges({ everyShard }),
    ...graphSavedQueries({ now, onAll, everyShard, lookup: (nodes, asOf) => lookup(nodes, [], asOf) }),
    changes: async ({ limit, cursor, ...query }) => {
      // not the moments, the later one of which is now unless told: the key is one itself
      const asked = { list: 'changes', node: query.node, kind: query.kind };
      const after = afterOf(cursor, 'number', asked);
      const wanted = { ...query, limit: limit + 1, after: after && { at: Number(after[0]), key: after[1] } };
      const rows = mergeChanges(await everyShard((shard) => shard.changes(wanted)));
      return toPage(rows, limit, (row) => [stampOf(asked), row.at, row.key]);
    },
    access: async (identityId, appId, asOf) =>
      isIdentityId(identityId)
        ? fromHolder(identityId, (shard) => shard.access(identityId, appId, asOf ?? null))
        : null,
    lookup,
    revision: async () => (await everyShard((shard) => shard.revision())).join('-'),
  };
}
