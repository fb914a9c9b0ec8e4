import type { Millis } from '../platform/clock.ts';
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

/** What "all events about this user, group or app" can be asked of; each is a written row. */
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
}

/**
 * Records deliveries, their events and their dead letters in one transaction. Repeating it writes nothing: counters and
 * deliveries only count what is not recorded yet, events and dead letters have derived ids. An event that is there
 * already gains the bit of the channel that brought it again.
 */
export async function record(db: D1Database, works: Work[], now: Millis): Promise<Recorded> {
  const carried = new Map<string, Carried>();
  const rows = works.map((work) => deliveryRow(work, carried, now));
  // in the order of the key: neighbours share pages of the table
  const events = [...carried.values()].sort(byKey);
  const deliveries = jsonParameters(rows);
  const writes = [
    ...bound(db, COUNT_DELIVERIES, deliveries),
    ...bound(db, INSERT_DELIVERIES, deliveries),
    ...bound(db, INSERT_EVENTS, jsonParameters(events.map((one) => eventRow(one, now)))),
    ...bound(db, INSERT_TARGETS, jsonParameters(events.flatMap(targetRows))),
    ...bound(db, INSERT_DEAD_LETTERS, jsonParameters(works.flatMap((work) => deadRows(work, now)))),
  ];
  const marked = bound(db, UNFINISHED_DELIVERIES, jsonParameters(rows.map((row) => row.slice(0, 2))));
  const withEffects = rows.filter((_, index) => works[index]?.inert === false);
  const settled = bound(db, SETTLED_EVENTS, jsonParameters(withEffects));
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

function bound(db: D1Database, sql: string, parameters: string[]): D1PreparedStatement[] {
  const statement = db.prepare(sql);
  return parameters.map((json) => statement.bind(json));
}

/** The delivery with its counts; its events join `carried`, unless an earlier delivery of the batch brings them too. */
function deliveryRow(work: Work, carried: Map<string, Carried>, now: Millis): unknown[] {
  const { message } = work;
  const bit = CHANNEL_BITS[message.channel];
  const keys: string[] = [];
  for (const event of work.events) {
    const known = carried.get(event.id);
    if (known) known.channels |= bit;
    else {
      carried.set(event.id, { event, tenantId: message.tenantId, deliveryId: message.id, channels: bit });
      keys.push(event.id);
    }
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
    work.repeated + work.events.length - keys.length,
    work.dead.length + tooLarge,
    attemptsOf(work),
    done ? now : null,
    keys,
    newest,
    pushed && newest !== null ? Math.max(0, now - newest) : null,
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

function targetRows({ event, tenantId }: Carried): unknown[] {
  // a sign-in to Okta itself names the dashboard: nobody asks for all of those, and they are most of the log
  if (event.type === 'user.session.start') return [];
  const seen = new Set<string>();
  return event.targets.flatMap(({ id, type }) => {
    if (id === 'unknown' || !INDEXED_TARGETS.has(type) || seen.has(id)) return [];
    seen.add(id);
    return [[tenantId, id, event.publishedAt, event.id, type]];
  });
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
