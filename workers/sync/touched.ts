import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

/** Objects that one delta takes from the log; the daily full sync sees the rest. */
export const MAX_TOUCHED = 1_000;

/** Native ids of what the log says changed, where the source's own times do not tell. */
export interface Touched {
  /** Apps that were changed or given to or taken from a group, which changes many assignments at once. */
  apps: string[];
  /** Groups that were given apps or lost some: no time of the group tells. */
  groups: string[];
  /** Users whose factors changed: no time of the user does. */
  users: string[];
}

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
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT DISTINCT t.value->>'$.type' AS type, t.value->>'$.id' AS id
       FROM events e CROSS JOIN json_each(e.targets) t
       WHERE e.tenant_id = ?1 AND e.published_at > ?2 AND e.source_id = ?3 AND (
         (t.value->>'$.type' IN ('AppInstance', 'UserGroup') AND (
           e.type GLOB 'group.application_assignment.*' OR e.type GLOB 'application.lifecycle.*'))
         OR (t.value->>'$.type' = 'User' AND e.type GLOB 'user.mfa.factor.*'))
       ORDER BY type, id LIMIT ${MAX_TOUCHED}`,
    )
    .bind(tenantId, since, sourceId)
    .all<{ type: string; id: string }>();
  const ids = (type: string) => results.filter((row) => row.type === type).map((row) => row.id);
  return { apps: ids('AppInstance'), groups: ids('UserGroup'), users: ids('User') };
}
