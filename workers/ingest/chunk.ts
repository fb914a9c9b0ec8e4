/** Bytes of JSON of one message. Queues bill by 64 KB (64,000 bytes), of which about 100 are the platform's. */
export const MAX_MESSAGE_BYTES = 63_800;
/** Most events of one message, so that a flood of tiny ones cannot make one message slow. */
export const MAX_EVENTS_PER_MESSAGE = 1_000;
/** Most references to oversized events of one message: each brings up to 1.9 MB into the consumer's memory. */
export const MAX_OVERSIZED_PER_MESSAGE = 8;
/** What a message needs beside its events: ids, counts, punctuation. */
const ENVELOPE_BYTES = 600;

/** One event as JSON text. */
export interface EventText {
  json: string;
  bytes: number;
  oversized: boolean;
}

/** Splits events into messages within the bounds, in order. No event is larger than a message. */
export function chunk(events: EventText[]): EventText[][] {
  const messages: EventText[][] = [];
  let current: EventText[] = [];
  let bytes = ENVELOPE_BYTES;
  let oversized = 0;
  for (const event of events) {
    const full =
      bytes + event.bytes + 1 > MAX_MESSAGE_BYTES ||
      current.length >= MAX_EVENTS_PER_MESSAGE ||
      (event.oversized && oversized >= MAX_OVERSIZED_PER_MESSAGE);
    if (full && current.length > 0) {
      messages.push(current);
      current = [];
      bytes = ENVELOPE_BYTES;
      oversized = 0;
    }
    current.push(event);
    bytes += event.bytes + 1;
    if (event.oversized) oversized++;
  }
  if (current.length > 0) messages.push(current);
  return messages;
}
