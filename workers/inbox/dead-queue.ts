import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { backoffSeconds } from './backoff.ts';
import { keepDelivery, keepUnreadable } from './dead-letters.repository.ts';
import { readMessage } from './message.ts';

/** Keeps what the inbox gave up after its last attempt: nothing is lost, everything can be replayed. */
export async function consumeInboxDead(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  for (const carrier of batch.messages) {
    const message = readMessage(carrier.body);
    try {
      if (message) {
        const detail = 'All attempts failed. Look at the health of the source and of the deployment, then replay.';
        await keepDelivery(deps, message, 'attempts_exhausted', detail);
      } else {
        await keepUnreadable(deps, carrier.id, carrier.body);
      }
      carrier.ack();
    } catch (error) {
      deps.log.error('dead letter not kept', describeError(error));
      carrier.retry({ delaySeconds: backoffSeconds(carrier.id, carrier.attempts) });
    }
  }
}
