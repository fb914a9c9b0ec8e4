import type { InboxMessage } from '../inbox/event.ts';
import { jsonParameters } from '../inbox/json-parameters.ts';
import { oversizedReference } from '../inbox/message.ts';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { archivingTenants } from './settings.ts';

/** A delivery that is recorded was staged before, unless it was recorded while the archive was off. */
const NOT_RECORDED = `NOT EXISTS (
  SELECT 1 FROM inbox i WHERE i.tenant_id = d.value->>0 AND i.id = d.value->>1 AND i.status <> 'spooled')`;

const STAGE = `
INSERT INTO archive_staged (tenant_id, delivery_id, part, day, events, payload)
SELECT d.value->>0, d.value->>1, 0, d.value->>2, d.value->>3, d.value->>4 FROM json_each(?1) d
WHERE ${NOT_RECORDED} ON CONFLICT (tenant_id, delivery_id, part) DO NOTHING`;

/** Large events are copied inside the database: 3 is the part, 4 the id. */
const STAGE_LARGE = `
INSERT INTO archive_staged (tenant_id, delivery_id, part, day, events, payload)
SELECT d.value->>0, d.value->>1, d.value->>3, d.value->>2, 1, o.payload || char(10)
FROM json_each(?1) d JOIN oversized_events o ON o.tenant_id = d.value->>0 AND o.id = d.value->>4
WHERE ${NOT_RECORDED} ON CONFLICT (tenant_id, delivery_id, part) DO NOTHING`;

/**
 * Puts the events of deliveries, as they were received, aside for the archive: before they are recorded, so that none
 * is forgotten; a delivery that comes again is not put aside again. Costs nothing where no tenant archives, and one
 * statement a batch where some do.
 */
export async function stageForArchive(
  deps: Pick<Deps, 'archive' | 'control' | 'clock' | 'evidence'>,
  messages: readonly InboxMessage[],
): Promise<void> {
  if (!deps.archive || messages.length === 0) return;
  const tenants = await archivingTenants(deps, new Set(messages.map((message) => message.tenantId)));
  if (tenants.size === 0) return;
  const databases = new Map<D1Database, InboxMessage[]>();
  for (const message of messages) {
    if (!tenants.has(message.tenantId)) continue;
    const db = deps.evidence(message.tenantId);
    databases.set(db, [...(databases.get(db) ?? []), message]);
  }
  for (const [db, own] of databases) {
    const statements = [
      ...jsonParameters(own.flatMap(ordinary)).map((json) => db.prepare(STAGE).bind(json)),
      ...jsonParameters(own.flatMap(large)).map((json) => db.prepare(STAGE_LARGE).bind(json)),
    ];
    if (statements.length > 0) await db.batch(statements);
  }
}

function ordinary(message: InboxMessage): unknown[] {
  const events = message.events.filter((event) => oversizedReference(event) === null);
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return events.length === 0 ? [] : [[message.tenantId, message.id, dayOf(message), events.length, lines]];
}

function large(message: InboxMessage): unknown[] {
  return message.events.flatMap((event, index) => {
    const id = oversizedReference(event);
    return id === null ? [] : [[message.tenantId, message.id, dayOf(message), index + 1, id]];
  });
}

function dayOf({ receivedAt }: InboxMessage): string {
  return iso(receivedAt).slice(0, 10);
}
