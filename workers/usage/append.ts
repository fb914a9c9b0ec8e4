import type { CanonicalEvent } from '../inbox/event.ts';
import { jsonParameters } from '../inbox/json-parameters.ts';
import { DAY, HOUR, type Millis } from '../platform/clock.ts';
import { APPEND_SIGN_ONS } from './append.sql.ts';
import { bucketOf, COUNTED_WITHIN, type createUseReader, type Use } from './sign-ons.ts';

/** What becomes of an event: its own row, a count in the usage, both, or (a sign-on past both) neither. */
export interface Fate {
  stored: boolean;
  use: Use | null;
}

const KEPT: Fate = { stored: true, use: null };

/**
 * A sign-on that succeeded counts as use, and has a row of its own while retention lasts. Every other event is kept.
 * Deterministic but for `now`, and an event recorded once stays what it became then.
 */
export function fateOf(
  reader: ReturnType<typeof createUseReader>,
  event: CanonicalEvent,
  signOnRetentionDays: number,
  now: Millis,
): Fate {
  const use = reader.useOf(event);
  if (!use) return KEPT;
  const stored = signOnRetentionDays > 0 && event.publishedAt >= now - signOnRetentionDays * DAY;
  return { stored, use: event.publishedAt >= now - COUNTED_WITHIN ? use : null };
}

/** A row of `APPEND_SIGN_ONS`. */
export type SignOnRow = [
  tenantId: string,
  eventId: string,
  sourceId: string,
  bucket: number,
  accountId: string,
  appId: string,
  publishedAt: Millis,
  addressHash: string | null,
  stored: 0 | 1,
];

export function signOnRow(
  reader: ReturnType<typeof createUseReader>,
  tenantId: string,
  event: CanonicalEvent,
  use: Use,
  stored: boolean,
): SignOnRow {
  return [
    tenantId,
    event.id,
    event.sourceId,
    bucketOf(use.accountId),
    use.accountId,
    use.appId,
    event.publishedAt,
    reader.addressHash(tenantId, event.clientIp),
    stored ? 1 : 0,
  ];
}

/** Counts the sign-ons that are new: to be run in one transaction with, and before, the rows of the events. */
export function appendSignOns(
  db: D1Database,
  signOns: SignOnRow[],
  batch: string,
  tenants: string,
  now: Millis,
): D1PreparedStatement[] {
  if (signOns.length === 0) return [];
  const hours = new Map<string, unknown[]>();
  for (const [tenantId, , sourceId, , , , publishedAt] of signOns) {
    const hour = Math.floor(publishedAt / HOUR);
    hours.set(`${tenantId}/${sourceId}/${hour}`, [tenantId, sourceId, hour]);
  }
  const where = JSON.stringify([...hours.values()]);
  const statement = db.prepare(APPEND_SIGN_ONS);
  // what is kept of a row is shorter than the row: with a small segment before it, it fits D1's 2 MB
  return jsonParameters(signOns).map((rows) => statement.bind(rows, where, tenants, batch, now));
}
