/** Queues: at most 100 messages and 256 KB a call, some of it the platform's own. */
const MAX_SEND_MESSAGES = 100;
const MAX_SEND_BYTES = 250_000;
/** What the platform adds to a message. */
const METADATA_BYTES = 100;
/** Calls on the way at once: a Worker has six connections. */
const PARALLEL_SENDS = 4;

/** A message of JSON text. */
export interface OutgoingMessage {
  id: string;
  json: string;
}

/** A message of JSON in UTF-8, which is cheaper to send. */
export interface EncodedMessage {
  id: string;
  json: Uint8Array;
}

/** Sends JSON to the queue. Rejects when any of them was not taken: sending all again is harmless. */
export async function sendAll(queue: Queue, messages: (OutgoingMessage | EncodedMessage)[]): Promise<void> {
  const calls: (OutgoingMessage | EncodedMessage)[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.json) + METADATA_BYTES;
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
      calls.slice(at, at + PARALLEL_SENDS).map((call) => queue.sendBatch(call.map(({ json }) => toRequest(json)))),
    );
  }
}

function toRequest(json: string | Uint8Array): MessageSendRequest {
  return typeof json === 'string' ? { body: json, contentType: 'text' } : { body: json, contentType: 'bytes' };
}
