import type { Channel, InboxMessage } from '../inbox/event.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { isAccepted } from '../sources/okta/accepted-events.ts';
import { chunk, type EventJson } from './chunk.ts';
import { composeMessage } from './compose-message.ts';
import { queueUnavailable } from './errors.ts';
import { sendAll } from './queue-send.ts';
import type { EventSlice } from './slice-hook.ts';
import { deadLetterTooLarge, type SpooledMessage, spoolMessages, storeOversized } from './spool.repository.ts';

/** An event of more JSON than this travels as a reference. */
export const MAX_INLINE_BYTES = 60_000;
/** An event of more JSON than this fits no row of D1 (2,000,000 bytes) and becomes a dead letter. */
export const MAX_EVENT_BYTES = 1_900_000;

type EnqueueDeps = Pick<Deps, 'env' | 'evidence' | 'clock' | 'ids' | 'log'>;

interface Origin {
  tenantId: string;
  sourceId: string;
  channel: Channel;
}

export interface EnqueueInput extends Origin {
  /** Raw System Log events. */
  events: unknown[];
}

export interface SlicedInput extends Origin {
  body: Uint8Array;
  slices: EventSlice[];
}

interface Sorted {
  inline: EventJson[];
  oversized: { id: string; json: string }[];
  tooLarge: { json: string; bytes: number }[];
  accepted: number;
  ignored: number;
}

export interface Counts {
  accepted: number;
  ignored: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The one door to the inbox queue: sorts out what is not kept, splits the rest into messages of at most 64 KB and sends
 * them. When it returns, the queue has everything. Throws `ingest.queue_unavailable` (503) when it has not: doing the
 * same again is harmless. `accepted + ignored` is the number of events.
 */
export function enqueueEvents(deps: EnqueueDeps, input: EnqueueInput): Promise<Counts> {
  const { events, ...origin } = input;
  const sorted = emptySorted();
  for (const event of events) {
    if (!keeps(sorted, typeOf(event), origin.channel)) continue;
    const source = encoder.encode(toJson(event));
    sort(deps, sorted, source, 0, source.length);
  }
  return send(deps, origin, sorted);
}

/** The same for events that are still part of a body: their bytes go on as they came. */
export function enqueueSlices(deps: EnqueueDeps, input: SlicedInput): Promise<Counts> {
  const { body, slices, ...origin } = input;
  const sorted = emptySorted();
  for (const { from, to, type } of slices) {
    if (keeps(sorted, type, origin.channel)) sort(deps, sorted, body, from, to);
  }
  return send(deps, origin, sorted);
}

async function send(deps: EnqueueDeps, from: Origin, sorted: Sorted): Promise<Counts> {
  const counts = { accepted: sorted.accepted, ignored: sorted.ignored };
  if (counts.accepted + counts.ignored === 0) return counts;
  const origin = { ...from, receivedAt: deps.clock.now() };
  const messages = toMessages(deps, origin, sorted);
  try {
    if (sorted.tooLarge.length > 0) await deadLetterTooLarge(deps, origin, sorted.tooLarge);
    if (sorted.oversized.length > 0) await storeOversized(deps, origin, sorted.oversized);
    if (deps.env.INGEST_SPOOL === 'on') await spoolMessages(deps, origin, messages.map(asText));
    await sendAll(deps.env.INBOX, messages);
  } catch (error) {
    deps.log.error('inbox queue unavailable', {
      tenantId: origin.tenantId,
      sourceId: origin.sourceId,
      ...describeError(error),
    });
    throw queueUnavailable({ cause: error, retryAfter: 1 });
  }
  return counts;
}

const emptySorted = (): Sorted => ({ inline: [], oversized: [], tooLarge: [], accepted: 0, ignored: 0 });

/** Counts the event, and says whether it is kept. Without a type it cannot be ignored: the inbox reports it. */
function keeps(sorted: Sorted, type: string | null, channel: Channel): boolean {
  const name = type?.trim();
  const kept = !name || isAccepted(name, channel);
  if (kept) sorted.accepted++;
  else sorted.ignored++;
  return kept;
}

function sort(deps: EnqueueDeps, sorted: Sorted, source: Uint8Array, from: number, to: number): void {
  const bytes = to - from;
  if (bytes <= MAX_INLINE_BYTES) {
    sorted.inline.push({ source, from, to, oversized: false });
    return;
  }
  const json = decoder.decode(source.subarray(from, to));
  if (bytes > MAX_EVENT_BYTES) {
    sorted.tooLarge.push({ json, bytes });
    return;
  }
  const id = deps.ids.next('evt');
  const reference = encoder.encode(JSON.stringify({ $oversized: id }));
  sorted.oversized.push({ id, json });
  sorted.inline.push({ source: reference, from: 0, to: reference.length, oversized: true });
}

type Message = Omit<SpooledMessage, 'json'> & { json: Uint8Array };

const asText = (message: Message): SpooledMessage => ({ ...message, json: decoder.decode(message.json) });

/** The counts of what is not carried travel with the first message; a delivery of nothing else is one empty message. */
function toMessages(deps: EnqueueDeps, origin: Origin & { receivedAt: Millis }, sorted: Sorted): Message[] {
  const chunks = chunk(sorted.inline);
  if (chunks.length === 0) chunks.push([]);
  return chunks.map((events, index) => {
    const ignored = index === 0 ? sorted.ignored : 0;
    const tooLarge = index === 0 ? sorted.tooLarge.length : 0;
    const head: Omit<InboxMessage, 'events'> = {
      v: 1,
      id: deps.ids.next('inb'),
      ...origin,
      ...(ignored > 0 ? { ignored } : {}),
      ...(tooLarge > 0 ? { tooLarge } : {}),
    };
    return { id: head.id, json: composeMessage(head, events), events: events.length + ignored + tooLarge, ignored };
  });
}

function typeOf(event: unknown): string | null {
  if (typeof event !== 'object' || event === null || !('eventType' in event)) return null;
  return typeof event.eventType === 'string' ? event.eventType : null;
}

/** An event nested so deeply that it has no JSON is passed on as nothing, and reported as such by the inbox. */
function toJson(event: unknown): string {
  try {
    return JSON.stringify(event) ?? 'null';
  } catch {
    return 'null';
  }
}
