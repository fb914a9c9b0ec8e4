import type { Deps } from '../platform/deps.ts';
import { newestBelow, type Page, toPage } from '../platform/pagination.ts';
import type { Channel } from './event.ts';

export interface InboxDelivery {
  id: string;
  sourceId: string;
  channel: Channel;
  receivedAt: number;
  status: 'spooled' | 'pending' | 'processed';
  events: number;
  accepted: number;
  ignored: number;
  duplicate: number;
  dead: number;
  attempts: number;
  processedAt: number | null;
}

export interface DeliveryQuery {
  limit: number;
  cursor?: string | undefined;
  source?: string | undefined;
  status?: string | undefined;
}

/** Newest first. */
export async function listInboxDeliveries(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  query: DeliveryQuery,
): Promise<Page<InboxDelivery>> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT id, source_id AS sourceId, channel, received_at AS receivedAt, status, events, accepted, ignored,
         duplicate, dead, attempts, processed_at AS processedAt FROM inbox
       WHERE tenant_id = ?1 AND (?2 IS NULL OR source_id = ?2) AND (?3 IS NULL OR status = ?3)
         AND (received_at, id) < (?4, ?5)
       ORDER BY received_at DESC, id DESC LIMIT ?6`,
    )
    .bind(tenantId, query.source ?? null, query.status ?? null, ...newestBelow(query.cursor), query.limit + 1)
    .all<InboxDelivery>();
  return toPage(results, query.limit, (row) => [row.receivedAt, row.id]);
}
