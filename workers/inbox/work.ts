import type { Deps } from '../platform/deps.ts';
import { derivedId } from '../platform/ids.ts';
import { toCanonicalEvent } from '../sources/okta/log-event.ts';
import { haveEffects } from './effects.ts';
import type { CanonicalEvent, InboxMessage } from './event.ts';
import { bodyText, oversizedReference } from './message.ts';

/** An event that cannot be kept as one. */
export interface DeadEvent {
  id: string;
  reason: string;
  detail: string;
  payload: string;
}

/** One delivery being worked on: what its message said, and what became of its events. */
export interface Work {
  message: InboxMessage;
  /** Queue messages that carry it; more than one when it was sent twice. */
  carriers: Message<unknown>[];
  /** Canonical, each uuid once. */
  events: CanonicalEvent[];
  /** Events whose uuid the same delivery carries already. */
  repeated: number;
  dead: DeadEvent[];
  oversizedIds: string[];
  /** Nothing follows from its events: recording it is all there is to do. */
  inert: boolean;
}

export function attemptsOf(work: Work): number {
  return Math.max(...work.carriers.map((carrier) => carrier.attempts));
}

/** Reads a delivery's events. Touches the database only where it refers to oversized events. */
export async function prepareWork(
  deps: Pick<Deps, 'evidence'>,
  message: InboxMessage,
  carriers: Message<unknown>[],
): Promise<Work> {
  const work: Work = { message, carriers, events: [], repeated: 0, dead: [], oversizedIds: [], inert: false };
  const seen = new Set<string>();
  for (const [index, raw] of message.events.entries()) {
    const reference = oversizedReference(raw);
    const expanded = reference === null ? raw : await readOversized(deps, message.tenantId, reference);
    if (reference !== null) work.oversizedIds.push(reference);
    const read = toCanonicalEvent(message.tenantId, message.sourceId, expanded, message.receivedAt);
    if ('ok' in read) {
      if (seen.has(read.ok.id)) work.repeated++;
      else work.events.push(read.ok);
      seen.add(read.ok.id);
      continue;
    }
    const lost = reference !== null && expanded === undefined;
    work.dead.push({
      id: derivedId('ded', message.tenantId, message.id, String(index)),
      reason: lost ? 'event.oversized_lost' : read.bad.reason,
      detail: lost ? 'The event was too large for the queue, and what was kept of it is gone.' : read.bad.detail,
      payload: bodyText(expanded ?? raw),
    });
  }
  // an oversized copy is still to be removed
  work.inert = work.oversizedIds.length === 0 && !haveEffects(message.tenantId, message.sourceId, work.events);
  return work;
}

/** Undefined when it is not there: its delivery was processed before, or retention took it. */
async function readOversized(deps: Pick<Deps, 'evidence'>, tenantId: string, id: string): Promise<unknown> {
  const row = await deps
    .evidence(tenantId)
    .prepare('SELECT payload FROM oversized_events WHERE tenant_id = ?1 AND id = ?2')
    .bind(tenantId, id)
    .first<{ payload: string }>();
  return row ? JSON.parse(row.payload) : undefined;
}
