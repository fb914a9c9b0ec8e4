import type { InboxMessage } from '../inbox/event.ts';
import type { EventJson } from './chunk.ts';
import { COMMA } from './json-scan.ts';

const encoder = new TextEncoder();

/** The JSON of an inbox message, UTF-8: `head` with the events, whose bytes are copied as they are. */
export function composeMessage(head: Omit<InboxMessage, 'events'>, events: EventJson[]): Uint8Array {
  const opening = encoder.encode(`${JSON.stringify(head).slice(0, -1)},"events":[`);
  const body = new Uint8Array(events.reduce((size, { from, to }) => size + to - from + 1, opening.length + 2));
  body.set(opening);
  let at = opening.length;
  for (let n = 0; n < events.length; ) {
    const first = events[n] as EventJson;
    let to = first.to;
    // events that follow each other in what was received are copied together, with their commas
    for (n++; n < events.length; n++) {
      const next = events[n] as EventJson;
      if (next.source !== first.source || next.from !== to + 1 || first.source[to] !== COMMA) break;
      to = next.to;
    }
    body.set(first.source.subarray(first.from, to), at);
    at += to - first.from;
    if (n < events.length) body[at++] = COMMA;
  }
  body[at++] = 0x5d;
  body[at++] = 0x7d;
  return body.subarray(0, at);
}
