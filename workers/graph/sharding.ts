import type { GraphEdge, GraphNode, NodeKind } from './model.ts';
import { nodeId } from './model.ts';
import type { GraphChange } from './writes.ts';

/**
 * Which shard of a tenant holds what. The key of an identity, its accounts and all their edges is **the account's id**:
 * so everything said of an account (edges, factors, signals, patches) finds its shard from that id alone. Accounts that
 * were joined with another are with that one (`links/`). An identity node names the account it is made of in
 * `attributes.accountId`; where it does not, the two share the native id. Everything else is structure, which every
 * shard holds.
 */
export type Placement = { shard: number } | { everywhere: true };

const EVERYWHERE: Placement = { everywhere: true };

/** Kinds that are spread over the shards: they add up. Structure is on all of them and counted once. */
export const SPREAD_KINDS: ReadonlySet<NodeKind> = new Set(['identity', 'account', 'device']);

/** FNV-1a, 32 bits. Must never change: it is where the stored graphs are. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

export function shardOf(accountId: string, shards: number): number {
  return hashOf(accountId) % shards;
}

/** Which shard an account is on: as its id says, unless it was joined with another and is placed with that. */
export type Placer = (accountId: string) => number;

/** Where accounts are that nobody joined. */
export function byId(shards: number): Placer {
  return (accountId) => shardOf(accountId, shards);
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

export function placeNode(node: GraphNode, place: Placer): Placement {
  if (node.kind === 'account') return { shard: place(node.id) };
  if (node.kind === 'device') {
    const { accountId } = node.attributes;
    return { shard: place(typeof accountId === 'string' ? accountId : node.id) };
  }
  if (node.kind !== 'identity') return EVERYWHERE;
  const { accountId } = node.attributes;
  const key = typeof accountId === 'string' ? accountId : nodeId('account', node.sourceId, node.nativeId);
  return { shard: place(key) };
}

export function placeEdge(edge: Pick<GraphEdge, 'from' | 'to'>, place: Placer): Placement {
  if (isAccountId(edge.from)) return { shard: place(edge.from) };
  if (isAccountId(edge.to)) return { shard: place(edge.to) };
  return EVERYWHERE;
}

export function placeChange(change: GraphChange, place: Placer): Placement {
  switch (change.op) {
    case 'ensureNode':
      return placeNode(change.node, place);
    case 'upsertEdge':
      return placeEdge(change.edge, place);
    case 'removeEdge':
      return placeEdge(change, place);
    case 'patchAccount':
      return { shard: place(change.accountId) };
    case 'removeNode':
      return isAccountId(change.nodeId) ? { shard: place(change.nodeId) } : EVERYWHERE;
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
