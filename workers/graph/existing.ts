import type { Millis } from '../platform/clock.ts';
import { notFound } from '../platform/errors.ts';
import type { TenantGraph } from './directory.ts';
import { nodeRef } from './graph.present.ts';

/** What a node is called. Throws `not_found` when it is (or was) not in the graph. */
export async function existing(graph: TenantGraph, id: string, asOf?: Millis) {
  const found = await graph.node(id, 0, asOf);
  if (!found) throw notFound({ detail: 'There is no such node.' });
  return nodeRef(found.node);
}
