import type { Provenance } from '../graph/model.ts';
import type { Graph, InventoryNeed } from '../graph/port.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { OktaClient } from '../sources/okta/client.ts';
import { createPoliteCaller, type PoliteCaller } from '../sources/okta/polite.ts';
import type { Source } from '../sources/sources.repository.ts';
import { noteInventoryRead } from './sync-state.ts';

/** What a sync works with, so that tests can give it other graphs, orgs and clocks. */
export interface SyncTools {
  deps: Deps;
  graph(tenantId: string): Graph;
  client(tenantId: string, source: Source): Promise<OktaClient>;
  /** Turns verdict changes of the graph into issues. */
  settle(tenantId: string): Promise<number>;
  sleep(ms: number): Promise<void>;
  /** 0..1 */
  random(): number;
}

/** One step's view of its source. Made anew in each step: nothing of it survives an eviction. */
export interface SyncSession {
  source: Source;
  graph: Graph;
  okta: PoliteCaller;
  clock: Deps['clock'];
  by: Provenance;
  /** Remembers that a part of the inventory is known as it was at `at`: the next delta need not read it. */
  noteRead(need: InventoryNeed, at: Millis): Promise<void>;
}

/** `shareLeft`: the share of each rate limit that is left to others; as `polite.ts` has it when absent. */
export async function openSession(
  tools: SyncTools,
  source: Source,
  runId: string,
  shareLeft?: number,
): Promise<SyncSession> {
  const client = await tools.client(source.tenantId, source);
  return {
    source,
    graph: tools.graph(source.tenantId),
    okta: createPoliteCaller(
      {
        clock: tools.deps.clock,
        sleep: tools.sleep,
        random: tools.random,
        ...(shareLeft === undefined ? {} : { shareLeft }),
      },
      client,
    ),
    clock: tools.deps.clock,
    by: { kind: 'sync', id: runId },
    noteRead: (need, at) => noteInventoryRead(tools.deps, source.tenantId, source.id, need, at),
  };
}

/** How a workflow runs and remembers a piece of work. Results are JSON. */
export interface Stepper {
  do<T>(name: string, work: () => Promise<T>): Promise<T>;
  sleep(name: string, ms: number): Promise<void>;
}
