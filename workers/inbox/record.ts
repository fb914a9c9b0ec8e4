import { HOUR, type Millis } from '../platform/clock.ts';
import { sha256Hex } from '../platform/crypto.ts';
import { appendSignOns, type Fate, fateOf, signOnRow } from '../usage/append.ts';
import { createUseReader, eventKey } from '../usage/sign-ons.ts';
import { type CanonicalEvent, CHANNEL_BITS } from './event.ts';
import { jsonParameters } from './json-parameters.ts';
import {
  COUNT_DELIVERIES,
  INSERT_DEAD_LETTERS,
  INSERT_DELIVERIES,
  INSERT_EVENTS,
  INSERT_TARGETS,
  SETTLED_EVENTS,
  UNFINISHED_DELIVERIES,
} from './record.sql.ts';
import { attemptsOf, type Work } from './work.ts';

/** What "all events about this user, group or app" can be asked of; each is a written row (of sign-ons, one an hour). */
const INDEXED_TARGETS = new Set(['User', 'UserGroup', 'AppInstance', 'Token']);

export interface Recorded {
  /** Ids of events whose effects are not known to be done: their first delivery is not processed. None of inert ones. */
  pending: Set<string>;
  /** `deliveryKey` of the deliveries that are to be marked processed. */
  unfinished: Set<string>;
  rowsWritten: number;
}

interface Carried {
  event: CanonicalEvent;
  tenantId: string;
  deliveryId: string;
  channels: number;
  fate: Fate;
}

/** Days that single sign-ons of a tenant are stored; 0: they are only counted. */
export type SignOnDays = (tenantId: string) => number;

/**
 * Records deliveries, their events, the use that sign-ons are, and their dead letters in one transaction. Repeating it
 * writes nothing: counters, deliveries and use only count what is not recorded yet, events and dead letters have derived
 * ids. An event that is there already gains the bit of the channel that brought it again.
 */
export async function record(db: D1Database, works: Work[], now: Millis, signOnDays: SignOnDays): Promise<Recorded> {
  const carried = new Map<string, Carried>();
  const reader = createUseReader();
  const fate = (tenantId: string, event: CanonicalEvent) => fateOf(reader, event, signOnDays(tenantId), now);
  const rows = works.map((work) => deliveryRow(work, carried, now, fate));
  // in the order of the key: neighbours share pages of the table
  const events = [...carried.values()].filter((one) => one.fate.stored).sort(byKey);
  const deliveries = jsonParameters(rows);
  const tenants = JSON.stringify([...new Set(works.map(({ message }) => message.tenantId))]);
  const batch = sha256Hex(works.map(({ message }) => deliveryKey(message)).join('\n')).slice(0, 24);
  const signOns = [...carried.values()].flatMap(({ event, tenantId, fate: { use, stored } }) =>
    use ? [signOnRow(reader, tenantId, event, use, stored)] : [],
  );
  const writes = [
    ...appendSignOns(db, signOns, batch, tenants, now),
    ...bound(db, COUNT_DELIVERIES, deliveries, batch, tenants),
    ...bound(db, INSERT_DELIVERIES, deliveries, batch, tenants),
    ...bound(db, INSERT_EVENTS, jsonParameters(events.map((one) => eventRow(one, now)))),
    ...bound(db, INSERT_TARGETS, jsonParameters(targetRows(events))),
    ...bound(db, INSERT_DEAD_LETTERS, jsonParameters(works.flatMap((work) => deadRows(work, now)))),
  ];
  const marked = bound(db, UNFINISHED_DELIVERIES, jsonParameters(rows.map((row) => row.slice(0, 2))));
  const withEffects = works.filter((work) => !work.inert);
  const settled = bound(db, SETTLED_EVENTS, jsonParameters(withEffects.map(eventsRow)));
  const results = await db.batch<{ id: string }>([...writes, ...marked, ...settled]);
  const found = results.slice(writes.length).map((result) => result.results.map((row) => row.id));
  const pending = new Set<string>();
  for (const work of works) if (!work.inert) for (const event of work.events) pending.add(event.id);
  for (const id of found.slice(marked.length).flat()) pending.delete(id);
  return {
    pending,
    unfinished: new Set(found.slice(0, marked.length).flat()),
    rowsWritten: results.reduce((sum, result) => sum + result.meta.rows_written, 0),
  };
}

