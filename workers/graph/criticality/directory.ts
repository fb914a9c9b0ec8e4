import type { Millis } from '../../platform/clock.ts';
import type { ShardApi } from '../shard-api.ts';
import { type LevelFound, mergeLevels } from './read-levels.ts';
import type { Jewel, SayInput } from './said.store.ts';

/** How critical things are, over all shards of a tenant. */
export interface GraphCriticality {
  /**
   * Says everything that a person or a source's labels say of some nodes: what is not among it holds no longer. The
   * same again writes nothing. Issues of people who reach what changed are looked at again.
   */
  sayCriticality(input: SayInput): Promise<{ rowsWritten: number }>;
  /** How critical nodes are, now or then. Nodes of other kinds, and those that are not there, are left out. */
  levels(ids: string[], asOf?: Millis): Promise<Map<string, LevelFound>>;
  /** Crown jewels by name, now or then. */
  jewels(asOf?: Millis): Promise<Jewel[]>;
}

interface Shards {
  now(): Millis;
  everyShard<T>(ask: (shard: ShardApi) => Promise<T>): Promise<T[]>;
  onAll<T>(work: (shards: ShardApi[]) => Promise<T>): Promise<T>;
}

export function graphCriticality({ now, everyShard, onAll }: Shards): GraphCriticality {
  return {
    sayCriticality: async (input) => {
      const at = now();
      const told = await everyShard((shard) => shard.sayCriticality(input, at));
      return { rowsWritten: told.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0) };
    },
    levels: async (ids, asOf) =>
      ids.length === 0 ? new Map() : mergeLevels(await everyShard((shard) => shard.levels(ids, asOf ?? null))),
    // said of structure, which every shard has
    jewels: (asOf) => onAll(async ([first]) => (await first?.jewels(asOf ?? null)) ?? []),
  };
}
