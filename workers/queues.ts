import { consumeInbox } from './inbox/consume.ts';
import { consumeInboxDead } from './inbox/dead-queue.ts';
import { consumeOutbound, consumeOutboundDead } from './outbound/consumer.ts';
import type { Deps } from './platform/deps.ts';

const CONSUMERS: Record<string, (batch: MessageBatch, deps: Deps) => Promise<unknown>> = {
  'postern-inbox': consumeInbox,
  'postern-inbox-dead': consumeInboxDead,
  'postern-outbound': consumeOutbound,
  'postern-outbound-dead': consumeOutboundDead,
};

/** Hands a batch to the consumer of its queue. An unknown queue throws: its messages stay where they are. */
export async function queueHandlers(batch: MessageBatch, deps: Deps): Promise<void> {
  const consume = CONSUMERS[batch.queue];
  if (!consume) throw new Error(`no consumer for queue ${batch.queue}`);
  await consume(batch, deps);
}
