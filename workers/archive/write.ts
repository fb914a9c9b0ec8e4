import { sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';

/** Raw bytes and rows of one object: it is made in memory. */
export const MAX_OBJECT_BYTES = 8_000_000;
export const MAX_OBJECT_ROWS = 500;
/** Objects of one tenant and run; the next minute goes on. */
const MAX_OBJECTS = 20;

type Row = { deliveryId: string; part: number; bytes: number; day: string };
type WriteDeps = Pick<Deps, 'clock' | 'log'>;

/** Every tenant with something staged, by one look-up each instead of a scan. */
const TENANTS = `WITH RECURSIVE t(id) AS (
  SELECT min(tenant_id) FROM archive_staged
  UNION ALL SELECT (SELECT min(tenant_id) FROM archive_staged WHERE tenant_id > t.id) FROM t WHERE t.id IS NOT NULL)
SELECT id FROM t WHERE id IS NOT NULL`;

export function objectKey(tenantId: string, day: string, id: string): string {
  return `${tenantId}/${day}/${id}.ndjson.gz`;
}

/**
 * Writes what is staged to R2, in objects of one tenant and day. What goes into an object is fixed in the database
 * first, so a crash at any point ends in the same object under the same key. Only deliveries that are recorded go: one
 * that comes again is then known. For the minute's tick; safe to run twice.
 */
export async function writeArchive(deps: Pick<Deps, 'archive' | 'evidenceShards' | 'clock' | 'log'>): Promise<void> {
  if (!deps.archive) return;
  for (const db of deps.evidenceShards) {
    const { results } = await db.prepare(TENANTS).all<{ id: string }>();
    for (const { id } of results) {
      try {
        await writeTenant(deps, deps.archive, db, id);
      } catch (error) {
        deps.log.error('archive not written', { tenantId: id, ...describeError(error) });
      }
    }
  }
}

async function writeTenant(deps: WriteDeps, bucket: R2Bucket, db: D1Database, tenantId: string): Promise<void> {
  const { results: begun } = await db
    .prepare('SELECT id, day FROM archive_objects WHERE tenant_id = ?1 AND bytes IS NULL')
    .bind(tenantId)
    .all<{ id: string; day: string }>();
  for (const { id, day } of begun) await writeObject(bucket, db, tenantId, day, id);
  for (let n = 0; n < MAX_OBJECTS; n++) {
    const next = await beginObject(deps, db, tenantId);
    if (!next) return;
    await writeObject(bucket, db, tenantId, next.day, next.id);
  }
}

/** Fixes what the next object holds. Null when nothing waits. */
async function beginObject(
  deps: WriteDeps,
  db: D1Database,
  tenantId: string,
): Promise<{ id: string; day: string } | null> {
  const { results } = await db
    .prepare(
      `SELECT delivery_id AS deliveryId, part, day, length(payload) AS bytes FROM archive_staged s
       WHERE tenant_id = ?1 AND object_id IS NULL AND EXISTS (
         SELECT 1 FROM inbox i WHERE i.tenant_id = ?1 AND i.id = s.delivery_id AND i.status <> 'spooled')
       ORDER BY day, delivery_id, part LIMIT ?2`,
    )
    .bind(tenantId, MAX_OBJECT_ROWS)
    .all<Row>();
  const first = results[0];
  if (!first) return null;
  const taken: Row[] = [];
  let bytes = 0;
  for (const row of results) {
    if (row.day !== first.day || (taken.length > 0 && bytes + row.bytes > MAX_OBJECT_BYTES)) break;
    taken.push(row);
    bytes += row.bytes;
  }
  const keys = JSON.stringify(taken.map(({ deliveryId, part }) => [deliveryId, part]));
  const id = sha256Hex(`${tenantId}\n${keys}`).slice(0, 32);
  await db.batch([
    db
      .prepare(
        `INSERT INTO archive_objects (tenant_id, day, id, events, created_at) VALUES (?1, ?2, ?3, 0, ?4)
         ON CONFLICT (tenant_id, day, id) DO NOTHING`,
      )
      .bind(tenantId, first.day, id, deps.clock.now()),
    db
      .prepare(
        `UPDATE archive_staged SET object_id = ?2 WHERE tenant_id = ?1 AND object_id IS NULL
           AND (delivery_id, part) IN (SELECT value->>0, value->>1 FROM json_each(?3))`,
      )
      .bind(tenantId, id, keys),
  ]);
  return { id, day: first.day };
}

async function writeObject(bucket: R2Bucket, db: D1Database, tenantId: string, day: string, id: string): Promise<void> {
  const { results } = await db
    .prepare(
      `SELECT payload, events FROM archive_staged WHERE tenant_id = ?1 AND object_id = ?2 ORDER BY delivery_id, part`,
    )
    .bind(tenantId, id)
    .all<{ payload: string; events: number }>();
  if (results.length === 0) {
    // another run took what this one was to hold, or has written it
    await db
      .prepare('DELETE FROM archive_objects WHERE tenant_id = ?1 AND day = ?2 AND id = ?3 AND bytes IS NULL')
      .bind(tenantId, day, id)
      .run();
    return;
  }
  const body = await gzip(results.map((row) => row.payload).join(''));
  const key = objectKey(tenantId, day, id);
  await bucket.put(key, body, { httpMetadata: { contentType: 'application/gzip' } });
  const events = results.reduce((sum, row) => sum + row.events, 0);
  await db.batch([
    db
      .prepare('UPDATE archive_objects SET bytes = ?4, events = ?5 WHERE tenant_id = ?1 AND day = ?2 AND id = ?3')
      .bind(tenantId, day, id, body.byteLength, events),
    db.prepare('DELETE FROM archive_staged WHERE tenant_id = ?1 AND object_id = ?2').bind(tenantId, id),
  ]);
}

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
