import { HOUR } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { newestBelow, type Page, toPage } from '../platform/pagination.ts';
import { SIGN_ON_TYPES_SQL } from '../usage/sign-ons.ts';
import type { EventParty } from './event.ts';

/** A stored event as the tables have it; `targets` and `body` are JSON. */
export interface EventRow {
  id: string;
  sourceId: string;
  uuid: string;
  type: string;
  publishedAt: number;
  storedAt: number;
  channels: number;
  actorId: string | null;
  actorType: string | null;
  actorName: string | null;
  actorAlternateId: string | null;
  outcome: string | null;
  outcomeReason: string | null;
  severity: string | null;
  displayMessage: string | null;
  clientIp: string | null;
  transactionId: string | null;
  targets: string;
  body: string;
}

export interface EventQuery {
  limit: number;
  cursor?: string | undefined;
  source?: string | undefined;
  /** Sources that may be seen; null or absent: all. */
  within?: readonly string[] | null | undefined;
  /** A type, or `prefix.*`. */
  type?: string | undefined;
  /** Native id of a user, group or app. */
  target?: string | undefined;
  since?: number | undefined;
  until?: number | undefined;
}

const COLUMNS = `e.id, e.source_id AS sourceId, e.uuid, e.type, e.published_at AS publishedAt, e.stored_at AS storedAt,
  e.channels, e.actor_id AS actorId, e.actor_type AS actorType, e.actor_name AS actorName,
  e.body->>'actorAlternateId' AS actorAlternateId, e.outcome, e.outcome_reason AS outcomeReason, e.severity,
  e.display_message AS displayMessage, e.client_ip AS clientIp, e.transaction_id AS transactionId, e.targets`;

const FILTERS = `(?2 IS NULL OR e.source_id IN (SELECT value FROM json_each(?2)))
  AND (?3 IS NULL OR e.type = ?3) AND (?4 IS NULL OR substr(e.type, 1, length(?4)) = ?4)`;

type Db = Pick<Deps, 'evidence'>;

const IN_RANGE = `e.published_at >= ?5 AND (e.published_at, e.id) < (?6, ?7)
  AND ${FILTERS}`;

const OF_ALL = `SELECT ${COLUMNS} FROM events e WHERE e.tenant_id = ?1 AND ${IN_RANGE}
  ORDER BY e.published_at DESC, e.id DESC LIMIT ?8`;

const OF_TARGET = `SELECT ${COLUMNS} FROM event_targets k
  CROSS JOIN events e ON e.tenant_id = k.tenant_id AND e.id = k.event_id
  WHERE k.tenant_id = ?1 AND k.target_id = ?9 AND k.event_id <> ''
    AND k.published_at >= ?5 AND (k.published_at, k.event_id) < (?6, ?7)
    AND ${FILTERS}
  ORDER BY k.published_at DESC, k.event_id DESC LIMIT ?8`;

/** Sign-ons have one target row an hour: they are looked for among the events of those hours. */
const SIGN_ONS_OF_TARGET = `SELECT ${COLUMNS} FROM event_targets k
  CROSS JOIN events e ON e.tenant_id = k.tenant_id
    AND e.published_at >= k.published_at AND e.published_at < k.published_at + ${HOUR}
  WHERE k.tenant_id = ?1 AND k.target_id = ?9 AND k.event_id = ''
    AND k.published_at > ?5 - ${HOUR} AND k.published_at <= ?6
    AND ${IN_RANGE} AND e.type IN (${SIGN_ON_TYPES_SQL})
    AND EXISTS (SELECT 1 FROM json_each(e.targets) t WHERE t.value->>'id' = ?9)
  ORDER BY k.published_at DESC, e.published_at DESC, e.id DESC LIMIT ?8`;

/** Newest first. `since` is included, `until` is not. */
export async function listEvents(deps: Db, tenantId: string, query: EventQuery): Promise<Page<EventRow>> {
  const prefix = query.type?.endsWith('.*') ? query.type.slice(0, -1) : null;
  const db = deps.evidence(tenantId);
  const since = query.since ?? 0;
  const filters = [tenantId, sourcesOf(query), prefix === null ? (query.type ?? null) : null, prefix];
  const [at, id] = newestBelow(query.cursor, query.until);
  const read = async (sql: string, since: number) => {
    const bound = [...filters, since, at, id, query.limit + 1, ...(query.target ? [query.target] : [])];
    return (
      await db
        .prepare(sql)
        .bind(...bound)
        .all<EventRow>()
    ).results;
  };
  const first = await read(query.target ? OF_TARGET : OF_ALL, since);
  // sign-ons older than what fills the page are on a later one
  const signOnsSince = first.length > query.limit ? (first.at(-1)?.publishedAt ?? since) : since;
  const signOns = query.target ? await read(SIGN_ONS_OF_TARGET, signOnsSince) : [];
  const found = new Map([...first, ...signOns].map((row) => [row.id, row]));
  const rows = [...found.values()].sort(newestFirst).slice(0, query.limit + 1);
  return toPage(rows, query.limit, (row) => [row.publishedAt, row.id]);
}

/** The sources that are asked for and may be seen, as JSON; null: all. */
function sourcesOf({ source, within }: EventQuery): string | null {
  if (source === undefined) return within ? JSON.stringify(within) : null;
  return JSON.stringify(within && !within.includes(source) ? [] : [source]);
}

function newestFirst(a: EventRow, b: EventRow): number {
  return b.publishedAt - a.publishedAt || (a.id < b.id ? 1 : -1);
}

/** With its body; null when there is no such event in this tenant. */
export async function getEvent(deps: Db, tenantId: string, id: string): Promise<EventRow | null> {
  return deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS}, e.body FROM events e WHERE e.tenant_id = ?1 AND e.id = ?2`)
    .bind(tenantId, id)
    .first<EventRow>();
}

/** The events of these ids, oldest first. Those past their retention are absent. */
export async function eventsByIds(deps: Db, tenantId: string, ids: string[]): Promise<Omit<EventRow, 'body'>[]> {
  if (ids.length === 0) return [];
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM events e WHERE e.tenant_id = ?1 AND e.id IN (SELECT value FROM json_each(?2))
       ORDER BY e.published_at, e.id`,
    )
    .bind(tenantId, JSON.stringify(ids))
    .all<Omit<EventRow, 'body'>>();
  return results;
}

export function targetsOf(row: Pick<EventRow, 'targets'>): EventParty[] {
  return JSON.parse(row.targets) as EventParty[];
}
