import type { InventoryNeed } from '../graph/port.ts';
import { HOUR, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { inventoryOf } from '../sources/okta/event-inventory.ts';

/** Objects that one delta takes from the log; the daily full sync sees the rest. */
export const MAX_TOUCHED = 1_000;
/** How late an event may come (a tail that was held up, a relay) and still be taken by the next delta. */
export const LATEST: Millis = 2 * HOUR;

/** Native ids of what the log says changed, where the source's own times do not tell. */
export interface Touched {
  /** Apps that were changed or given to or taken from a group, which changes many assignments at once. */
  apps: string[];
  /** Of these, those that were changed themselves. */
  appsChanged: string[];
  /** Groups that were given apps or lost some: no time of the group tells. */
  groups: string[];
  /** Users whose factors changed: no time of the user does. */
  users: string[];
  /** Parts of the inventory, each with the newest event that changed it. Of the last two hours, told before or not. */
  inventory: [need: InventoryNeed, at: Millis][];
}

/** What was published since (?2), or came in since and is not too old (?4). */
const RECENT = `e.tenant_id = ?1 AND e.published_at > ?4 AND e.source_id = ?3 AND (e.published_at > ?2 OR e.stored_at > ?2)`;

/**
 * Reads the events of a source since a time. Assignments of single users are not among them: their events name both
 * ends, and their refresh reads them.
 */
export async function touchedSince(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  sourceId: string,
  since: Millis,
): Promise<Touched> {
  const db = deps.evidence(tenantId);
  const objects = db
    .prepare(
      `SELECT t.value->>'$.type' AS type, t.value->>'$.id' AS id, max(e.type GLOB 'application.lifecycle.*') AS changed
       FROM events e CROSS JOIN json_each(e.targets) t
       WHERE ${RECENT} AND (
         (t.value->>'$.type' IN ('AppInstance', 'UserGroup') AND (
           e.type GLOB 'group.application_assignment.*' OR e.type GLOB 'application.lifecycle.*'))
         OR (t.value->>'$.type' = 'User' AND e.type GLOB 'user.mfa.factor.*'))
       GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ${MAX_TOUCHED}`,
    )
    .bind(tenantId, since, sourceId, since - LATEST);
  const types = db
    .prepare(
      `SELECT type, max(published_at) AS at FROM events
       WHERE tenant_id = ?1 AND published_at > ?2 AND source_id = ?3 AND (outcome IS NULL OR outcome = 'SUCCESS')
       GROUP BY type`,
    )
    .bind(tenantId, since - LATEST, sourceId);
  const [found, told] = await db.batch<{ type: string; id: string; changed: 0 | 1; at: Millis }>([objects, types]);
  const rows = found?.results ?? [];
  const ids = (type: string) => rows.filter((row) => row.type === type).map((row) => row.id);
  const inventory = new Map<InventoryNeed, Millis>();
  for (const { type, at } of told?.results ?? []) {
    const need = inventoryOf(type);
    if (need !== null) inventory.set(need, Math.max(at, inventory.get(need) ?? 0));
  }
  return {
    apps: ids('AppInstance'),
    appsChanged: rows.filter((row) => row.type === 'AppInstance' && row.changed === 1).map((row) => row.id),
    groups: ids('UserGroup'),
    users: ids('User'),
    inventory: [...inventory].sort(),
  };
}
