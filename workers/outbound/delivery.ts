import { isoOrNull, type Millis } from '../platform/clock.ts';
import { derivedId } from '../platform/ids.ts';
import type { IssueChange } from './message.ts';

/**
 * pending: waiting for its next attempt; delivered: the receiver answered 2xx; failed: not sent, because the
 * integration was removed or switched off; dead: given up, with a dead letter.
 */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A row of `deliveries`, without its body. */
export interface Delivery {
  id: string;
  integrationId: string;
  automationId: string | null;
  issueId: string | null;
  change: string;
  status: DeliveryStatus;
  attempts: number;
  createdAt: Millis;
  deliveredAt: Millis | null;
  nextAttemptAt: Millis | null;
  responseStatus: number | null;
  error: string | null;
}

/** A delivery as the API shows it: times in ISO 8601. */
export function presentDelivery(delivery: Delivery) {
  return {
    id: delivery.id,
    integrationId: delivery.integrationId,
    automationId: delivery.automationId,
    issueId: delivery.issueId,
    change: delivery.change,
    status: delivery.status,
    attempts: delivery.attempts,
    createdAt: new Date(delivery.createdAt).toISOString(),
    deliveredAt: isoOrNull(delivery.deliveredAt),
    nextAttemptAt: isoOrNull(delivery.nextAttemptAt),
    responseStatus: delivery.responseStatus,
    error: delivery.error,
  };
}

const ISSUE_PART = 8;
const CHANGE_PART = 16;

/** What every delivery id of an issue begins with, so that the primary key finds them without another index. */
export function deliveryIdPrefix(tenantId: string, issueId: string): string {
  return derivedId('dlv', tenantId, issueId).slice(0, 'dlv_'.length + ISSUE_PART);
}

/** The id of the delivery of one change of one issue to one integration: always the same, so it is made once. */
export function deliveryId(
  tenantId: string,
  change: { integrationId: string; issueId: string; change: IssueChange; at: Millis },
): string {
  const own = derivedId('dlv', tenantId, change.integrationId, change.issueId, change.change, String(change.at));
  return deliveryIdPrefix(tenantId, change.issueId) + own.slice('dlv_'.length, 'dlv_'.length + CHANGE_PART);
}
