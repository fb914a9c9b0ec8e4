import type { InventoryNeed } from '../graph/port.ts';
import type { Millis } from '../platform/clock.ts';

/** What of the inventory is read, but for the owners of groups (`read-owners.ts`). */
export interface InventoryPart {
  /** Needs that are read as a whole. */
  whole(need: InventoryNeed): boolean;
  /** Of the others, what belongs to these objects alone; null for nothing. */
  only: OnlyOf | null;
}

export interface OnlyOf {
  /** Native ids of apps: credentials, grants, pushed groups, the roles that they hold. */
  apps: ReadonlySet<string>;
  /** Role assignments that began after this: targets, and the consents of those who hold them. Null for none. */
  assignedAfter: Millis | null;
}

export const EVERYTHING: InventoryPart = { whole: () => true, only: null };

/** Lists that belong to one app each. */
export const APP_NEEDS = ['appCredentials', 'grants', 'groupPush', 'clientRoles'] as const satisfies InventoryNeed[];

export function onlyNeed(need: InventoryNeed): InventoryPart {
  return { whole: (one) => one === need, only: null };
}

/** Whether anything of a need is read. */
export function wants({ whole, only }: InventoryPart, need: InventoryNeed): boolean {
  if (whole(need)) return true;
  if (only === null) return false;
  // a role of an app, or one for all apps of a kind, has targets of its own
  if (need === 'resourceSets') return only.apps.size > 0 || only.assignedAfter !== null;
  if (need === 'consents') return only.assignedAfter !== null;
  return only.apps.size > 0 && APP_NEEDS.some((one) => one === need);
}
