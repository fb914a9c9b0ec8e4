import { join } from 'node:path';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { root } from '../lib/root.ts';
import { megabytesOf, runtimePids, watchIsolate } from './graph-memory.ts';
import { start } from './runtime.ts';

/** Megabytes of memory: of the whole process at most, and of its isolate after a collection and at most. */
export interface Memory {
  most: number;
  isolate: number;
  isolateMost: number;
}

export interface ShardProcess {
  origin: string;
  memory(): Promise<Memory>;
  dispose(): Promise<void>;
}

/** The platform's limit for an isolate, objects and buffers together. The local runtime does not enforce it. */
export const ISOLATE_MEGABYTES = 128;
/**
 * Half of it for old objects, so that V8 collects as it does where memory is tight (else it lets garbage lie) and ends
 * the process of a shard that needs more.
 */
const V8_FLAGS = '--max-old-space-size=64 --max-semi-space-size=8 --expose-gc';

/**
 * A process of its own for each shard, as on the platform each is an isolate of its own; it runs nothing else. The
 * heap of V8 is limited to less than what the platform gives.
 */
export async function startShards(count: number, script: string): Promise<ShardProcess[]> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'));
  const { compatibilityDate, compatibilityFlags } = workerOptions;
  process.env.MINIFLARE_WORKERD_V8_FLAGS = V8_FLAGS;
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
      const watch = await watchIsolate(miniflare, 'shard');
      const memory = async () => {
        const { most } = megabytesOf(pid);
        // buffers of what the first collection found go with the second
        for (let n = 0; n < 2; n++) await fetch(`${origin}/collect`);
        const { used } = await watch.now();
        return { most, isolate: used, isolateMost: watch.mostHeld() };
      };
      const end = async () => {
        watch.stop();
        await dispose();
      };
      shards.push({ origin, memory, dispose: end });
    }
    return shards;
  } finally {
    delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
  }
}
