import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import { enqueueEvents } from '../ingest/enqueue.ts';
import { replayOutboundPayload } from '../outbound/replay.ts';
import type { Deps } from '../platform/deps.ts';
import { defineError, notFound } from '../platform/errors.ts';
import { type DeadLetter, getDeadLetter, resolveDeadLetter } from './dead-letters.repository.ts';
import type { Channel } from './event.ts';
import { readMessage } from './message.ts';

export const alreadyResolved = defineError({
  code: 'dead_letter.resolved',
  status: 409,
  title: 'The dead letter was replayed or discarded before',
});
export const notReplayable = defineError({
  code: 'dead_letter.not_replayable',
  status: 409,
  title: 'The dead letter cannot be replayed',
});

/** Only its beginning is kept, or it never was one of our messages. */
export const CUT = new Set(['event.too_large', 'message.invalid', 'event.oversized_lost']);

/**
 * Sends a dead letter through the pipeline again: a whole delivery under its own id, so that it goes on where it
 * stopped; a single event as a new delivery. Sent first, marked after: a crash between sends twice, which is harmless.
 */
export async function replayDeadLetter(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
): Promise<DeadLetter> {
  const letter = await openLetter(deps, tenantId, id);
  if (CUT.has(letter.reason)) throw notReplayable({ detail: 'What was kept of it is not whole. Discard it.' });
  if (letter.queue === 'outbound') return replayOutbound(deps, tenantId, principal, letter);
  const payload = parsed(letter.payload);
  if (payload === undefined) throw notReplayable({ detail: 'Its payload is not JSON. Discard it.' });
  const message = readMessage(payload);
  if (message && message.tenantId === tenantId) {
    await deps.env.INBOX.send(letter.payload, { contentType: 'text' });
  } else {
    if (!letter.sourceId || !letter.channel) throw notReplayable({ detail: 'It does not say where it came from.' });
    const channel = letter.channel as Channel;
    await enqueueEvents(deps, { tenantId, sourceId: letter.sourceId, channel, events: [payload] });
  }
  return resolved(deps, tenantId, principal, letter, 'replayed', null);
}

/** A delivery that was given up closes its own dead letter when it is replayed; a change of an issue does not. */
async function replayOutbound(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  letter: DeadLetter,
): Promise<DeadLetter> {
  await replayOutboundPayload(deps, tenantId, principal, letter.payload);
  const after = await getDeadLetter(deps, tenantId, letter.id);
  return after && after.status !== 'open' ? after : resolved(deps, tenantId, principal, letter, 'replayed', null);
}

/** Gives a dead letter up, with the reason. A whole delivery that was recorded stops counting as pending. */
export async function discardDeadLetter(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
  reason: string,
): Promise<DeadLetter> {
  const letter = await openLetter(deps, tenantId, id);
  const message = letter.queue === 'inbox' ? readMessage(letter.payload) : null;
  if (message) {
    await deps
      .evidence(tenantId)
      .prepare(
        `UPDATE inbox SET status = 'processed', processed_at = ?3, payload = NULL
         WHERE tenant_id = ?1 AND id = ?2 AND status <> 'processed'`,
      )
      .bind(tenantId, message.id, deps.clock.now())
      .run();
  }
  return resolved(deps, tenantId, principal, letter, 'discarded', reason);
}

async function openLetter(deps: Deps, tenantId: string, id: string): Promise<DeadLetter> {
  const letter = await getDeadLetter(deps, tenantId, id);
  if (!letter) throw notFound();
  if (letter.status !== 'open') throw alreadyResolved();
  return letter;
}

async function resolved(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  letter: DeadLetter,
  status: 'replayed' | 'discarded',
  note: string | null,
): Promise<DeadLetter> {
  const done = await resolveDeadLetter(deps, tenantId, letter.id, { status, by: principal.id, note });
  if (!done) throw alreadyResolved();
  await audit(deps, tenantId, principal, {
    action: status === 'replayed' ? 'dead_letter.replay' : 'dead_letter.discard',
    targetKind: 'dead_letter',
    targetId: letter.id,
    detail: { reason: letter.reason, ...(note === null ? {} : { note }) },
  });
  return (await getDeadLetter(deps, tenantId, letter.id)) ?? letter;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
