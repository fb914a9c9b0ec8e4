import { z } from 'zod';
import { notTheEnvelope, tooLarge } from './errors.ts';

/** Most events of one delivery. */
export const MAX_EVENTS_PER_DELIVERY = 50_000;

/** What a delivery carries, out of its envelope. Events are raw: they are judged one by one by the inbox. */
export interface Delivery {
  events: unknown[];
  /** Partner event sources named by EventBridge envelopes, each once. */
  partnerSources: string[];
}

/** Okta, "Event hooks": only `eventType` and `data.events` are relied on. */
const hookSchema = z.looseObject({
  eventType: z.literal('com.okta.event_hook'),
  data: z.looseObject({ events: z.array(z.unknown()) }),
});

/** EventBridge's envelope as Okta's log stream fills it. */
const bridgeSchema = z.looseObject({
  'detail-type': z.literal('SystemLog'),
  source: z.string().startsWith('aws.partner/okta.com/').max(500),
  detail: z.unknown().refine((detail) => detail !== undefined),
});

/** Throws `ingest.not_the_envelope`, or `ingest.too_large` above `MAX_EVENTS_PER_DELIVERY`. */
export function readEventHook(body: unknown): Delivery {
  const read = hookSchema.safeParse(body);
  if (!read.success) {
    throw notTheEnvelope({ detail: 'Expected an Okta Event Hook: eventType "com.okta.event_hook" and data.events.' });
  }
  return bounded({ events: read.data.data.events, partnerSources: [] });
}

/** One envelope, a list of envelopes, or a bare list of System Log events. Throws like `readEventHook`. */
export function readEventBridge(body: unknown): Delivery {
  if (!Array.isArray(body)) return unwrapped([body]);
  bounded({ events: body, partnerSources: [] });
  return body.some(isEnvelope) ? unwrapped(body) : bareEvents(body);
}

function unwrapped(list: unknown[]): Delivery {
  const events: unknown[] = [];
  const partners = new Set<string>();
  for (const item of list) {
    const read = bridgeSchema.safeParse(item);
    if (!read.success) {
      throw notTheEnvelope({
        detail: 'Expected EventBridge envelopes with detail-type "SystemLog" and a source of aws.partner/okta.com/.',
      });
    }
    events.push(read.data.detail);
    partners.add(read.data.source);
  }
  return { events, partnerSources: [...partners] };
}

function bareEvents(list: unknown[]): Delivery {
  if (list.length > 0 && !list.some((item) => isObject(item) && ('eventType' in item || 'uuid' in item))) {
    throw notTheEnvelope({ detail: 'Expected EventBridge envelopes, or a list of System Log events.' });
  }
  return { events: list, partnerSources: [] };
}

function bounded(delivery: Delivery): Delivery {
  if (delivery.events.length > MAX_EVENTS_PER_DELIVERY) {
    throw tooLarge({ detail: `A delivery may have ${MAX_EVENTS_PER_DELIVERY} events. Send it in parts.` });
  }
  return delivery;
}

function isEnvelope(item: unknown): boolean {
  return isObject(item) && ('detail-type' in item || 'detail' in item);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
