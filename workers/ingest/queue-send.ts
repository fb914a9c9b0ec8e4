/** Queues: at most 100 messages and 256 KB a call, some of it the platform's own. */
const MAX_SEND_MESSAGES = 100;
const MAX_SEND_BYTES = 250_000;
/** Calls on the way at once: a Worker has six connections. */
const PARALLEL_SENDS = 4;

export interface OutgoingMessage {
  id: string;
  json: string;
}

/** Sends JSON texts to the queue. Rejects when any of them was not taken: sending all again is harmless. */
export async function sendAll(queue: Queue, messages: OutgoingMessage[]): Promise<void> {
  const calls: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.json) + 100;
    const last = calls.at(-1);
    if (last && last.length < MAX_SEND_MESSAGES && bytes + size <= MAX_SEND_BYTES) {
      last.push(message);
      bytes += size;
    } else {
      calls.push([message]);
      bytes = size;
    }
  }
  for (let at = 0; at < calls.length; at += PARALLEL_SENDS) {
    await Promise.all(
      calls
        .slice(at, at + PARALLEL_SENDS)
        .map((call) => queue.sendBatch(call.map(({ json }) => ({ body: json, contentType: 'text' as const })))),
    );
  }
}
