import { quantile, type Row, row } from '../bench/row.ts';
import { readAll } from '../lib/api.ts';
import type { Ledger } from './sender.ts';
import type { Health, SoakSource } from './source.ts';

export interface StoredEvent {
  uuid: string;
  storedAt: string;
  channels: string[];
}

/** The mark of the delay from sending to storage. */
export const MOST_LAG_MS = 5_000;

/** Every event that the public API lists for the source. */
export const storedEvents = (source: SoakSource): Promise<StoredEvent[]> =>
  readAll<StoredEvent>(source.api, `/events?source=${source.id}`);

/**
 * Sent, acknowledged and stored must be the same events, none twice, none dead, and the counters must agree with them.
 * `stored` is what the API lists.
 */
export function integrityRows(ledger: Ledger, stored: readonly StoredEvent[], health: Health): Row[] {
  const uuids = new Set(stored.map(({ uuid }) => uuid));
  const sent = ledger.sentAt.size;
  const lost = [...ledger.acknowledged].filter((uuid) => !uuids.has(uuid)).length;
  const strange = [...uuids].filter((uuid) => !ledger.sentAt.has(uuid)).length;
  const exactly = (name: string, value: number, wanted: number) =>
    ({ ...row(name, value, 'events'), goal: `= ${wanted}`, holds: value === wanted }) satisfies Row;
  return [
    row('sent, each event counted once', sent, 'events'),
    exactly('acknowledged', ledger.acknowledged.size, sent),
    exactly('stored', uuids.size, sent),
    exactly('acknowledged and not stored', lost, 0),
    exactly('stored and never sent', strange, 0),
    exactly('doubled', stored.length - uuids.size, 0),
    exactly('counted as processed', health.processed, sent),
    exactly('accepted, neither processed nor a duplicate', health.accepted - health.processed - health.duplicate, 0),
    exactly('dead', health.dead, 0),
    row('came again and were recognised', health.duplicate, 'events'),
    row('deliveries', ledger.deliveries, ''),
    row('deliveries sent once more for want of an answer', ledger.resends, ''),
  ];
}

/** Delay from the first sending of an event to its storage. */
export function lagRows(
  name: string,
  sentAt: ReadonlyMap<string, number>,
  stored: readonly StoredEvent[],
  most?: number,
) {
  const delays = stored.flatMap(({ uuid, storedAt }) => {
    const sent = sentAt.get(uuid);
    return sent === undefined ? [] : [Math.max(0, Date.parse(storedAt) - sent)];
  });
  if (delays.length === 0) return [];
  return [
    row(`${name}: p50`, quantile(delays, 0.5), 'ms'),
    row(`${name}: p95`, quantile(delays, 0.95), 'ms'),
    row(`${name}: max`, quantile(delays, 1), 'ms', most === undefined ? {} : { atMost: most }),
  ];
}
