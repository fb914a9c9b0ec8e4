import { describe, expect, it } from 'vitest';
import { type Joined, joinWays } from './portals.ts';
import type { ShardApi } from './shard-api.ts';

const NOW = { asOf: null, without: [] };

/** A shard that tells these stamps one after the other, and a way that the other goes on with. */
function shard(stamps: string[]): ShardApi {
  let asked = 0;
  const relays: ShardApi['relays'] = async () => {
    const stamp = stamps[Math.min(asked, stamps.length - 1)] ?? '';
    asked += 1;
    return { stamp, seeds: [['app_1', 2]] };
  };
  return { relays } as Partial<ShardApi> as ShardApi;
}

function memoOf() {
  const kept = new Map<string, Joined>();
  return {
    kept,
    get: (stamp: string) => kept.get(stamp),
    set: (stamp: string, joined: Joined) => kept.set(stamp, joined),
  };
}

describe('ways that are joined over shards', () => {
  it('are kept while nothing changes', async () => {
    const memo = memoOf();
    const shards = [shard(['a']), shard(['b'])];
    const joined = await joinWays(shards, null, NOW, memo);
    expect([...memo.kept.keys()]).toEqual(['a-b']);
    expect(await joinWays(shards, null, NOW, memo)).toBe(joined);
  });

  it('are not kept when a shard changed between two rounds, whose answers are of different graphs', async () => {
    const memo = memoOf();
    const joined = await joinWays([shard(['a', 'a2']), shard(['b'])], null, NOW, memo);
    expect(joined.seeds.size).toBe(1);
    expect(memo.kept.size).toBe(0);
  });
});
