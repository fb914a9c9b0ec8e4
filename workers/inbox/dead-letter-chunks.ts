import type { Principal } from '../auth/principal.ts';
import { enqueueEvents, MAX_INLINE_BYTES } from '../ingest/enqueue.ts';
import { sendAll } from '../ingest/queue-send.ts';
import { replayOutboundPayload } from '../outbound/replay.ts';
import type { Deps } from '../platform/deps.ts';
import { isTransient, PosternError } from '../platform/errors.ts';
import { derivedId } from '../platform/ids.ts';
import { type DeadLetterJob, nextMatching } from './dead-letter-jobs.repository.ts';
import type { Channel, InboxMessage } from './event.ts';
import { readMessage } from './message.ts';
import { CUT } from './resolve-dead-letter.ts';

/** Letters of one chunk. A discarded one brings nothing into memory, a replayed one what is kept of it: up to 2 MB… */
export const REPLAY_CHUNK = 100;
/** …so a chunk ends here, in characters, unless its first letter alone is longer. */
export const REPLAY_CHUNK_CHARS = 8_000_000;
export const DISCARD_CHUNK = 1_000;

interface Letter {
  id: string;
  sourceId: string | null;
  queue: 'inbox' | 'outbound';
  channel: string | null;
  payload: string;
}

interface Outgoing {
  id: string;
  json: string;
  message: InboxMessage;
}

/** ?1 tenant, ?2 job, ?3 lease: the run still holds a job that nobody cancelled. */
const HELD = `EXISTS (SELECT 1 FROM dead_letter_jobs j
  WHERE j.tenant_id = ?1 AND j.id = ?2 AND j.lease = ?3 AND j.status = 'running' AND j.ended_at IS NULL)`;

/** Discards the next letters, with their deliveries and the checkpoint, in one transaction. False when none is left. */
export async function discardChunk(deps: Deps, job: DeadLetterJob, lease: string, by: Principal): Promise<boolean> {
  const { tenantId } = job;
  const ids = (await nextMatching(deps, job, DISCARD_CHUNK)).map((one) => one.id);
  const last = ids.at(-1);
  if (last === undefined) return false;
  const db = deps.evidence(tenantId);
  const now = deps.clock.now();
  const list = JSON.stringify(ids);
  const open = `tenant_id = ?1 AND id IN (SELECT value FROM json_each(?4)) AND status = 'open'`;
  await db.batch([
    // a whole delivery that was recorded stops counting as pending
    db
      .prepare(
        `UPDATE inbox SET status = 'processed', processed_at = ?5, payload = NULL
         WHERE tenant_id = ?1 AND status <> 'processed' AND ${HELD} AND id IN (
           SELECT iif(payload->>'$.v' = 1 AND payload->>'$.tenantId' = ?1, payload->>'$.id', NULL) FROM dead_letters
           WHERE ${open} AND queue = 'inbox' AND json_valid(payload))`,
      )
      .bind(tenantId, job.id, lease, list, now),
    db
      .prepare(
        `UPDATE dead_letter_jobs SET cursor = ?5, done = done + (SELECT count(*) FROM dead_letters WHERE ${open})
         WHERE tenant_id = ?1 AND id = ?2 AND ${HELD}`,
      )
      .bind(tenantId, job.id, lease, list, last),
    db
      .prepare(
        `UPDATE dead_letters SET status = 'discarded', resolved_at = ?5, resolved_by = ?6, note = ?7
         WHERE ${open} AND ${HELD}`,
      )
      .bind(tenantId, job.id, lease, list, now, by.id, job.reason),
  ]);
  return true;
}

/**
 * Marks the next letters as replayed and notes them in the job, in one transaction; `sendClaimed` sends them. Marked
 * first: a letter that fails anew is then opened again, and not covered by the mark. False when none is left.
 */
export async function claimChunk(deps: Deps, job: DeadLetterJob, lease: string, by: Principal): Promise<boolean> {
  const found = await withinMemory(deps, job.tenantId, await nextMatching(deps, job, REPLAY_CHUNK));
  const last = found.at(-1);
  if (last === undefined) return false;
  const whole = found.filter((letter) => !CUT.has(letter.reason)).map((letter) => letter.id);
  const db = deps.evidence(job.tenantId);
  const list = JSON.stringify(whole);
  await db.batch([
    db
      .prepare(
        `UPDATE dead_letters SET status = 'replayed', resolved_at = ?5, resolved_by = ?6, note = ?2
         WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?4)) AND status = 'open' AND ${HELD}`,
      )
      .bind(job.tenantId, job.id, lease, list, deps.clock.now(), by.id),
    db
      .prepare(
        `UPDATE dead_letter_jobs SET cursor = ?5, skipped = skipped + ?6, claimed = (
           SELECT json_group_array(id) FROM dead_letters
           WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?4)) AND status = 'replayed' AND note = ?2)
         WHERE tenant_id = ?1 AND id = ?2 AND ${HELD}`,
      )
      .bind(job.tenantId, job.id, lease, list, last.id, found.length - whole.length),
  ]);
  return true;
}

/** The first of these letters whose payloads can be held at once. */
async function withinMemory<T extends { id: string }>(deps: Deps, tenantId: string, found: T[]): Promise<T[]> {
  if (found.length < 2) return found;
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT id, length(payload) AS chars FROM dead_letters
       WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(tenantId, JSON.stringify(found.map(({ id }) => id)))
    .all<{ id: string; chars: number }>();
  const charsOf = new Map(results.map(({ id, chars }) => [id, chars]));
  let total = 0;
  const over = found.findIndex(({ id }) => {
    total += charsOf.get(id) ?? 0;
    return total > REPLAY_CHUNK_CHARS;
  });
  return over === -1 ? found : found.slice(0, Math.max(1, over));
}

