import type { Millis } from '../../platform/clock.ts';
import type { ShardApi } from '../shard-api.ts';
import { shardOf } from '../sharding.ts';
import { compareText } from '../text.ts';
import { chunks } from '../tx.ts';
import type { AccountFacts, FactsQuery } from './account-facts.ts';
import type { LinkChange } from './link-accounts.ts';

/** Accounts that one call of a shard links, or takes to another shard. */
const LINKED_AT_ONCE = 500;
const CARRIED_AT_ONCE = 100;

/** A change of whose account it is, with what carries it out over several shards. */
export interface PlacedChange extends LinkChange {
  /** The account that it was placed with until now. */
  placedBefore: string;
  /** Tells this decision from every other one. */
  token: string;
}

/** What joins and splits accounts, for `identities/`. */
export interface GraphLinks {
  /** What accounts may have in common, in the order of their ids. */
  accountFacts(query: FactsQuery): Promise<AccountFacts[]>;
  /**
   * Joins and splits accounts. `placed` is called as soon as some of them are where they belong, so that what comes of
   * them is sent there; it may be called again with the same ones. Safe to repeat with the same tokens after it died
   * anywhere. Returns the rows that the graph wrote. Throws `graph.moving` while shards are being moved.
   */
  linkAccounts(changes: PlacedChange[], placed: (changes: PlacedChange[]) => Promise<void>): Promise<number>;
}

interface Parts {
  now(): Millis;
  onAll<T>(work: (shards: ShardApi[]) => Promise<T>): Promise<T>;
}

export function graphLinks({ now, onAll }: Parts): GraphLinks {
  return {
    accountFacts: (query) =>
      onAll(async (shards) => {
        const found = (await Promise.all(shards.map((shard) => shard.accountFacts(query)))).flat();
        const sorted = found.sort((a, b) => compareText(a.accountId, b.accountId));
        // each shard gave its first ones: the first of all are complete
        return 'limit' in query ? sorted.slice(0, query.limit) : sorted;
      }),
    linkAccounts: (changes, placed) => onAll((shards) => link(shards, changes, placed, now())),
  };
}

async function link(
  shards: ShardApi[],
  changes: PlacedChange[],
  placed: (changes: PlacedChange[]) => Promise<void>,
  now: Millis,
): Promise<number> {
  let rows = 0;
  const at = (accountId: string) => shardOf(accountId, shards.length);
  // whoever is split off goes first: it may be the home of the others
  const ordered = [...changes].sort((a, b) => Number(a.link !== null) - Number(b.link !== null));
  const groups = new Map<string, PlacedChange[]>();
  for (const change of ordered) {
    const key = `${at(change.placedBefore)} ${at(change.placeId)}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    const from = shards[first ? at(first.placedBefore) : -1];
    const to = shards[first ? at(first.placeId) : -1];
    if (!from || !to) continue;
    for (const some of chunks(group, from === to ? LINKED_AT_ONCE : CARRIED_AT_ONCE)) {
      const items = some.map(({ accountId, token }) => ({ accountId, token }));
      if (from === to) {
        rows += (await to.links({ do: 'link', changes: some.map(plain) }, now)).rowsWritten;
        await placed(some);
        continue;
      }
      const { parcels, rowsWritten } = await from.links({ do: 'detach', items }, now);
      rows += rowsWritten + (await to.links({ do: 'attach', parcels, changes: some.map(plain) }, now)).rowsWritten;
      await placed(some);
      rows += (await from.links({ do: 'forget', items }, now)).rowsWritten;
    }
  }
  return rows;
}

const plain = ({ accountId, placeId, link: to, at }: PlacedChange): LinkChange => ({
  accountId,
  placeId,
  link: to,
  at,
});
