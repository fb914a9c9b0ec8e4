import type { CanonicalEvent } from '../inbox/event.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import { HOUR, type Millis } from '../platform/clock.ts';
import { addressesIn, catalogNameOf } from './app-evidence.ts';
import { succeeded } from './event-fields.ts';
import { evidenceOf, isEvidence, isSignOn } from './evidence.ts';
import { APP_STEP, FIRST_STEP, fold, stepOf, USER_STEP } from './fold.ts';
import type { Sighting } from './sighting.ts';
import { writeSightings } from './sightings.repository.ts';

/** Events of one source, as the inbox has them. */
export interface EventsOfSource {
  tenantId: string;
  sourceId: string;
  events: readonly CanonicalEvent[];
}

/** What sign-ons wrote, remembered: an app and hour, or an account and app each; some 20 MB. */
const MOST_REMEMBERED = 100_000;
/** Rows that somebody removed since (a tenant that was deleted) come back after this. */
const REMEMBERED_FOR: Millis = HOUR;

const remembered = createBoundedCache<true>(MOST_REMEMBERED, REMEMBERED_FOR);

/**
 * Writes what the events tell of apps. Comes before the events themselves are recorded: until they are, they come again,
 * so a crash between the two loses nothing, and the same sightings twice write nothing. Most of a log are sign-ons that
 * tell nothing new this hour; those are known without asking the database. Returns the rows written.
 */
export async function discover(db: D1Database, works: readonly EventsOfSource[], now: Millis): Promise<number> {
  const sightings: Sighting[] = [];
  const keys = new Set<string>();
  for (const { tenantId, sourceId, events } of works) {
    const fresh = events.filter((event) => isEvidence(event.type) && isFresh(tenantId, sourceId, event, now, keys));
    if (fresh.length > 0) for (const sighting of evidenceOf(tenantId, sourceId, fresh)) sightings.push(sighting);
  }
  const written = sightings.length === 0 ? 0 : await writeSightings(db, fold(sightings));
  // only now: what failed to be written is not known
  for (const key of keys) remembered.set(key, true, now);
  return written;
}

/** Whether the event can change a row. Its keys, which say what it would change, join `keys`. */
function isFresh(tenantId: string, sourceId: string, event: CanonicalEvent, now: Millis, keys: Set<string>): boolean {
  if (!isSignOn(event.type)) return true;
  if (!succeeded(event)) return false;
  const catalog = catalogNameOf(event);
  const addresses = addressesIn(event).join('\n');
  let fresh = false;
  const note = (key: string) => {
    if (keys.has(key) || remembered.get(key, now)) return;
    keys.add(key);
    fresh = true;
  };
  const who = event.actor?.type === 'User' ? event.actor : event.targets.find(({ type }) => type === 'User');
  for (const { id, type, name, alternateId } of event.targets) {
    if (type !== 'AppInstance') continue;
    const app = `${tenantId}/${sourceId}\n${id === 'unknown' ? `${catalog}\n${addresses}` : id}`;
    const hour = stepOf(event.publishedAt, APP_STEP);
    note(`${app}\n${name}\n${alternateId}\n${catalog}\n${addresses}\n${hour}`);
    const [first, last] = [stepOf(event.publishedAt, FIRST_STEP), stepOf(event.publishedAt, USER_STEP)];
    note(`${app}\n${who?.id}\n${who?.alternateId}\n${first}\n${last}`);
  }
  return fresh;
}
