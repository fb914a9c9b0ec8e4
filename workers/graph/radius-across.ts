import { type BlastRadius, mayCross, mergeRadius, type SpreadAnswer } from './blast-radius.ts';
import type { View } from './paths.ts';
import { holdersOf, type Joined, MAX_CROSSINGS, seedsFor } from './portals.ts';
import type { ShardApi } from './shard-api.ts';
import { isOwn } from './trails.ts';

/** Where a walk leads over all shards: each goes on from what the others came to, until there is nothing new. */
export async function radiusOf(
  shards: ShardApi[],
  from: string,
  view: View,
  joined: Joined,
): Promise<Omit<BlastRadius, 'pathToTierZero'> | null> {
  const asked = holdersOf(from, shards);
  const first = await Promise.all(asked.map(async (index) => shards[index]?.spread([from], view)));
  const place = first.findIndex((part) => part?.here);
  const start = first[place];
  const holder = asked[place];
  if (!start || holder === undefined) return null;
  let shared = united([start]);
  let on = [holder];
  if (shards.length > 1 && (!isOwn(from) || start.through.some(mayCross))) {
    on = shards.map((_, index) => index);
    for (let round = 0; round < MAX_CROSSINGS; round++) {
      const starts = [from, ...shared.through];
      const next = united(await Promise.all(shards.map((shard) => shard.spread(starts, view))));
      const grown = next.through.length + next.last.length > shared.through.length + shared.last.length;
      shared = next;
      if (!grown) break;
    }
  }
  const kinds = mergeRadius(
    await Promise.all(
      on.map(
        async (index) =>
          (await shards[index]?.radius({
            from,
            shared,
            structure: index === holder,
            seeds: seedsFor(joined, index),
            view,
          })) ?? [],
      ),
    ),
  );
  const count = (kind: string) => kinds.find((one) => one.kind === kind)?.count ?? 0;
  return {
    apps: count('app'),
    groups: count('group'),
    roles: count('role'),
    kinds,
    truncated: shared.truncated,
  };
}

function united(parts: SpreadAnswer[]) {
  const through = new Set(parts.flatMap((part) => part.through));
  const last = new Set(parts.flatMap((part) => part.last.filter((id) => !through.has(id))));
  return { through: [...through], last: [...last], truncated: parts.some((part) => part.truncated) };
}
