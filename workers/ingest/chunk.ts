/** Bytes of JSON of one message. Queues bill by 64 KB (64,000 bytes), of which about 100 are the platform's. */
export const MAX_MESSAGE_BYTES = 63_800;
/** Most events of one message, so that a flood of tiny ones cannot make one message slow. */
export const MAX_EVENTS_PER_MESSAGE = 1_000;
/** Most references to oversized events of one message: each brings up to 1.9 MB into the consumer's memory. */
export const MAX_OVERSIZED_PER_MESSAGE = 8;
/** What a message needs beside its events: ids, counts, punctuation. */
const ENVELOPE_BYTES = 600;

/** One event as JSON, UTF-8: the part of `source` from `from` to `to`. */
export interface EventJson {
  source: Uint8Array;
  from: number;
  to: number;
  /** Whether it only refers to an event that is too large for a message. */
  oversized: boolean;
}

/** Splits events into messages within the bounds, in order. No event is larger than a message. */
export function chunk(events: EventJson[]): EventJson[][] {
  const messages: EventJson[][] = [];
  let current: EventJson[] = [];
  let bytes = ENVELOPE_BYTES;
  let oversized = 0;
  for (const event of events) {
    const size = event.to - event.from + 1;
    const full =
      bytes + size > MAX_MESSAGE_BYTES ||
      current.length >= MAX_EVENTS_PER_MESSAGE ||
      (event.oversized && oversized >= MAX_OVERSIZED_PER_MESSAGE);
    if (full && current.length > 0) {
      messages.push(current);
      current = [];
      bytes = ENVELOPE_BYTES;
      oversized = 0;
    }
    current.push(event);
    bytes += size;
    if (event.oversized) oversized++;
  }
  if (current.length > 0) messages.push(current);
  return messages;
}
