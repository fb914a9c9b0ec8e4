import type { Millis } from '../platform/clock.ts';
import { jsonParameters } from './json-parameters.ts';
import { COUNT_PROCESSED, MARK_PROCESSED } from './record.sql.ts';
import { deliveryKey } from './record.ts';
import { attemptsOf, type Work } from './work.ts';

/**
 * Marks deliveries whose effects are done, and forgets the oversized copies of their events. `unfinished` is what
 * `record` said of them. Returns rows written.
 */
export async function markProcessed(
  db: D1Database,
  works: Work[],
  unfinished: ReadonlySet<string>,
  now: Millis,
): Promise<number> {
  const rows = works
    .filter((work) => unfinished.has(deliveryKey(work.message)))
    .map((work) => [work.message.tenantId, work.message.id, attemptsOf(work)]);
  const oversized = works.flatMap((work) => work.oversizedIds.map((id) => [work.message.tenantId, id]));
  const statements = jsonParameters(rows).flatMap((json) => [
    db.prepare(COUNT_PROCESSED).bind(json),
    db.prepare(MARK_PROCESSED).bind(json, now),
  ]);
  for (const json of jsonParameters(oversized)) {
    const sql = `DELETE FROM oversized_events
      WHERE (tenant_id, id) IN (SELECT value->>0, value->>1 FROM json_each(?1))`;
    statements.push(db.prepare(sql).bind(json));
  }
  if (statements.length === 0) return 0;
  const results = await db.batch(statements);
  return results.reduce((sum, result) => sum + result.meta.rows_written, 0);
}
