import type { Millis } from '../platform/clock.ts';

/** How an event reached Postern. The numbers are the bits stored in `events.channels`. */
export const CHANNEL_BITS = { event_hook: 1, eventbridge: 2, tail: 4, backfill: 8 } as const;
export type Channel = keyof typeof CHANNEL_BITS;

export interface EventParty {
  id: string;
  type: string;
  name: string | null;
  alternateId: string | null;
}

/** One System Log event, the same whichever channel brought it. Made by `sources/okta/log-event.ts`. */
export interface CanonicalEvent {
  /** `evt_…`, derived from (tenant, source, uuid). */
  id: string;
  sourceId: string;
  uuid: string;
  type: string;
  publishedAt: Millis;
  actor: EventParty | null;
  targets: EventParty[];
  outcome: { result: string; reason: string | null } | null;
  severity: string | null;
  displayMessage: string | null;
  clientIp: string | null;
  transactionId: string | null;
  /** What detections read beyond the above: client, debugData, authenticationContext, securityContext. */
  body: Record<string, unknown>;
}

/** The body of one message of the inbox queue, JSON, at most 64 KB. */
export interface InboxMessage {
  v: 1;
  /** `inb_…`, made by the sender: the key that makes a redelivered message harmless. */
  id: string;
  tenantId: string;
  sourceId: string;
  channel: Channel;
  receivedAt: Millis;
  /** Raw events as received; an oversized one is replaced by {"$oversized": "<id>"}. */
  events: unknown[];
  /** Events of the delivery that are not kept, to be counted. Absent means none. */
  ignored?: number;
  /** Events that were refused as too large: they are dead letters already, to be counted. Absent means none. */
  tooLarge?: number;
}
