import type { EdgeWrite } from '../edges.store.ts';
import type { GraphEdge, GraphNode } from '../model.ts';
import { nodeId } from '../model.ts';
import { readNodes } from '../nodes.store.ts';
import type { Tx } from '../tx.ts';
import { hasLinks, readLinks } from './links.store.ts';

/** The account that an identity node, as a source tells it, is made of. */
export function ownAccountOf(identity: GraphNode): string {
  const { accountId } = identity.attributes;
  return typeof accountId === 'string' ? accountId : nodeId('account', identity.sourceId, identity.nativeId);
}

/** Identity of each joined account among these, as far as it is here: what sources say of their own is left aside. */
function joinedAmong(tx: Tx, accountIds: readonly string[]): Map<string, string> {
  if (accountIds.length === 0 || !hasLinks(tx)) return new Map();
  const links = readLinks(tx, accountIds);
  if (links.size === 0) return new Map();
  const here = readNodes(tx, new Set([...links.values()].map(({ identityId }) => identityId)));
  return new Map(
    [...links].flatMap(([id, { identityId }]) => (here.has(identityId) ? [[id, identityId] as const] : [])),
  );
}

type Tie = Pick<GraphEdge, 'from' | 'kind' | 'to'> | Pick<EdgeWrite, 'from' | 'kind' | 'to'>;

/**
 * What a source says of identities and whose accounts are, as it counts here: a source knows of its own accounts only,
 * so of a joined one its identity is left out, and the tie goes to the identity that it was joined to.
 */
export function asJoined<N extends { node: GraphNode }, E extends Tie>(
  tx: Tx,
  nodes: readonly N[],
  edges: readonly E[],
): { nodes: N[]; edges: E[] } {
  const ties = edges.filter((edge) => edge.kind === 'HAS_ACCOUNT');
  const identities = nodes.filter(({ node }) => node.kind === 'identity');
  const joined = joinedAmong(tx, [...ties.map(({ to }) => to), ...identities.map(({ node }) => ownAccountOf(node))]);
  if (joined.size === 0) return { nodes: [...nodes], edges: [...edges] };
  return {
    nodes: nodes.filter(({ node }) => {
      const identity = node.kind === 'identity' ? joined.get(ownAccountOf(node)) : undefined;
      return identity === undefined || identity === node.id;
    }),
    edges: edges.map((edge) => {
      const identity = edge.kind === 'HAS_ACCOUNT' ? joined.get(edge.to) : undefined;
      return identity === undefined ? edge : { ...edge, from: identity };
    }),
  };
}
