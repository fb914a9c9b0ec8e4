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

export interface Sink {
  /** Takes what a page brought; hands it on once there is enough. */
  add(part: SinkPart, asOf: Millis): Promise<void>;
  /** Hands on everything, then runs `after` tasks in order: closings, which need their edges in place. */
  flush(): Promise<void>;
  after(task: () => Promise<void>): void;
  /** Rows the graph wrote so far. */
  rows(): number;
  addRows(rows: number): void;
}

/**
 * Gathers pages for the graph: one call for many small groups instead of one each. A gathered page counts as of the
 * oldest answer in it, so nothing newer is overwritten.
 */
export function createSink(session: Pick<SyncSession, 'graph' | 'by'>): Sink {
  let pending = nothing();
  let asOf = Number.POSITIVE_INFINITY;
  let tasks: (() => Promise<void>)[] = [];
  let rows = 0;
  let running: Promise<void> = Promise.resolve();

  const handOn = async () => {
    const batch = pending;
    const batchAsOf = asOf;
    const batchTasks = tasks;
    pending = nothing();
    asOf = Number.POSITIVE_INFINITY;
    tasks = [];
    if (size(batch) > 0) {
      const { owns, ...page } = batch;
      const result = await session.graph.applyPage({ ...page, asOf: batchAsOf, by: session.by, evaluate: false });
      rows += result.rowsWritten + (await closeOwned(session, owns, page.edges, batchAsOf));
    }
    for (const task of batchTasks) await task();
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
    after: (task) => {
      tasks.push(task);
    },
    rows: () => rows,
    addRows: (more) => {
      rows += more;
    },
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
