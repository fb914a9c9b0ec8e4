import type { Deps } from '../platform/deps.ts';

export interface ArchivedDay {
  day: string;
  objects: number;
  events: number;
  bytes: number;
}

type Db = Pick<Deps, 'evidence'>;

/** Days with archived events, newest first; before `before` (a day) when given. */
export async function listDays(
  deps: Db,
  tenantId: string,
  query: { limit: number; before: string | null; day: string | null },
): Promise<ArchivedDay[]> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT day, count(*) AS objects, sum(events) AS events, sum(bytes) AS bytes FROM archive_objects
       WHERE tenant_id = ?1 AND bytes IS NOT NULL AND (?2 IS NULL OR day < ?2) AND (?3 IS NULL OR day = ?3)
       GROUP BY day ORDER BY day DESC LIMIT ?4`,
    )
    .bind(tenantId, query.before, query.day, query.limit)
    .all<ArchivedDay>();
  return results;
}

/** Ids of a day's objects after `after`, in order. */
export async function listObjects(
  deps: Db,
  tenantId: string,
  day: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT id FROM archive_objects WHERE tenant_id = ?1 AND day = ?2 AND id > ?3 AND bytes IS NOT NULL
       ORDER BY id LIMIT ?4`,
    )
    .bind(tenantId, day, after, limit)
    .all<{ id: string }>();
  return results.map((row) => row.id);
}
