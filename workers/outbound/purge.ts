import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

/** How long the delivery log is kept. What is still to be sent stays. */
export const DELIVERY_LOG_KEPT: Millis = 30 * DAY;
const CHUNK = 10_000;
const MOST_CHUNKS = 100;

/** Removes deliveries that ended long ago. Safe to repeat; the next day goes on where the bound stopped it. */
export async function purgeDeliveries(deps: Pick<Deps, 'evidenceShards' | 'clock'>): Promise<number> {
  let total = 0;
  for (const db of deps.evidenceShards) {
    for (let n = 0; n < MOST_CHUNKS; n++) {
      const { meta } = await db
        .prepare(
          `DELETE FROM deliveries WHERE (tenant_id, id) IN (
             SELECT tenant_id, id FROM deliveries WHERE status <> 'pending' AND created_at < ?1 LIMIT ${CHUNK})`,
        )
        .bind(deps.clock.now() - DELIVERY_LOG_KEPT)
        .run();
      total += meta.changes;
      if (meta.changes < CHUNK) break;
    }
  }
  return total;
}
