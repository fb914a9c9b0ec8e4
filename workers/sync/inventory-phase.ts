import { type NodeKind, nodeId } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import type { PosternError } from '../platform/errors.ts';
import { isAbsent } from '../sources/okta/errors.ts';
import { type Closed, type Confirmed, closeGuarded } from './close.ts';
import { type Closes, type Reading, readingOf } from './inventory-readings.ts';
import type { SyncSession } from './session.ts';
import { nothingRead, oneByOne, type PageResult, type SweepHandlers } from './sweep.ts';
import type { Listing } from './sweep-state.ts';

export function listingsOf(readings: readonly Reading[]): Listing[] {
  return readings.map(({ scope, path }) => ({ scope, path }));
}

/**
 * The listings of `inventory-readings.ts`, all in one sweep. What may not be read is a gap in coverage; what the org
 * does not have is covered, and empty.
 */
export function inventoryPhase(session: SyncSession, confirmed: Confirmed): SweepHandlers {
  return {
    optional: true,
    absent: (error, scope) => absentFrom(readingOf(scope), error),
    page: (scope, items) => readPage(session, readingOf(scope), items),
    close: oneByOne(({ scope, seen, asOf, absent }) =>
      closeReading(session, confirmed, readingOf(scope), seen, asOf, absent),
    ),
  };
}

function absentFrom(reading: Reading, error: PosternError): boolean {
  return isAbsent(error) || (reading.badRequestIsAbsent === true && error.code === 'okta.bad_request');
}

/** What was seen of an object: its kind, the account that it is placed with, and its native id, which may be any text. */
const seenAs = (kind: NodeKind, home: string, nativeId: string) => `${kind} ${home} ${nativeId}`;

function readSeen(entry: string): { kind: string; home: string | null; nativeId: string } {
  const [kind = '', home = ''] = entry.split(' ', 2);
  return { kind, home: home || null, nativeId: entry.slice(kind.length + home.length + 2) };
}

function readPage(session: SyncSession, reading: Reading, items: unknown[]): PageResult {
  const result = nothingRead();
  const kinds = new Set(reading.closes.map(({ kind }) => kind));
  for (const raw of items) {
    const mapped = reading.map(session.source.id, raw);
    if ('bad' in mapped) {
      result.bad.push(`${mapped.bad.id ?? 'an object without id'}: ${mapped.bad.reason}`);
      if (mapped.bad.id === null) result.incomplete = true;
      else result.seen.push(seenAs(reading.closes[0].kind, '', mapped.bad.id));
      continue;
    }
    const { nodes, edges, owns } = mapped.ok;
    result.part.nodes.push(...nodes);
    result.part.edges.push(...edges);
    result.part.owns?.push(...owns);
    for (const { kind, nativeId, attributes } of nodes) {
      if (kinds.has(kind)) result.seen.push(seenAs(kind, home(kind, attributes.accountId), nativeId));
    }
  }
  return result;
}

function home(kind: string, accountId: unknown): string {
  return kind === 'device' && typeof accountId === 'string' ? accountId : '';
}

async function closeReading(
  session: SyncSession,
  confirmed: Confirmed,
  reading: Reading,
  seen: string[],
  asOf: Millis,
  absent: boolean,
): Promise<Closed & { failed?: string }> {
  const empty = seen.length === 0;
  if (absent && reading.staysWhenAbsent) return { held: null, rows: 0 };
  let rows = 0;
  for (const closes of reading.closes) {
    const closed = await closeKind(session, confirmed, reading, closes, seen, asOf);
    rows += closed.rows;
    if (closed.held) return { held: closed.held, rows };
  }
  if (!empty || absent || !reading.neverEmpty || confirmed.has(reading.scope)) return { held: null, rows };
  return { held: null, rows, failed: `Okta listed none: the credential may lack an admin role.` };
}

function closeKind(
  session: SyncSession,
  confirmed: Confirmed,
  reading: Reading,
  { kind, having }: Closes,
  seen: string[],
  asOf: Millis,
): Promise<Closed> {
  const rows = seen.map(readSeen).filter((row) => row.kind === kind);
  const sourceId = session.source.id;
  return closeGuarded(session, confirmed, {
    name: reading.scope,
    scope: { of: 'nodes', kind, sourceId, having },
    seen: rows.map((row) => nodeId(kind, sourceId, row.nativeId)),
    homes: kind === 'device' ? rows.map((row) => row.home) : undefined,
    asOf,
    suspicious: reading.neverEmpty === true && seen.length === 0,
  });
}
