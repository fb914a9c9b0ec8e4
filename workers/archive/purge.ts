import { archiveSettings } from '../../db/control/schema.ts';
import { DAY, iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { DEFAULT_KEEP_DAYS } from './settings.ts';
import { objectKey } from './write.ts';

/** R2 deletes at most 1,000 keys a call. */
const CHUNK = 1_000;
/** Chunks of one tenant and run; the next day goes on. */
const MAX_CHUNKS = 100;

const TENANTS = `WITH RECURSIVE t(id) AS (
  SELECT min(tenant_id) FROM archive_objects
  UNION ALL SELECT (SELECT min(tenant_id) FROM archive_objects WHERE tenant_id > t.id) FROM t WHERE t.id IS NOT NULL)
SELECT id FROM t WHERE id IS NOT NULL`;

/** What waits for a delivery that was given up goes after its dead letter (90 days). */
const STAGED_KEPT = 100 * DAY;

/** Removes archived days that a tenant does not keep any longer: first the objects, then what is known of them. */
export async function purgeArchive(
  deps: Pick<Deps, 'archive' | 'control' | 'evidenceShards' | 'clock'>,
): Promise<number> {
  if (!deps.archive) return 0;
  const kept = new Map((await deps.control.select().from(archiveSettings)).map((row) => [row.tenantId, row.keepDays]));
  let removed = 0;
  for (const db of deps.evidenceShards) {
    await db
      .prepare('DELETE FROM archive_staged WHERE object_id IS NULL AND day < ?1')
      .bind(iso(deps.clock.now() - STAGED_KEPT).slice(0, 10))
      .run();
    const { results } = await db.prepare(TENANTS).all<{ id: string }>();
    for (const { id } of results) {
      const before = iso(deps.clock.now() - (kept.get(id) ?? DEFAULT_KEEP_DAYS) * DAY).slice(0, 10);
      removed += await purgeTenant(deps.archive, db, id, before);
    }
  }
  return removed;
}

async function purgeTenant(bucket: R2Bucket, db: D1Database, tenantId: string, before: string): Promise<number> {
  let removed = 0;
  for (let n = 0; n < MAX_CHUNKS; n++) {
    const { results } = await db
      .prepare(
        `SELECT day, id FROM archive_objects WHERE tenant_id = ?1 AND day < ?2 AND bytes IS NOT NULL
         ORDER BY day, id LIMIT ?3`,
      )
      .bind(tenantId, before, CHUNK)
      .all<{ day: string; id: string }>();
    if (results.length === 0) break;
    await bucket.delete(results.map(({ day, id }) => objectKey(tenantId, day, id)));
    await db
      .prepare(
        `DELETE FROM archive_objects
         WHERE tenant_id = ?1 AND (day, id) IN (SELECT value->>0, value->>1 FROM json_each(?2))`,
      )
      .bind(tenantId, JSON.stringify(results.map(({ day, id }) => [day, id])))
      .run();
    removed += results.length;
  }
  return removed;
}
