import { bridgeEnvelopes, hookEnvelope } from '../lib/deliveries.ts';
import type { SoakEvent } from './events.ts';
import type { SoakSource } from './source.ts';

export type PushedBy = 'event_hook' | 'eventbridge';

/** What was sent and acknowledged, by uuid. */
export interface Ledger {
  /** When each event was first sent, by this machine's clock. Every event of a phase is here. */
  sentAt: Map<string, number>;
  acknowledged: Set<string>;
  deliveries: number;
  /** Deliveries that had to be sent once more, because there was no answer or a 5xx. */
  resends: number;
  /** Deliveries sent twice on purpose. */
  doubled: number;
}

export const newLedger = (): Ledger => ({
  sentAt: new Map(),
  acknowledged: new Set(),
  deliveries: 0,
  resends: 0,
  doubled: 0,
});

const PATHS: Record<PushedBy, string> = { event_hook: 'events', eventbridge: 'eventbridge' };
/** How long one try may take: a Worker that was killed leaves connections open. */
const TRY_MS = 15_000;
/** Doubles with each try. */
const BETWEEN_TRIES_MS = 250;
const LONGEST_BETWEEN_TRIES_MS = 4_000;
/** Deliveries on the way at once: a sender that piles up what is not answered keeps a slow receiver down. */
const MOST_OPEN = 50;
/** Longer than any restart. */
const GIVE_UP_MS = 5 * 60_000;

/**
 * Sends one delivery until it is acknowledged: what Okta sends once more after a 5xx, its log has anyway, so that a
 * sender that insists asks the more of the two. Rejects when it is refused or nothing comes back for minutes.
 */
export async function deliver(
  source: SoakSource,
  ledger: Ledger,
  channel: PushedBy,
  events: readonly SoakEvent[],
): Promise<void> {
  const body = channel === 'event_hook' ? hookEnvelope(events) : bridgeEnvelopes(events);
  const secret = channel === 'event_hook' ? source.eventHookSecret : source.eventBridgeSecret;
  const url = `${source.origin}/ingest/okta/${PATHS[channel]}/${source.id}`;
  const began = Date.now();
  ledger.deliveries++;
  for (const { uuid } of events) if (!ledger.sentAt.has(uuid)) ledger.sentAt.set(uuid, began);
  for (let between = BETWEEN_TRIES_MS; ; between = Math.min(LONGEST_BETWEEN_TRIES_MS, between * 2)) {
    const status = await inTurn(() => attempt(url, secret, body));
    if (status === 200) break;
    if (status !== null && status < 500) throw new Error(`${channel} was refused: ${status}`);
    if (Date.now() - began > GIVE_UP_MS) throw new Error(`${channel}: no answer for ${GIVE_UP_MS / 1_000} s`);
    ledger.resends++;
    await new Promise((resolve) => setTimeout(resolve, between));
  }
  for (const { uuid } of events) ledger.acknowledged.add(uuid);
}

let open = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  // whoever ends hands its place to the next in line
  if (open >= MOST_OPEN) await new Promise<void>((resolve) => waiting.push(resolve));
  else open++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else open--;
  }
}

/** The status, or null when there was no answer. */
async function attempt(url: string, authorization: string, body: string): Promise<number | null> {
  try {
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TRY_MS) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
