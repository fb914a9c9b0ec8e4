import type { Deps } from '../platform/deps.ts';
import type { OutboundMessage, QueueMessage } from './message.ts';

/** Queues: at most 100 messages and 256 KB a `sendBatch`. A message here is under 400 bytes, so the count binds. */
export const SEND_BATCH_LIMIT = 100;

/**
 * Tells the world that issues changed: puts one message a change on the outbound queue. Safe to repeat, since the same
 * change (tenant, issue, change, at) makes the same deliveries. Throws when the queue does not take them; some of the
 * messages may then have been taken.
 */
export async function publishIssueChange(deps: Pick<Deps, 'env'>, messages: OutboundMessage[]): Promise<void> {
  await sendToOutbound(deps, messages, 0);
}

/** Puts messages on the outbound queue after `delaySeconds` (whole seconds, at most a day). */
export async function sendToOutbound(
  deps: Pick<Deps, 'env'>,
  messages: QueueMessage[],
  delaySeconds: number,
): Promise<void> {
  for (let start = 0; start < messages.length; start += SEND_BATCH_LIMIT) {
    const chunk = messages.slice(start, start + SEND_BATCH_LIMIT);
    await deps.env.OUTBOUND.sendBatch(chunk.map((body) => ({ body, contentType: 'json', delaySeconds })));
  }
}
