import type { Deps } from '../platform/deps.ts';
import { derivedId } from '../platform/ids.ts';
import { newestBelow, type Page, toPage } from '../platform/pagination.ts';
import type { InboxMessage } from './event.ts';
import { bodyText } from './message.ts';

/** Where messages go that do not even say whose they are. */
const NOBODY = 'operator';
/** What is kept of a message that cannot be read. */
const KEPT_OF_UNREADABLE = 64_000;

export interface DeadLetter {
  id: string;
  sourceId: string | null;
  queue: 'inbox' | 'outbound';
  channel: string | null;
  reason: string;
  detail: string;
  payload: string;
  createdAt: number;
  status: 'open' | 'replayed' | 'discarded';
  resolvedAt: number | null;
  resolvedBy: string | null;
  note: string | null;
}

const COLUMNS = `id, source_id AS sourceId, queue, channel, reason, detail, payload, created_at AS createdAt, status,
  resolved_at AS resolvedAt, resolved_by AS resolvedBy, note`;

/** A dead letter that fails once more after its replay is open again; one that is open or discarded stays. */
const UPSERT = `
INSERT INTO dead_letters (tenant_id, id, source_id, queue, channel, reason, detail, payload, created_at)
VALUES (?1, ?2, ?3, 'inbox', ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (tenant_id, id) DO UPDATE SET status = 'open', reason = excluded.reason, detail = excluded.detail,
  created_at = excluded.created_at, resolved_at = NULL, resolved_by = NULL
WHERE dead_letters.status = 'replayed'`;

type Db = Pick<Deps, 'evidence' | 'clock'>;

/** Keeps a whole delivery that could not be processed. Its row stays pending: a replay takes it up where it stands. */
export async function keepDelivery(deps: Db, message: InboxMessage, reason: string, detail: string): Promise<void> {
  const db = deps.evidence(message.tenantId);
  const id = derivedId('ded', message.tenantId, message.id);
  const count = db
    .prepare(
      `INSERT INTO counters (tenant_id, source_id, dead) SELECT ?1, ?2, ?3
       WHERE NOT EXISTS (SELECT 1 FROM dead_letters WHERE tenant_id = ?1 AND id = ?4)
       ON CONFLICT (tenant_id, source_id) DO UPDATE SET dead = dead + excluded.dead`,
    )
    .bind(message.tenantId, message.sourceId, message.events.length, id);
  const keep = db
    .prepare(UPSERT)
    .bind(
      message.tenantId,
      id,
      message.sourceId,
      message.channel,
      reason,
      detail,
      JSON.stringify(message),
      deps.clock.now(),
    );
  // the dead letter has it now: nothing may take it up by itself
  const unspool = db
    .prepare('UPDATE inbox SET payload = NULL WHERE tenant_id = ?1 AND id = ?2 AND payload IS NOT NULL')
    .bind(message.tenantId, message.id);
  await db.batch([count, keep, unspool]);
}

/** Keeps a message that is not one of ours, under its tenant if it names one. */
export async function keepUnreadable(deps: Db, messageId: string, body: unknown): Promise<void> {
  const text = bodyText(body);
  const tenantId = /"tenantId":"(tnt_[0-9a-z]{1,60})"/.exec(text)?.[1] ?? NOBODY;
  await deps
    .evidence(tenantId)
    .prepare(UPSERT)
    .bind(
      tenantId,
      derivedId('ded', 'message', messageId),
      null,
      null,
      'message.invalid',
      'The queue message is not an inbox message. It was not made by this version of Postern.',
      text.slice(0, KEPT_OF_UNREADABLE),
      deps.clock.now(),
    )
    .run();
}

export interface DeadLetterQuery {
  limit: number;
  cursor?: string | undefined;
  status?: string | undefined;
  source?: string | undefined;
  reason?: string | undefined;
}

/** Newest first. */
export async function listDeadLetters(deps: Db, tenantId: string, query: DeadLetterQuery): Promise<Page<DeadLetter>> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM dead_letters
       WHERE tenant_id = ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR source_id = ?3)
         AND (?4 IS NULL OR reason = ?4) AND (created_at, id) < (?5, ?6)
       ORDER BY created_at DESC, id DESC LIMIT ?7`,
    )
    .bind(
      tenantId,
      query.status ?? null,
      query.source ?? null,
      query.reason ?? null,
      ...newestBelow(query.cursor),
      query.limit + 1,
    )
    .all<DeadLetter>();
  return toPage(results, query.limit, (row) => [row.createdAt, row.id]);
}

export async function getDeadLetter(deps: Db, tenantId: string, id: string): Promise<DeadLetter | null> {
  return deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS} FROM dead_letters WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<DeadLetter>();
}

/** False when it was not open any more. */
export async function resolveDeadLetter(
  deps: Db,
  tenantId: string,
  id: string,
  to: { status: 'replayed' | 'discarded'; by: string; note: string | null },
): Promise<boolean> {
  const { meta } = await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE dead_letters SET status = ?3, resolved_at = ?4, resolved_by = ?5, note = ?6
       WHERE tenant_id = ?1 AND id = ?2 AND status = 'open'`,
    )
    .bind(tenantId, id, to.status, deps.clock.now(), to.by, to.note)
    .run();
  return meta.changes > 0;
}
