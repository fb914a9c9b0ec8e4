import type { InventoryNeed } from '../graph/port.ts';
import { MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import { derivedId } from '../platform/ids.ts';
import type { RefreshParams } from './run.ts';

/** How long changes of a part of the inventory are gathered before it is read anew. */
const GATHER_MS: Millis = 15 * SECOND;
/** Parts that take a call an app, or a call for every 200 devices. */
const GATHER_LONGER: Partial<Record<InventoryNeed, Millis>> = { appCredentials: MINUTE, devices: 10 * MINUTE };

/**
 * Refreshes of parts of the inventory: one for each part and stretch of time, however many events ask for it. It begins
 * when its stretch is over, so that it sees what all of them changed.
 */
export function inventoryParams(
  tenantId: string,
  sourceId: string,
  needs: readonly InventoryNeed[],
  now: Millis,
): RefreshParams[] {
  return [...new Set(needs)].sort().map((need) => {
    const stretch = GATHER_LONGER[need] ?? GATHER_MS;
    const notBefore = (Math.floor(now / stretch) + 1) * stretch;
    return {
      kind: 'refresh',
      tenantId,
      sourceId,
      runId: derivedId('syn', tenantId, sourceId, 'inventory', need, String(notBefore)),
      users: [],
      groups: [],
      members: [],
      apps: [],
      inventory: [need],
      notBefore,
    };
  });
}
