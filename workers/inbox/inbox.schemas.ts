import { z } from '@hono/zod-openapi';
import { parseTime } from '../platform/clock.ts';
import { listQuery } from '../platform/http/router.ts';

const channel = z.enum(['event_hook', 'eventbridge', 'tail', 'backfill']);
const time = z.string().openapi({ format: 'date-time' });

export const timeParam = z
  .string()
  .max(40)
  .transform((text, ctx) => {
    const at = parseTime(text);
    if (at !== null) return at;
    ctx.addIssue({ code: 'custom', message: 'must be an ISO 8601 time' });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time' });

const partySchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string().nullable(),
  alternateId: z.string().nullable(),
});

export const eventSchema = z
  .object({
    id: z.string(),
    source: z.string(),
    uuid: z.string().openapi({ description: "The source's own id of the event" }),
    type: z.string(),
    published: time,
    storedAt: time,
    channels: z.array(channel).openapi({ description: 'Every channel that brought it' }),
    actor: partySchema.nullable(),
    targets: z.array(partySchema),
    outcome: z.object({ result: z.string(), reason: z.string().nullable() }).nullable(),
    severity: z.string().nullable(),
    displayMessage: z.string().nullable(),
    clientIp: z.string().nullable(),
    transactionId: z.string().nullable(),
  })
  .openapi('Event');

export const eventDetailSchema = eventSchema
  .extend({
    body: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'The rest of the event. Names, addresses and IPs are masked without `raw:read`.' }),
  })
  .openapi('EventDetail');

export const eventListQuery = listQuery.extend({
  source: z.string().max(80).optional(),
  type: z.string().max(200).optional().openapi({ description: 'A type, or all below one: `user.lifecycle.*`' }),
  target: z.string().max(200).optional().openapi({ description: "The source's id of a user, group, app or API token" }),
  since: timeParam.optional().openapi({ description: 'Published at or after' }),
  until: timeParam.optional().openapi({ description: 'Published before' }),
});

export const inboxDeliverySchema = z
  .object({
    id: z.string(),
    source: z.string(),
    channel,
    receivedAt: time,
    status: z.enum(['spooled', 'pending', 'processed']),
    events: z.number().int(),
    accepted: z.number().int(),
    ignored: z.number().int(),
    duplicate: z.number().int(),
    dead: z.number().int(),
    attempts: z.number().int(),
    processedAt: time.nullable(),
  })
  .openapi('InboxDelivery');

export const inboxListQuery = listQuery.extend({
  source: z.string().max(80).optional(),
  status: z.enum(['spooled', 'pending', 'processed']).optional(),
});

const letterStatus = z.enum(['open', 'replayed', 'discarded']);

export const deadLetterSchema = z
  .object({
    id: z.string(),
    queue: z.enum(['inbox', 'outbound']),
    source: z.string().nullable(),
    channel: z.string().nullable(),
    reason: z.string().openapi({ description: 'Stable code, for example `event.no_uuid`' }),
    detail: z.string(),
    createdAt: time,
    status: letterStatus,
    resolvedAt: time.nullable(),
    resolvedBy: z.string().nullable(),
    note: z.string().nullable(),
    payload: z.string().openapi({ description: 'Names, addresses and IPs are masked without `raw:read`' }),
  })
  .openapi('DeadLetter');

export const deadLetterListQuery = listQuery.extend({
  status: letterStatus.optional(),
  source: z.string().max(80).optional(),
  reason: z.string().max(100).optional(),
});

export const discardBody = z.object({ reason: z.string().trim().min(1).max(500) });
