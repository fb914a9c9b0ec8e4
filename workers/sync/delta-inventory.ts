import { INVENTORY_NEEDS, type InventoryNeed } from '../graph/port.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import { againOf, splitScope } from './again.ts';
import { readAppFact } from './facts.ts';
import { readInventory } from './inventory.ts';
import { APP_NEEDS, type InventoryPart } from './inventory-part.ts';
import type { FailedScope } from './run.ts';
import type { Runner, SweepOutcome } from './runner.ts';
import type { SyncState } from './sync-state.ts';
import type { Touched } from './touched.ts';

/*
 * The inventory in a delta. Most parts of it have no times to ask by: the log says which to list anew. The events' own
 * refreshes do so within seconds; a delta makes good what they missed, and asks nothing twice. Lists that belong to one
 * app are read where the app changed.
 */

/** How long the refresh that an event began is given: it gathers up to ten minutes, and reads then. */
const LEFT_TO_REFRESH: Millis = 15 * MINUTE;

/**
 * Needs that an event changed after they were last read. A young event is left to the refresh that it began: it stays
 * in sight of the next delta.
 */
export function dueNeeds(told: Touched['inventory'], state: SyncState, now: Millis): InventoryNeed[] {
  const again = new Set<string>(againOf(state, 'inventory'));
  const due = told.filter(([need, at]) => at > (state.read[need] ?? 0) && at + LEFT_TO_REFRESH <= now);
  for (const [need] of due) again.add(need);
  return INVENTORY_NEEDS.filter((need) => again.has(need));
}

export interface InventoryChanges {
  needs: InventoryNeed[];
  touched: Touched;
  /** Whether groups changed: one may come from a directory. */
  groupsChanged: boolean;
  apps: SweepOutcome;
  /** When the source answered this run first. */
  readAt: Millis;
  /** Whether apps or roles in the graph changed in this run. */
  appsWritten: boolean;
  rolesWritten: boolean;
}

export interface InventoryRead {
  /** Needs that were read as a whole. */
  read: SyncState['read'];
  /** What could not be, for the next delta. */
  again: string[];
}

/** Reads what changed of the inventory. Calls nothing where nothing did. */
export async function readChangedInventory(
  run: Runner,
  state: SyncState,
  changes: InventoryChanges,
): Promise<InventoryRead> {
  const { needs, touched, rolesWritten, appsWritten } = changes;
  const apps = appsToRead(state, changes.apps, touched);
  const whole = new Set<InventoryNeed>(needs);
  const part: InventoryPart = {
    whole: (need) => whole.has(need),
    only: {
      apps,
      // those that this run found; what an event told was read with its targets
      assignedAfter: rolesWritten || apps.size > 0 || whole.has('clientRoles') ? changes.readAt - 1 : null,
    },
  };
  const changed = whole.size + apps.size > 0 || changes.groupsChanged || rolesWritten || appsWritten;
  if (!changed) return { read: {}, again: [] };
  const before = run.memory.failed.length;
  await readInventory(run, new Map(), { part });
  const again = run.memory.failed.slice(before).flatMap(againScope);
  const failed = new Set(again.map((scope) => splitScope(scope)[1]));
  const done = needs.filter((need) => !failed.has(need));
  return { read: Object.fromEntries(done.map((need) => [need, changes.readAt])), again };
}

/** Native ids of apps whose own lists are read. */
function appsToRead(state: SyncState, apps: SweepOutcome, touched: Touched): Set<string> {
  const named = new Set([...touched.appsChanged, ...againOf(state, 'appDetails')]);
  const all = state.again.includes('apps');
  const due = apps.facts.map(readAppFact).filter(({ id, changed }) => all || changed || named.has(id));
  return new Set(due.map(({ id }) => id));
}

/** What is read again for a scope that failed: an app's lists, else the whole need. */
function againScope({ scope, optional, leftOut }: FailedScope): string[] {
  if (optional || leftOut) return [];
  const [phase, id] = splitScope(scope);
  const need = phase.split('/')[0] ?? '';
  if (id !== '' && APP_NEEDS.some((one) => one === need)) return [`appDetails:${id}`];
  return [`inventory:${need}`];
}
