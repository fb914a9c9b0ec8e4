import { CHANNEL_BITS, type EventParty } from '../inbox/event.ts';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

interface EventRow {
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
}

/** The events that made an issue, oldest first, as the API shows events. Those past their retention are absent. */
export async function evidenceEvents({ evidence }: Pick<Deps, 'evidence'>, tenantId: string, ids: string[]) {
  if (ids.length === 0) return [];
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT id, source_id AS sourceId, uuid, type, published_at AS publishedAt, stored_at AS storedAt, channels,
         actor_id AS actorId, actor_type AS actorType, actor_name AS actorName,
         body ->> 'actorAlternateId' AS actorAlternateId, outcome,
         outcome_reason AS outcomeReason, severity, display_message AS displayMessage, client_ip AS clientIp,
         transaction_id AS transactionId, targets
       FROM events WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))
       ORDER BY published_at, id`,
    )
    .bind(tenantId, JSON.stringify(ids))
    .all<EventRow>();
  return results.map(presentEvent);
}

function presentEvent(row: EventRow) {
  const { id, uuid, type, severity, displayMessage, clientIp, transactionId } = row;
  const targets: EventParty[] = JSON.parse(row.targets);
  return {
    id,
    source: row.sourceId,
    uuid,
    type,
    published: iso(row.publishedAt),
    storedAt: iso(row.storedAt),
    channels: Object.entries(CHANNEL_BITS).flatMap(([name, bit]) => (row.channels & bit ? [name] : [])),
    actor:
      row.actorId === null
        ? null
        : { id: row.actorId, type: row.actorType ?? 'Unknown', name: row.actorName, alternateId: row.actorAlternateId },
    targets,
    outcome: row.outcome === null ? null : { result: row.outcome, reason: row.outcomeReason },
    severity,
    displayMessage,
    clientIp,
    transactionId,
  };
}
