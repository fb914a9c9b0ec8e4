import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import { type Delivery, type DeliveryStatus, deliveryIdPrefix } from './delivery.ts';

/** Deliveries shown with an issue. */
export const DELIVERIES_OF_ISSUE_LIMIT = 50;

const COLUMNS = `id, integration_id AS integrationId, automation_id AS automationId, issue_id AS issueId, change, status,
  attempts, created_at AS createdAt, delivered_at AS deliveredAt, next_attempt_at AS nextAttemptAt,
  response_status AS responseStatus, error`;

type EvidenceDeps = Pick<Deps, 'evidence'>;

/** The newest deliveries of an issue (at most 50), newest first. */
export async function deliveriesOfIssue(deps: EvidenceDeps, tenantId: string, issueId: string): Promise<Delivery[]> {
  const prefix = deliveryIdPrefix(tenantId, issueId);
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM deliveries
       WHERE tenant_id = ?1 AND id > ?2 AND id < ?3 AND issue_id = ?4
       ORDER BY created_at DESC, id DESC LIMIT ?5`,
    )
    .bind(tenantId, prefix, `${prefix}~`, issueId, DELIVERIES_OF_ISSUE_LIMIT)
    .all<Delivery>();
  return results;
}

export interface DeliveryQuery {
  limit: number;
  cursor?: string | undefined;
  status?: DeliveryStatus | undefined;
  integration?: string | undefined;
  issue?: string | undefined;
}

/** Deliveries of a tenant, newest first. Throws `invalid_request` for a cursor of another list. */
export async function listDeliveries(
  deps: EvidenceDeps,
  tenantId: string,
  query: DeliveryQuery,
): Promise<Page<Delivery>> {
  const where = ['tenant_id = ?1'];
  const values: (string | number)[] = [tenantId];
  const bind = (value: string | number) => `?${values.push(value)}`;
  if (query.cursor) {
    const [at, id] = decodeCursor(query.cursor, 2);
    where.push(`(created_at, id) < (${bind(Number(at))}, ${bind(String(id))})`);
  }
  if (query.status) where.push(`status = ${bind(query.status)}`);
  if (query.integration) where.push(`integration_id = ${bind(query.integration)}`);
  if (query.issue) {
    const prefix = deliveryIdPrefix(tenantId, query.issue);
    where.push(`issue_id = ${bind(query.issue)}`, `id > ${bind(prefix)} AND id < ${bind(`${prefix}~`)}`);
  }
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM deliveries WHERE ${where.join(' AND ')}
       ORDER BY created_at DESC, id DESC LIMIT ${bind(query.limit + 1)}`,
    )
    .bind(...values)
    .all<Delivery>();
  return toPage(results, query.limit, (row) => [row.createdAt, row.id]);
}

/** One delivery with the body that was or will be sent. Throws `not_found`. */
export async function getDelivery(
  deps: EvidenceDeps,
  tenantId: string,
  id: string,
): Promise<Delivery & { body: string }> {
  const row = await deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS}, body FROM deliveries WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<Delivery & { body: string }>();
  if (!row) throw notFound({ detail: 'There is no such delivery.' });
  return row;
}
