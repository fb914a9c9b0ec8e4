import type { PlacedChange } from '../graph/links/graph-links.ts';
import { forgetShards } from '../graph/placement.ts';
import type { Graph } from '../graph/port.ts';
import type { Deps } from '../platform/deps.ts';
import { type LinkRow, markPlaced, pendingLinks } from './links.repository.ts';

type ApplyDeps = Pick<Deps, 'evidence'>;

/** Links that the graph takes over at a time. */
const AT_ONCE = 500;

/** Has the graph follow what was decided. Returns the rows it wrote. Throws `graph.moving` while its shards move. */
export async function applyLinks(
  deps: ApplyDeps,
  graph: Pick<Graph, 'linkAccounts'>,
  tenantId: string,
): Promise<number> {
  let rows = 0;
  for (;;) {
    const pending = await pendingLinks(deps, tenantId, AT_ONCE);
    if (pending.length === 0) return rows;
    rows += await graph.linkAccounts(pending.map(changeOf), async (changes) => {
      await markPlaced(
        deps,
        tenantId,
        changes.map(({ accountId, token }) => [accountId, token]),
      );
      // what was read of where accounts are is no longer so
      forgetShards(tenantId);
    });
  }
}

function changeOf({ accountId, homeId, placeId, nextPlaceId, token, how, reason, by, at }: LinkRow): PlacedChange {
  const link = homeId === null || how === null ? null : { homeId, how, reason: reason ?? '', by, at };
  return { accountId, placeId: nextPlaceId ?? placeId, placedBefore: placeId, token, link, at };
}
