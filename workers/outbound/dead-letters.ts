import { OPERATOR_TENANT } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { derivedId } from '../platform/ids.ts';

export interface UndeliverableMessage {
  /** Of the queue message: the same message is stored once. */
  messageId: string;
  body: unknown;
  reason: 'message.malformed' | 'attempts_exhausted';
  detail: string;
}

const MAX_PAYLOAD_CHARS = 128_000;

/** Keeps queue messages that could not be processed. One whose tenant cannot be read belongs to the operator. */
export async function storeDeadMessages(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  messages: UndeliverableMessage[],
): Promise<void> {
  const byShard = new Map<D1Database, object[]>();
  for (const { messageId, body, reason, detail } of messages) {
    const tenantId = tenantOf(body);
    const db = deps.evidence(tenantId);
    const payload = (JSON.stringify(body) ?? 'null').slice(0, MAX_PAYLOAD_CHARS);
    const row = { tenantId, id: derivedId('ded', tenantId, 'outbound-message', messageId), reason, detail, payload };
    byShard.set(db, [...(byShard.get(db) ?? []), row]);
  }
  for (const [db, rows] of byShard) {
    await db
      .prepare(
        `INSERT INTO dead_letters (tenant_id, id, queue, reason, detail, payload, created_at, status)
         SELECT value ->> '$.tenantId', value ->> '$.id', 'outbound', value ->> '$.reason', value ->> '$.detail',
           value ->> '$.payload', ?2, 'open'
         FROM json_each(?1) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(rows), deps.clock.now())
      .run();
  }
}

function tenantOf(body: unknown): string {
  const tenantId = typeof body === 'object' && body !== null && 'tenantId' in body ? body.tenantId : null;
  return typeof tenantId === 'string' && tenantId.length > 0 && tenantId.length <= 80 ? tenantId : OPERATOR_TENANT;
}
