import type { Millis } from '../../platform/clock.ts';
import type { Page } from '../../platform/pagination.ts';
import type { WayStep } from '../reachable-by.ts';
import type { ShardApi } from '../shard-api.ts';
import { compareText, nameKey } from '../text.ts';
import { type EdgesQuery, type EdgeTold, edgePage } from './edge-pages.ts';
import type { UnknownPower } from './powers.ts';
import { mergeTierZero, type TierZeroPart } from './tier-zero.ts';

export interface UnknownTold extends Omit<UnknownPower, 'assignment' | 'holder'> {
  assignment: WayStep['to'];
  holder: WayStep['to'];
}

/** The edges of the model, stored and derived. */
export interface GraphEdges {
  /** Stored ones first, then those that role assignments give, each by its ends. */
  edges(query: EdgesQuery): Promise<Page<EdgeTold>>;
  /** Role assignments of which it is not known what they give. */
  unknownPowers(asOf?: Millis): Promise<UnknownTold[]>;
  tierZero(limit: number, asOf?: Millis): Promise<TierZeroPart>;
}

interface Shards {
  everyShard<T>(ask: (shard: ShardApi) => Promise<T>): Promise<T[]>;
}

export function graphEdges({ everyShard }: Shards): GraphEdges {
  const named = async (ids: Iterable<string>, asOf: Millis | undefined) => {
    const wanted = [...ids];
    const refs = new Map<string, WayStep['to']>();
    const parts = wanted.length === 0 ? [] : await everyShard((shard) => shard.lookup(wanted, [], asOf ?? null));
    for (const { nodes } of parts) for (const node of nodes) if (node) refs.set(node.id, node);
    return refs;
  };
  return {
    edges: (query) => edgePage({ everyShard, named }, query),
    unknownPowers: async (asOf) => {
      const parts = await everyShard((shard) => shard.powers(asOf ?? null));
      const once = new Map(
        parts.flatMap((part) => part.unknown).map((one) => [`${one.assignment} ${one.holder}`, one]),
      );
      const refs = await named(
        [...once.values()].flatMap((one) => [one.assignment, one.holder]),
        asOf,
      );
      return [...once.values()]
        .flatMap(({ assignment, holder, ...rest }) => {
          const [what, who] = [refs.get(assignment), refs.get(holder)];
          return what && who ? [{ ...rest, assignment: what, holder: who }] : [];
        })
        .sort(byHolder);
    },
    tierZero: async (limit, asOf) => mergeTierZero(await everyShard((shard) => shard.tierZero(asOf ?? null)), limit),
  };
}

/** By the holder's name, and of one holder by the assignment. */
function byHolder(a: UnknownTold, b: UnknownTold): number {
  return compareText(nameKey(a.holder.name), nameKey(b.holder.name)) || compareText(a.assignment.id, b.assignment.id);
}
