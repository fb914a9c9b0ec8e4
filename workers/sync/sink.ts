import type { FactorState } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import type { GraphPart } from '../sources/okta/mapper.ts';
import { closeOwned } from './close-owned.ts';
import type { SyncSession } from './session.ts';

/** Objects, and edges, that are handed to the graph at once. Edges are small, and many. */
export const FLUSH_OBJECTS = 2_000;
export const FLUSH_EDGES = 10_000;

export interface SinkPart extends GraphPart {
  factors?: { accountId: string; state: FactorState }[];
}

/** A listing that was read to its end. */
export interface Listed {
  scope: string;
  seen: string[];
  asOf: Millis;
  /** The source does not have it at all. */
  absent: boolean;
}

export interface Sink {
  /** Takes what a page brought; hands it on once there is enough. */
  add(part: SinkPart, asOf: Millis): Promise<void>;
  /** Hands on everything, then closes what was listed, which needs its edges in place. */
  flush(): Promise<void>;
  listed(listed: Listed): void;
  /** Rows the graph wrote so far. */
  rows(): number;
}

/**
 * Gathers pages for the graph: one call for many small groups instead of one each, and likewise for what was listed to
 * its end, which `close` takes and tells the rows written. A gathered page counts as of the oldest answer in it, so
 * nothing newer is overwritten.
 */
export function createSink(
  session: Pick<SyncSession, 'graph' | 'by'>,
  close: (listed: readonly Listed[]) => Promise<number>,
): Sink {
  let pending = nothing();
  let asOf = Number.POSITIVE_INFINITY;
  let complete: Listed[] = [];
  let rows = 0;
  let running: Promise<void> = Promise.resolve();

  const handOn = async () => {
    const batch = pending;
    const batchAsOf = asOf;
    const batchComplete = complete;
    pending = nothing();
    asOf = Number.POSITIVE_INFINITY;
    complete = [];
    if (size(batch) > 0) {
      const { owns, ...page } = batch;
      const result = await session.graph.applyPage({ ...page, asOf: batchAsOf, by: session.by, evaluate: false });
      rows += result.rowsWritten + (await closeOwned(session, owns, page.edges, batchAsOf));
    }
    if (batchComplete.length > 0) rows += await close(batchComplete);
  };

  const flush = () => {
    // one after the other, so that a closing never overtakes the edges it closes around
    const next = running.then(handOn);
    running = next.catch(() => {});
    return next;
  };

  return {
    async add(part, partAsOf) {
      pending.nodes.push(...part.nodes);
      pending.edges.push(...part.edges);
      pending.factors.push(...(part.factors ?? []));
      pending.owns.push(...(part.owns ?? []));
      asOf = Math.min(asOf, partAsOf);
      if (isEnough(pending)) await flush();
    },
    flush,
    listed: (listed) => {
      complete.push(listed);
    },
    rows: () => rows,
  };
}

function nothing(): Required<SinkPart> {
  return { nodes: [], edges: [], factors: [], owns: [] };
}

function isEnough({ nodes, edges, factors }: Required<SinkPart>): boolean {
  return nodes.length + factors.length >= FLUSH_OBJECTS || edges.length >= FLUSH_EDGES;
}

function size(part: Required<SinkPart>): number {
  return part.nodes.length + part.edges.length + part.factors.length;
}
