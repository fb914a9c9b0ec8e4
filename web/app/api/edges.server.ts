import { z } from 'zod';
import type { Api, Query } from './client.server';
import { nodeRef, provenance } from './nodes.server';
import { maybe, pageOf } from './shapes.server';

const edge = z.object({
  from: nodeRef,
  kind: z.string(),
  to: nodeRef,
  derived: z.boolean().default(false),
  /** Null when it is derived. */
  since: maybe(z.string()),
  by: maybe(provenance),
  /** The role assignment that a derived edge comes from. */
  assignment: maybe(nodeRef),
});
export type GraphEdge = z.output<typeof edge>;

const unknownPower = z.object({
  assignment: nodeRef,
  holder: nodeRef,
  source: z.string(),
  type: z.string(),
  reason: z.string(),
  remedy: z.string(),
  grants: z.array(z.object({ scope: z.string(), role: z.string() })).default([]),
});
export type UnknownPower = z.output<typeof unknownPower>;

/** How often an empty page is followed to the next before it is shown as it is. */
const MAX_EMPTY = 8;

/** A page of edges. One may be empty and not be the last: then the next one is asked for. */
export async function askEdges(api: Api, query: Query) {
  const read = (cursor: string | number | null | undefined) =>
    api.ask('GET', '/graph/edges', pageOf(edge), { query: { ...query, cursor } });
  let page = await read(query.cursor);
  for (let empty = 0; empty < MAX_EMPTY && page.ok; empty++) {
    const { data, next } = page.value;
    if (data.length > 0 || next === null) break;
    page = await read(next);
  }
  return page;
}

export const askUnknownPowers = (api: Api, asOf: string | null) =>
  api.ask('GET', '/graph/unknown-powers', pageOf(unknownPower), { query: { asOf } });
