import { z } from 'zod';

/** What happened to an issue. `manual` is a person's "send now". */
export const ISSUE_CHANGES = ['opened', 'reopened', 'resolved', 'manual'] as const;
export type IssueChange = (typeof ISSUE_CHANGES)[number];

/**
 * The body of one message of the outbound queue: an issue changed. It carries no data of the issue, so that a late
 * message tells what is true when it is sent.
 */
export const outboundMessageSchema = z.object({
  v: z.literal(1),
  tenantId: z.string().min(1).max(80),
  issueId: z.string().min(1).max(80),
  change: z.enum(ISSUE_CHANGES),
  /** When it changed, epoch milliseconds. Part of the delivery's identity: the same change is delivered once. */
  at: z.number().int().nonnegative(),
  /** Only with `manual`: the one integration to send to. Otherwise the tenant's automations decide. */
  integrationId: z.string().min(1).max(80).optional(),
});
export type OutboundMessage = z.infer<typeof outboundMessageSchema>;

/** Deliveries that are due for another attempt. Sent by the consumer to itself, with a delay. */
export const retryMessageSchema = z.object({
  v: z.literal(1),
  tenantId: z.string().min(1).max(80),
  retry: z.array(z.string().min(1).max(80)).min(1).max(100),
});
export type RetryMessage = z.infer<typeof retryMessageSchema>;

export type QueueMessage = OutboundMessage | RetryMessage;

const queueMessageSchema = z.union([retryMessageSchema, outboundMessageSchema]);

/** Null when the message is neither of the two: it can never be processed. */
export function parseQueueMessage(body: unknown): QueueMessage | null {
  const parsed = queueMessageSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}
