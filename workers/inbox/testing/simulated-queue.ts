import { type Clock, type Millis, SECOND } from '../../platform/clock.ts';

/** As wrangler.toml has it for the inbox. */
const MAX_RETRIES = 10;
const MAX_BATCH = 100;

interface Waiting {
  id: string;
  body: string;
  attempts: number;
  due: Millis;
}

export interface SimulatedQueue {
  /** The producer, for `env`. Every message comes `copies` times. */
  binding: Queue;
  /** What gave up after all its retries, as the dead-letter queue would get it. */
  dead: string[];
  /** Most attempts that a message needed. */
  attempts(): number;
  size(): number;
  /** When the next message is due; null when none waits. */
  nextDue(): Millis | null;
  /** Loses everything, as a killed local runtime does. */
  forget(): void;
  /** Hands over what is due now, in batches. What is not retried is done. */
  deliver(consume: (batch: MessageBatch<unknown>) => Promise<unknown>): Promise<void>;
}

/** Cloudflare's queue with its promises and no more: at least once, in any order, retried with the delay asked for. */
export function simulatedQueue(
  clock: Clock,
  options: { copies?: number; order?: (messages: Waiting[]) => Waiting[]; batchSize?: () => number } = {},
): SimulatedQueue {
  const { copies = 1, order = (messages) => messages, batchSize = () => MAX_BATCH } = options;
  let waiting: Waiting[] = [];
  let made = 0;
  let most = 0;
  const dead: string[] = [];
  const put = (sent: string | Uint8Array) => {
    const body = typeof sent === 'string' ? sent : new TextDecoder().decode(sent);
    for (let copy = 0; copy < copies; copy++) waiting.push({ id: `q${++made}`, body, attempts: 1, due: clock.now() });
  };

  const settle = async (batch: Waiting[], consume: (batch: MessageBatch<unknown>) => Promise<unknown>) => {
    most = Math.max(most, ...batch.map((message) => message.attempts));
    // the runtime's own test batches do not tell the delay that was asked for
    const retries = new Map<Waiting, Millis>();
    const messages = batch.map((message) => ({
      id: message.id,
      body: message.body,
      attempts: message.attempts,
      timestamp: new Date(clock.now()),
      ack: () => void retries.delete(message),
      retry: (retry?: QueueRetryOptions) => void retries.set(message, (retry?.delaySeconds ?? 0) * SECOND),
    }));
    try {
      await consume({ queue: 'postern-inbox', messages } as unknown as MessageBatch<unknown>);
    } catch {
      for (const message of batch) retries.set(message, 0);
    }
    for (const [message, delay] of retries) {
      if (message.attempts > MAX_RETRIES) dead.push(message.body);
      else waiting.push({ ...message, attempts: message.attempts + 1, due: clock.now() + delay });
    }
  };

  return {
    binding: {
      send: async (body: string | Uint8Array) => put(body),
      sendBatch: async (batch: Iterable<{ body: string | Uint8Array }>) => {
        for (const { body } of batch) put(body);
      },
    } as unknown as Queue,
    dead,
    attempts: () => most,
    size: () => waiting.length,
    nextDue: () => (waiting.length === 0 ? null : Math.min(...waiting.map(({ due }) => due))),
    forget: () => {
      waiting = [];
    },
    async deliver(consume) {
      const now = clock.now();
      const due = order(waiting.filter((message) => message.due <= now));
      waiting = waiting.filter((message) => message.due > now);
      for (let at = 0; at < due.length; ) {
        const size = Math.max(1, batchSize());
        await settle(due.slice(at, at + size), consume);
        at += size;
      }
    },
  };
}
