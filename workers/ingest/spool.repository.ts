import type { Channel } from '../inbox/event.ts';
import { jsonParameters } from '../inbox/json-parameters.ts';
import { sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { derivedId } from '../platform/ids.ts';

/** What a dead letter keeps of an event that no row can hold. */
export const KEPT_OF_TOO_LARGE = 64_000;

interface Origin {
  tenantId: string;
  sourceId: string;
  channel: Channel;
  receivedAt: number;
}

export interface SpooledMessage {
  id: string;
  json: string;
  /** Events of the message and, of those, how many are only counted. */
  events: number;
  ignored: number;
}

/** Keeps messages in the inbox table before they are queued: the local runtime's queue forgets on a crash. */
export async function spoolMessages(
  deps: Pick<Deps, 'evidence'>,
  origin: Origin,
  messages: SpooledMessage[],
): Promise<void> {
  const db = deps.evidence(origin.tenantId);
  const insert = db.prepare(
    `INSERT INTO inbox (tenant_id, id, source_id, channel, received_at, status, events, accepted, ignored, payload)
     SELECT ?1, value->>0, ?2, ?3, ?4, 'spooled', value->>2, (value->>2) - (value->>3), value->>3, value->>1
     FROM json_each(?5) WHERE true ON CONFLICT (tenant_id, id) DO NOTHING`,
  );
  const rows = messages.map(({ id, json, events, ignored }) => [id, json, events, ignored]);
  const { tenantId, sourceId, channel, receivedAt } = origin;
  await db.batch(jsonParameters(rows).map((json) => insert.bind(tenantId, sourceId, channel, receivedAt, json)));
}

/** Stores events too large for a message, under the ids that the messages refer to. Few: each is over 60 KB. */
export async function storeOversized(
  deps: Pick<Deps, 'evidence'>,
  origin: Origin,
  events: { id: string; json: string }[],
): Promise<void> {
  const db = deps.evidence(origin.tenantId);
  const insert = db.prepare(
    `INSERT INTO oversized_events (tenant_id, id, received_at, payload) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (tenant_id, id) DO NOTHING`,
  );
  await db.batch(events.map(({ id, json }) => insert.bind(origin.tenantId, id, origin.receivedAt, json)));
}

/** Puts events that no row can hold into the dead letters, cut. The same event again is the same dead letter. */
export async function deadLetterTooLarge(
  deps: Pick<Deps, 'evidence'>,
  origin: Origin,
  events: { json: string; bytes: number }[],
): Promise<void> {
  const db = deps.evidence(origin.tenantId);
  const insert = db.prepare(
    `INSERT INTO dead_letters (tenant_id, id, source_id, queue, channel, reason, detail, payload, created_at)
     VALUES (?1, ?2, ?3, 'inbox', ?4, 'event.too_large', ?5, ?6, ?7) ON CONFLICT (tenant_id, id) DO NOTHING`,
  );
  const { tenantId, sourceId, channel, receivedAt } = origin;
  await db.batch(
    events.map(({ json, bytes }) =>
      insert.bind(
        tenantId,
        derivedId('ded', tenantId, sourceId, 'event.too_large', sha256Hex(json)),
        sourceId,
        channel,
        `The event has ${bytes} bytes of JSON; only its beginning is kept. Look at it in the source's own log.`,
        json.slice(0, KEPT_OF_TOO_LARGE),
        receivedAt,
      ),
    ),
  );
}