/**
 * Sends what a job has claimed. After a crash it is sent again under the same ids, which the inbox takes for the same
 * deliveries. What turns out not to be replayable is opened again.
 */
export async function sendClaimed(deps: Deps, job: DeadLetterJob, lease: string, by: Principal): Promise<void> {
  const db = deps.evidence(job.tenantId);
  const { results } = await db
    .prepare(
      `SELECT id, source_id AS sourceId, queue, channel, payload FROM dead_letters
       WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND status = 'replayed' AND note = ?3`,
    )
    .bind(job.tenantId, job.claimed, job.id)
    .all<Letter>();
  const refused: string[] = [];
  const messages: Outgoing[] = [];
  for (const letter of results) {
    if (letter.queue === 'outbound') continue;
    const made = messageOf(deps, job, letter);
    if (made === null) refused.push(letter.id);
    else if (Buffer.byteLength(made.json) <= MAX_INLINE_BYTES * 2) messages.push(made);
    else await enqueueEvents(deps, made.message);
  }
  if (deps.env.INGEST_SPOOL === 'on') await spool(db, messages);
  await sendAll(deps.env.INBOX, messages);
  for (const letter of results) {
    if (letter.queue !== 'outbound') continue;
    if (!(await sendOutbound(deps, job.tenantId, by, letter))) refused.push(letter.id);
    else await forgetClaim(db, job, letter.id);
  }
  const list = JSON.stringify(refused);
  await db.batch([
    db
      .prepare(
        `UPDATE dead_letters SET status = 'open', resolved_at = NULL, resolved_by = NULL, note = NULL
         WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND status = 'replayed' AND note = ?3`,
      )
      .bind(job.tenantId, list, job.id),
    db
      .prepare(
        `UPDATE dead_letter_jobs SET done = done + json_array_length(claimed) - ?4, skipped = skipped + ?4,
           claimed = NULL, error = NULL
         WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND claimed IS NOT NULL`,
      )
      .bind(job.tenantId, job.id, lease, refused.length),
  ]);
}

/** Gives up what a job has claimed: whether it was sent is not known, so it is there to be replayed. */
export async function reopenClaimed(deps: Deps, job: DeadLetterJob): Promise<void> {
  await deps
    .evidence(job.tenantId)
    .prepare(
      `UPDATE dead_letters SET status = 'open', resolved_at = NULL, resolved_by = NULL, note = NULL
       WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND status = 'replayed' AND note = ?3`,
    )
    .bind(job.tenantId, job.claimed ?? '[]', job.id)
    .run();
}

/** A whole delivery goes under its own id; a single event in a delivery whose id hangs on job and letter alone. */
function messageOf(deps: Deps, job: DeadLetterJob, letter: Letter): Outgoing | null {
  const payload = parsed(letter.payload);
  if (payload === undefined) return null;
  const whole = readMessage(payload);
  if (whole && whole.tenantId === job.tenantId) return { id: whole.id, json: letter.payload, message: whole };
  if (!letter.sourceId || !letter.channel) return null;
  const message: InboxMessage = {
    v: 1,
    id: derivedId('inb', job.tenantId, job.id, letter.id),
    tenantId: job.tenantId,
    sourceId: letter.sourceId,
    channel: letter.channel as Channel,
    receivedAt: deps.clock.now(),
    events: [payload],
  };
  return { id: message.id, json: JSON.stringify(message), message };
}

/** False when it cannot be replayed as things are (removed integration, not one of our messages). */
async function sendOutbound(deps: Deps, tenantId: string, by: Principal, letter: Letter): Promise<boolean> {
  try {
    await replayOutboundPayload(deps, tenantId, by, letter.payload);
    return true;
  } catch (error) {
    if (error instanceof PosternError && !isTransient(error)) return false;
    throw error;
  }
}

/** A delivery to the outside is not made twice for a crash after it: it is done as soon as it is sent. */
async function forgetClaim(db: D1Database, job: DeadLetterJob, letterId: string): Promise<void> {
  await db
    .prepare(
      `UPDATE dead_letter_jobs SET done = done + 1, claimed = (
         SELECT json_group_array(value) FROM json_each(claimed) WHERE value <> ?3)
       WHERE tenant_id = ?1 AND id = ?2 AND claimed IS NOT NULL`,
    )
    .bind(job.tenantId, job.id, letterId)
    .run();
}

/** The local queue forgets on a crash: until a replayed delivery is processed, its row keeps the message. */
async function spool(db: D1Database, messages: Outgoing[]): Promise<void> {
  const insert = db.prepare(
    `INSERT INTO inbox (tenant_id, id, source_id, channel, received_at, status, events, accepted, payload)
     VALUES (?1, ?2, ?3, ?4, ?5, 'spooled', ?6, ?6, ?7)
     ON CONFLICT (tenant_id, id) DO UPDATE SET payload = excluded.payload WHERE inbox.status <> 'processed'`,
  );
  const rows = messages.map(({ json, message: { tenantId, id, sourceId, channel, receivedAt, events } }) =>
    insert.bind(tenantId, id, sourceId, channel, receivedAt, events.length, json),
  );
  if (rows.length > 0) await db.batch(rows);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
