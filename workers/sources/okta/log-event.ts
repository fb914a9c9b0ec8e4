import type { CanonicalEvent, EventParty } from '../../inbox/event.ts';
import { DAY, type Millis } from '../../platform/clock.ts';
import { derivedId } from '../../platform/ids.ts';
import { bodyOf } from './log-event-body.ts';

/** Nothing in Okta's log is older than the company by this much: an earlier date is a mistake of the sender. */
export const EARLIEST_EVENT: Millis = Date.UTC(2000, 0, 1);
/** Clocks differ; more than this ahead of ours is a mistake too. */
export const MAX_AHEAD: Millis = DAY;
export const MAX_UUID = 200;
export const MAX_TYPE = 200;
const MAX_ID = 200;
const MAX_NAME = 1_000;
/** Outcome results and addresses. */
const MAX_WORD = 100;
const MAX_SEVERITY = 50;
/** Targets kept of one event; the log has events that name every member of a group. */
export const MAX_TARGETS = 100;

export type BadEventReason = 'event.not_an_object' | 'event.no_uuid' | 'event.no_type' | 'event.bad_time';
export interface BadEvent {
  reason: BadEventReason;
  /** What is wrong and what to do next, for people. */
  detail: string;
}

/** Half a surrogate pair: no database takes it back unchanged. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

const bad = (reason: BadEventReason, detail: string): { bad: BadEvent } => ({ bad: { reason, detail } });

/**
 * Reads one System Log event, in the form of the API (`request.ipChain`) or of an Event Hook (`client.ipChain`), which
 * give the same result. Never throws. Any field may be absent or of another type than documented: what cannot be read is
 * null, the event lives on. Read by hand, not by a schema: this runs for every event, and a schema took half of the time.
 * `receivedAt` bounds the event's time. Bad events come back with a stable reason.
 */
export function toCanonicalEvent(
  tenantId: string,
  sourceId: string,
  raw: unknown,
  receivedAt?: Millis,
): { ok: CanonicalEvent } | { bad: BadEvent } {
  if (!isRecord(raw)) return bad('event.not_an_object', 'The event is not a JSON object. Look at what sent it.');
  const uuid = readId(raw.uuid, MAX_UUID);
  if (uuid === null) {
    return bad('event.no_uuid', `The event has no uuid of 1 to ${MAX_UUID} characters, so it cannot be told apart.`);
  }
  const type = readId(raw.eventType, MAX_TYPE);
  if (type === null) return bad('event.no_type', `The event has no eventType of 1 to ${MAX_TYPE} characters.`);
  const publishedAt = readTime(raw.published);
  if (publishedAt === null) return bad('event.bad_time', '`published` is not a date. Expected ISO 8601.');
  if (publishedAt < EARLIEST_EVENT) return bad('event.bad_time', '`published` lies before the year 2000.');
  if (receivedAt !== undefined && publishedAt > receivedAt + MAX_AHEAD) {
    return bad('event.bad_time', '`published` lies more than a day ahead of the time at which the event came.');
  }
  const outcome = fieldsOf(raw.outcome);
  const result = text(outcome?.result, MAX_WORD);
  const clientIp = text(fieldsOf(raw.client)?.ipAddress, MAX_WORD);
  return {
    ok: {
      id: eventId(tenantId, sourceId, uuid),
      sourceId,
      uuid,
      type,
      publishedAt,
      actor: readParty(raw.actor),
      targets: readTargets(raw.target),
      outcome: result === null ? null : { result: result.toUpperCase(), reason: text(outcome?.reason, MAX_NAME) },
      severity: text(raw.severity, MAX_SEVERITY),
      displayMessage: text(raw.displayMessage, MAX_NAME),
      // Okta writes the word "null" for some absent values (`client.zone`, `client.ipAddress`)
      clientIp: clientIp === 'null' ? null : clientIp,
      transactionId: text(fieldsOf(raw.transaction)?.id, MAX_ID),
      body: bodyOf(raw),
    },
  };
}

/** The id that an Okta event always has here: the dedupe key over all channels. */
export function eventId(tenantId: string, sourceId: string, uuid: string): string {
  return derivedId('evt', tenantId, sourceId, uuid);
}

/** Null when it names nobody: neither an id nor a name. Okta itself writes "unknown" for an absent id. */
function readParty(value: unknown): EventParty | null {
  const fields = fieldsOf(value);
  if (!fields) return null;
  const id = text(fields.id, MAX_ID);
  const name = text(fields.displayName, MAX_NAME);
  const alternateId = text(fields.alternateId, MAX_NAME);
  if (id === null && name === null && alternateId === null) return null;
  return { id: id ?? 'unknown', type: text(fields.type, MAX_ID) ?? 'unknown', name, alternateId };
}

function readTargets(value: unknown): EventParty[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_TARGETS).flatMap((target) => readParty(target) ?? []);
}

/** A string to show, cut to `max`: numbers and booleans become text, NUL (which SQLite ends at) and broken pairs go. */
function text(value: unknown, max: number): string | null {
  let read: string;
  if (typeof value === 'string') read = value;
  else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) read = String(value);
  else return null;
  const clean = read.replaceAll('\u0000', '').slice(0, max).replace(LONE_SURROGATE, '\ufffd');
  return clean === '' ? null : clean;
}

/** An identifier is taken whole or not at all: a cut one could be another's. */
function readId(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return null;
  const id = value.trim();
  return id === '' || id.length > max || id.includes('\u0000') || id.search(LONE_SURROGATE) !== -1 ? null : id;
}

function readTime(value: unknown): Millis | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? at : null;
}

function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
