import type { Millis } from '../platform/clock.ts';
import type { Provenance } from './model.ts';
import { readRefs } from './named.ts';
import { parseProvenance } from './page.ts';
import type { WayStep } from './reachable-by.ts';
import { set, type Tx } from './tx.ts';

/** Nodes, and edges, that one question may name. */
export const MAX_LOOKUPS = 200;

/** An edge as it is asked for. `kind` may be one that is derived and so never stored. */
export interface EdgeRef {
  from: string;
  kind: string;
  to: string;
}

export interface EdgeFact {
  from: WayStep['to'];
  to: WayStep['to'];
  kind: string;
  since: Millis;
  /** What it was first seen by: its evidence. */
  by: Provenance;
}

/** In the order of the question; null for what is not here. */
export interface Lookup {
  nodes: (WayStep['to'] | null)[];
  edges: (EdgeFact | null)[];
}

/** What nodes are called, and since when and by what edges are here. */
export function readLookup(tx: Tx, nodes: string[], edges: EdgeRef[]): Lookup {
  const refs = readRefs(tx, new Set([...nodes, ...edges.flatMap(({ from, to }) => [from, to])]));
  const facts = new Map(
    tx
      .raw<[place: number, since: number, by: string]>(
        `SELECT j.key, e.began_at, e.began_by FROM json_each(?) j
         CROSS JOIN edge e ON e.from_id = j.value->>'from' AND e.kind = j.value->>'kind' AND e.to_id = j.value->>'to'`,
        set(edges),
      )
      .map(([place, since, by]) => [place, { since, by: parseProvenance(by) }]),
  );
  return {
    nodes: nodes.map((id) => refs.get(id) ?? null),
    edges: edges.map(({ from, kind, to }, place) => {
      const [start, end, fact] = [refs.get(from), refs.get(to), facts.get(place)];
      return start && end && fact ? { from: start, to: end, kind, ...fact } : null;
    }),
  };
}

/** A node or an edge is here when any shard knows it. */
export function mergeLookups(parts: Lookup[]): Lookup {
  const first = <T>(of: (part: Lookup) => (T | null)[]) =>
    (parts[0] ? of(parts[0]) : []).map(
      (_, place) => parts.map((part) => of(part)[place] ?? null).find((one) => one !== null) ?? null,
    );
  return { nodes: first((part) => part.nodes), edges: first((part) => part.edges) };
}
