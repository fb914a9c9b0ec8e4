import { join } from 'node:path';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { root } from '../lib/root.ts';
import { isolateMegabytes, megabytesOf, runtimePids } from './graph-memory.ts';
import { start } from './runtime.ts';

/** Megabytes of memory: of the whole process now and at most, and what lives in the isolate after a collection. */
export interface Memory {
  now: number;
  most: number;
  isolate: number;
}

export interface ShardProcess {
  origin: string;
  memory(): Promise<Memory>;
  dispose(): Promise<void>;
}

/** The platform's limit for an isolate. The local runtime does not enforce it; V8 does, by ending the process. */
export const HEAP_MEGABYTES = 128;

/**
 * A process of its own for each shard, as on the platform each is an isolate of its own; it runs nothing else. The
 * heap of V8 is limited to what the platform gives.
 */
export async function startShards(count: number, script: string): Promise<ShardProcess[]> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'));
  const { compatibilityDate, compatibilityFlags } = workerOptions;
  process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-old-space-size=${HEAP_MEGABYTES} --expose-gc`;
  try {
    const shards: ShardProcess[] = [];
    for (let index = 0; index < count; index++) {
      const others = new Set(runtimePids());
      const { origin, miniflare, dispose } = await start(
        {
          name: 'shard',
          modules: [{ type: 'ESModule', path: 'index.js', contents: script }],
          compatibilityDate,
          compatibilityFlags,
          durableObjects: { GRAPH: { className: 'GraphShard', useSQLite: true } },
        },
        { inspectorPort: 0 },
      );
      const pid = runtimePids().find((one) => !others.has(one)) ?? '';
      const memory = async () => {
        const { now, most } = megabytesOf(pid);
        await fetch(`${origin}/collect`);
        return { now, most, isolate: await isolateMegabytes(miniflare, 'shard') };
      };
      shards.push({ origin, memory, dispose });
    }
    return shards;
  } finally {
    delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
  }
}