/** As `UNFINISHED_DELIVERIES` names a delivery. */
export function deliveryKey({ tenantId, id }: Work['message']): string {
  return `${tenantId}/${id}`;
}

function byKey(a: Carried, b: Carried): number {
  if (a.tenantId !== b.tenantId) return a.tenantId < b.tenantId ? -1 : 1;
  return a.event.id < b.event.id ? -1 : 1;
}

function bound(db: D1Database, sql: string, parameters: string[], ...more: string[]): D1PreparedStatement[] {
  const statement = db.prepare(sql);
  return parameters.map((json) => statement.bind(json, ...more));
}

function eventsRow({ message, events }: Work): unknown[] {
  return [message.tenantId, events.map((event) => event.id)];
}

/** The delivery with its counts; its events join `carried`, unless an earlier delivery of the batch brings them too. */
function deliveryRow(
  work: Work,
  carried: Map<string, Carried>,
  now: Millis,
  fateOfEvent: (tenantId: string, event: CanonicalEvent) => Fate,
): unknown[] {
  const { message } = work;
  const { tenantId, id: deliveryId } = message;
  const bit = CHANNEL_BITS[message.channel];
  const keys: string[] = [];
  const signOns: string[] = [];
  let brought = 0;
  for (const event of work.events) {
    const known = carried.get(event.id);
    if (known) {
      known.channels |= bit;
      continue;
    }
    const fate = fateOfEvent(tenantId, event);
    carried.set(event.id, { event, tenantId, deliveryId, channels: bit, fate });
    brought++;
    if (fate.use) signOns.push(eventKey(event.id));
    else if (fate.stored) keys.push(event.id);
  }
  const tooLarge = message.tooLarge ?? 0;
  const ignored = message.ignored ?? 0;
  const accepted = message.events.length + tooLarge;
  const newest = work.events.reduce<Millis | null>((max, event) => Math.max(max ?? 0, event.publishedAt), null);
  const done = work.inert || work.events.length === 0;
  const pushed = message.channel === 'event_hook' || message.channel === 'eventbridge';
  return [
    message.tenantId,
    message.id,
    message.sourceId,
    message.channel,
    message.receivedAt,
    done ? 'processed' : 'pending',
    accepted + ignored,
    accepted,
    ignored,
    work.repeated + work.events.length - brought,
    work.dead.length + tooLarge,
    attemptsOf(work),
    done ? now : null,
    keys,
    newest,
    pushed && newest !== null ? Math.max(0, now - newest) : null,
    signOns,
  ];
}

function eventRow({ event, tenantId, deliveryId, channels }: Carried, now: Millis): unknown[] {
  return [
    tenantId,
    event.id,
    event.sourceId,
    event.uuid,
    event.type,
    event.publishedAt,
    now,
    channels,
    deliveryId,
    event.actor?.id ?? null,
    event.actor?.type ?? null,
    event.actor?.name ?? null,
    event.outcome?.result ?? null,
    event.outcome?.reason ?? null,
    event.severity,
    event.displayMessage,
    event.clientIp,
    event.transactionId,
    event.targets,
    { ...event.body, ...(event.actor?.alternateId ? { actorAlternateId: event.actor.alternateId } : {}) },
  ];
}

/**
 * Rows that say what an event is about. Sign-ons, which are most of the log, share one for each target and hour, without
 * an event's id: `events.repository.ts` looks through the events of that hour.
 */
function targetRows(events: Carried[]): unknown[] {
  const rows = new Map<string, unknown[]>();
  for (const { event, tenantId, fate } of events) {
    // a sign-in to Okta itself names the dashboard: nobody asks for all of those
    if (event.type === 'user.session.start') continue;
    const shared = fate.use !== null;
    const at = shared ? Math.floor(event.publishedAt / HOUR) * HOUR : event.publishedAt;
    const eventId = shared ? '' : event.id;
    for (const { id, type } of event.targets) {
      if (id === 'unknown' || !INDEXED_TARGETS.has(type)) continue;
      const key = shared ? `${tenantId}/${id}/${at}` : `${eventId}/${id}`;
      if (!rows.has(key)) rows.set(key, [tenantId, id, at, eventId, type]);
    }
  }
  return [...rows.values()];
}

function deadRows({ message, dead }: Work, now: Millis): unknown[] {
  return dead.map(({ id, reason, detail, payload }) => [
    message.tenantId,
    id,
    message.sourceId,
    message.channel,
    reason,
    detail,
    payload,
    now,
  ]);
}
