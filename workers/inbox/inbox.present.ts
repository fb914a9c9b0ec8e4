import type { z } from '@hono/zod-openapi';
import { can, type Principal } from '../auth/principal.ts';
import { iso, isoOrNull } from '../platform/clock.ts';
import type { DeadLetter } from './dead-letters.repository.ts';
import type { InboxDelivery } from './deliveries.repository.ts';
import { CHANNEL_BITS, type Channel } from './event.ts';
import { type EventRow, targetsOf } from './events.repository.ts';
import type { deadLetterSchema, eventDetailSchema, eventSchema, inboxDeliverySchema } from './inbox.schemas.ts';
import { maskText, maskValue } from './masking.ts';

const CHANNELS = Object.keys(CHANNEL_BITS) as Channel[];

export function presentEvent(row: Omit<EventRow, 'body'>): z.infer<typeof eventSchema> {
  return {
    id: row.id,
    source: row.sourceId,
    uuid: row.uuid,
    type: row.type,
    published: iso(row.publishedAt),
    storedAt: iso(row.storedAt),
    channels: CHANNELS.filter((channel) => (row.channels & CHANNEL_BITS[channel]) !== 0),
    actor:
      row.actorId === null
        ? null
        : {
            id: row.actorId,
            type: row.actorType ?? 'unknown',
            name: row.actorName,
            alternateId: row.actorAlternateId,
          },
    targets: targetsOf(row),
    outcome: row.outcome === null ? null : { result: row.outcome, reason: row.outcomeReason },
    severity: row.severity,
    displayMessage: row.displayMessage,
    clientIp: row.clientIp,
    transactionId: row.transactionId,
  };
}

export function presentEventDetail(row: EventRow, principal: Principal): z.infer<typeof eventDetailSchema> {
  const { actorAlternateId: _, ...body } = JSON.parse(row.body) as Record<string, unknown>;
  const shown = can(principal.role, 'raw:read') ? body : (maskValue(body) as Record<string, unknown>);
  return { ...presentEvent(row), body: shown };
}

export function presentInboxDelivery(row: InboxDelivery): z.infer<typeof inboxDeliverySchema> {
  const { sourceId, ...rest } = row;
  return { ...rest, source: sourceId, receivedAt: iso(row.receivedAt), processedAt: isoOrNull(row.processedAt) };
}

export function presentDeadLetter(row: DeadLetter, principal: Principal): z.infer<typeof deadLetterSchema> {
  const { sourceId, ...rest } = row;
  return {
    ...rest,
    source: sourceId,
    createdAt: iso(row.createdAt),
    resolvedAt: isoOrNull(row.resolvedAt),
    payload: can(principal.role, 'raw:read') ? row.payload : maskText(row.payload),
  };
}
