import { SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

/** The event counts of a source, over all its channels and since it was made. */
export interface SourceCounters {
  /** Every event that came: `accepted + ignored`. */
  received: number;
  /** Of a type that is kept: `processed + pending + duplicate + dead` once all has come to rest. */
  accepted: number;
  ignored: number;
  /** Came before, by this or another channel. */
  duplicate: number;
  /** Kept, with all effects done. */
  processed: number;
  /** Events whose effects are not done yet, counted from the inbox. */
  pending: number;
  dead: number;
  /** From publication to storage, newest pushed event; null before the first. */
  lagSeconds: number | null;
  /** Age of the oldest unfinished delivery; null when there is none. */
  oldestPendingSeconds: number | null;
  /** Milliseconds; null before the first. */
  lastReceivedAt: number | null;
}

export async function sourceCounters(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  tenantId: string,
  sourceId: string,
): Promise<SourceCounters> {
  const db = deps.evidence(tenantId);
  const [counted, unfinished] = await db.batch([
    db
      .prepare(
        `SELECT received, accepted, ignored, duplicate, processed, dead, last_received_at AS lastReceivedAt,
           lag_millis AS lagMillis FROM counters WHERE tenant_id = ?1 AND source_id = ?2`,
      )
      .bind(tenantId, sourceId),
    db
      .prepare(
        `SELECT coalesce(sum(accepted - duplicate - dead), 0) AS pending, min(received_at) AS oldest FROM inbox
         WHERE status <> 'processed' AND received_at > 0 AND tenant_id = ?1 AND source_id = ?2`,
      )
      .bind(tenantId, sourceId),
  ]);
  const totals = (counted?.results[0] ?? {}) as Partial<Record<string, number | null>>;
  const open = (unfinished?.results[0] ?? {}) as { pending?: number; oldest?: number | null };
  const total = (key: string) => totals[key] ?? 0;
  const age = (at: number) => Math.max(0, Math.round((deps.clock.now() - at) / SECOND));
  return {
    received: total('received'),
    accepted: total('accepted'),
    ignored: total('ignored'),
    duplicate: total('duplicate'),
    processed: total('processed'),
    pending: open.pending ?? 0,
    dead: total('dead'),
    lagSeconds: typeof totals.lagMillis === 'number' ? totals.lagMillis / SECOND : null,
    oldestPendingSeconds: typeof open.oldest === 'number' ? age(open.oldest) : null,
    lastReceivedAt: totals.lastReceivedAt ?? null,
  };
}
