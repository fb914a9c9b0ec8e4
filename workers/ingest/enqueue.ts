import type { Channel, InboxMessage } from '../inbox/event.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { isAccepted } from '../sources/okta/accepted-events.ts';
import { chunk, type EventText } from './chunk.ts';
import { queueUnavailable } from './errors.ts';
import { sendAll } from './queue-send.ts';
import { deadLetterTooLarge, type SpooledMessage, spoolMessages, storeOversized } from './spool.repository.ts';

/** An event of more JSON than this travels as a reference. */
export const MAX_INLINE_BYTES = 60_000;
/** An event of more JSON than this fits no row of D1 (2,000,000 bytes) and becomes a dead letter. */
export const MAX_EVENT_BYTES = 1_900_000;

type EnqueueDeps = Pick<Deps, 'env' | 'evidence' | 'clock' | 'ids' | 'log'>;

export interface EnqueueInput {
  tenantId: string;
  sourceId: string;
  channel: Channel;
  /** Raw System Log events. */
  events: unknown[];
}

interface Sorted {
  inline: EventText[];
  oversized: { id: string; json: string }[];
  tooLarge: { json: string; bytes: number }[];
  accepted: number;
  ignored: number;
}

/**
 * The one door to the inbox queue: sorts out what is not kept, splits the rest into messages of at most 64 KB and sends
 * them. When it returns, the queue has everything. Throws `ingest.queue_unavailable` (503) when it has not: doing the
 * same again is harmless. `accepted + ignored` is the number of events.
 */
export async function enqueueEvents(
  deps: EnqueueDeps,
  input: EnqueueInput,
): Promise<{ accepted: number; ignored: number }> {
  const sorted = sort(deps, input);
  const counts = { accepted: sorted.accepted, ignored: sorted.ignored };
  if (input.events.length === 0) return counts;
  const origin = { ...input, receivedAt: deps.clock.now() };
  const messages = toMessages(deps, input, origin.receivedAt, sorted);
  try {
    if (sorted.tooLarge.length > 0) await deadLetterTooLarge(deps, origin, sorted.tooLarge);
    if (sorted.oversized.length > 0) await storeOversized(deps, origin, sorted.oversized);
    if (deps.env.INGEST_SPOOL === 'on') await spoolMessages(deps, origin, messages);
    await sendAll(deps.env.INBOX, messages);
  } catch (error) {
    deps.log.error('inbox queue unavailable', {
      tenantId: input.tenantId,
      sourceId: input.sourceId,
      ...describeError(error),
    });
    throw queueUnavailable({ cause: error, retryAfter: 1 });
  }
  return counts;
}

function sort(deps: EnqueueDeps, input: EnqueueInput): Sorted {
  const sorted: Sorted = { inline: [], oversized: [], tooLarge: [], accepted: 0, ignored: 0 };
  for (const event of input.events) {
    const type = typeOf(event);
    // without a type it cannot be ignored either: the inbox reports it
    if (type !== null && !isAccepted(type, input.channel)) {
      sorted.ignored++;
      continue;
    }
    sorted.accepted++;
    const json = toJson(event);
    const bytes = Buffer.byteLength(json);
    if (bytes > MAX_EVENT_BYTES) {
      sorted.tooLarge.push({ json, bytes });
    } else if (bytes > MAX_INLINE_BYTES) {
      const id = deps.ids.next('evt');
      const reference = JSON.stringify({ $oversized: id });
      sorted.oversized.push({ id, json });
      sorted.inline.push({ json: reference, bytes: reference.length, oversized: true });
    } else {
      sorted.inline.push({ json, bytes, oversized: false });
    }
  }
  return sorted;
}

/** The counts of what is not carried travel with the first message; a delivery of nothing else is one empty message. */
function toMessages(deps: EnqueueDeps, input: EnqueueInput, receivedAt: Millis, sorted: Sorted): SpooledMessage[] {
  const chunks = chunk(sorted.inline);
  if (chunks.length === 0) chunks.push([]);
  return chunks.map((events, index) => {
    const ignored = index === 0 ? sorted.ignored : 0;
    const tooLarge = index === 0 ? sorted.tooLarge.length : 0;
    const head: InboxMessage = {
      v: 1,
      id: deps.ids.next('inb'),
      tenantId: input.tenantId,
      sourceId: input.sourceId,
      channel: input.channel,
      receivedAt,
      ...(ignored > 0 ? { ignored } : {}),
      ...(tooLarge > 0 ? { tooLarge } : {}),
      events: [],
    };
    // the events are JSON already: "…,"events":[]}" is opened and filled
    const json = `${JSON.stringify(head).slice(0, -2)}${events.map((event) => event.json).join(',')}]}`;
    return { id: head.id, json, events: events.length + ignored + tooLarge, ignored };
  });
}

function typeOf(event: unknown): string | null {
  if (typeof event !== 'object' || event === null || !('eventType' in event)) return null;
  return typeof event.eventType === 'string' && event.eventType.trim() !== '' ? event.eventType.trim() : null;
}

/** An event nested so deeply that it has no JSON is passed on as nothing, and reported as such by the inbox. */
function toJson(event: unknown): string {
  try {
    return JSON.stringify(event) ?? 'null';
  } catch {
    return 'null';
  }
}
