import { z } from 'zod';
import type { InboxMessage } from './event.ts';

const id = z.string().min(1).max(80);
const amount = z.number().int().min(0).max(1_000_000);

const messageSchema = z.object({
  v: z.literal(1),
  id,
  tenantId: id,
  sourceId: id,
  channel: z.enum(['event_hook', 'eventbridge', 'tail', 'backfill']),
  receivedAt: z.number().int().min(0),
  events: z.array(z.unknown()),
  ignored: amount.optional(),
  tooLarge: amount.optional(),
});

/** The inbox message in a queue body (JSON as text or UTF-8, or its value), or null when it is none. */
export function readMessage(body: unknown): InboxMessage | null {
  const text = asText(body);
  const read = messageSchema.safeParse(text === null ? body : parsed(text));
  return read.success ? (read.data as InboxMessage) : null;
}

/** The id of the oversized event that a placeholder stands for, or null. */
export function oversizedReference(event: unknown): string | null {
  if (typeof event !== 'object' || event === null || !('$oversized' in event)) return null;
  return typeof event.$oversized === 'string' && Object.keys(event).length === 1 ? event.$oversized : null;
}

/** A queue body as text, for the dead letters. */
export function bodyText(body: unknown): string {
  try {
    return asText(body) ?? JSON.stringify(body) ?? 'undefined';
  } catch {
    return 'not JSON';
  }
}

/** A body that is text or its UTF-8 bytes. */
function asText(body: unknown): string | null {
  if (typeof body === 'string') return body;
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? new TextDecoder().decode(body) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
