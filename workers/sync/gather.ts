import type { InventoryNeed } from '../graph/port.ts';
import { MINUTE, type Millis, SECOND } from '../platform/clock.ts';

/** How long changes of a part of the inventory are gathered before it is read anew. */
const GATHER_MS: Millis = 15 * SECOND;
/** Parts that take a call an app, or a call for every 200 devices or grants. */
const GATHER_LONGER: Partial<Record<InventoryNeed, Millis>> = {
  appCredentials: MINUTE,
  devices: 10 * MINUTE,
  entitlements: 10 * MINUTE,
};
/** How long wishes for single objects are gathered. */
export const GATHER_OBJECTS: Millis = SECOND;

export function gatherTime(need: InventoryNeed): Millis {
  return GATHER_LONGER[need] ?? GATHER_MS;
}
