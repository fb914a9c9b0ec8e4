import type { GraphChange, GraphEdge, GraphNode } from './model.ts';
import { nodeId } from './model.ts';

/**
 * Which shard of a tenant holds what. The key of an identity, its accounts and all their edges is **the account's id**:
 * so everything said of an account (edges, factors, signals, patches) finds its shard from that id alone. An identity
 * node names its account in `attributes.accountId`; where it does not, the two share the native id (they are one to
 * one). Everything else is structure, which every shard holds.
 */
export type Placement = { shard: number } | { everywhere: true };

const EVERYWHERE: Placement = { everywhere: true };

/** FNV-1a. Must never change: it is where the stored graphs are. */
export function shardOf(accountId: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < accountId.length; i++) {
    hash ^= accountId.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % shards;
}

export function isAccountId(id: string): boolean {
  return id.startsWith('acc_');
}

/** An identity cannot be placed by its id: whoever asks for one asks every shard. */
export function isIdentityId(id: string): boolean {
  return id.startsWith('idn_');
}

/** A device is placed with the account that it names, and asked for on every shard. */
export function isDeviceId(id: string): boolean {
  return id.startsWith('dev_');
}

export function placeNode(node: GraphNode, shards: number): Placement {
  if (node.kind === 'account') return { shard: shardOf(node.id, shards) };
  if (node.kind === 'device') {
    const { accountId } = node.attributes;
    return { shard: shardOf(typeof accountId === 'string' ? accountId : node.id, shards) };
  }
  if (node.kind !== 'identity') return EVERYWHERE;
  const { accountId } = node.attributes;
  const key = typeof accountId === 'string' ? accountId : nodeId('account', node.sourceId, node.nativeId);
  return { shard: shardOf(key, shards) };
}

export function placeEdge(edge: Pick<GraphEdge, 'from' | 'to'>, shards: number): Placement {
  if (isAccountId(edge.from)) return { shard: shardOf(edge.from, shards) };
  if (isAccountId(edge.to)) return { shard: shardOf(edge.to, shards) };
  return EVERYWHERE;
}

export function placeChange(change: GraphChange, shards: number): Placement {
  switch (change.op) {
    case 'ensureNode':
      return placeNode(change.node, shards);
    case 'upsertEdge':
      return placeEdge(change.edge, shards);
    case 'removeEdge':
      return placeEdge(change, shards);
    case 'patchAccount':
      return { shard: shardOf(change.accountId, shards) };
    case 'removeNode':
      return isAccountId(change.nodeId) ? { shard: shardOf(change.nodeId, shards) } : EVERYWHERE;
  }
}

/** Deals items out to the shards, each in the order given. */
export function partition<T>(items: readonly T[], shards: number, place: (item: T) => Placement): T[][] {
  const parts = Array.from({ length: shards }, (): T[] => []);
  for (const item of items) {
    const placement = place(item);
    if ('everywhere' in placement) for (const part of parts) part.push(item);
    else parts[placement.shard]?.push(item);
  }
  return parts;
}
