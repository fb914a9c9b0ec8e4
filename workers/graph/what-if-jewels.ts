import type { Jewel } from './criticality/said.store.ts';
import { joinWays, seedsFor } from './portals.ts';
import type { ShardApi } from './shard-api.ts';
import { identitiesIn } from './trails.ts';
import type { Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { BothSeeds, Removal } from './what-if.ts';

/** Crown jewels that a what-if walks to: each is two walks over all shards. */
export const MAX_WHAT_IF_JEWELS = 10;

/** A crown jewel, and what leads there on other shards. */
export interface JewelQuestion extends Jewel {
  seeds: BothSeeds;
}

/** The identities of a shard that would have no way to a crown jewel any more. */
export interface LostJewel extends Jewel {
  identities: string[];
  truncated: boolean;
}

/** For each shard what to ask of crown jewels, the first by name; and whether there are more. */
export async function jewelQuestions(
  shards: ShardApi[],
  remove: Removal[],
): Promise<{ of: (shard: number) => JewelQuestion[]; more: boolean }> {
  const [first] = shards;
  const all = (await first?.jewels(null)) ?? [];
  const joined = await Promise.all(
    all.slice(0, MAX_WHAT_IF_JEWELS).map(async (jewel) => ({
      jewel,
      before: await joinWays(shards, jewel.id, { asOf: null, without: [] }),
      after: await joinWays(shards, jewel.id, { asOf: null, without: remove }),
    })),
  );
  return {
    of: (shard) =>
      joined.map(({ jewel, before, after }) => ({
        ...jewel,
        seeds: { before: seedsFor(before, shard), after: seedsFor(after, shard) },
      })),
    more: all.length > joined.length,
  };
}

export function lostJewels(before: Tx, after: Tx, questions: JewelQuestion[]): LostJewel[] {
  return questions.flatMap(({ id, name, seeds }) => {
    const led = trailsTo(before, [id], seeds.before);
    const leads = trailsTo(after, [id], seeds.after);
    const identities = identitiesIn(led).filter((one) => leads.distanceOf(one) === null);
    const truncated = led.truncated || leads.truncated;
    return identities.length === 0 && !truncated ? [] : [{ id, name, identities, truncated }];
  });
}
