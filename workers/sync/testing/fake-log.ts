import type { CanonicalEvent, EventParty } from '../../inbox/event.ts';
import { effectsOf } from '../../sources/okta/event-effects.ts';
import type { Harness } from './harness.ts';
import { refreshNow } from './refresh-queue.ts';

/**
 * Tests only: an event of the log as the inbox takes it: stored, its delta applied, and (`refresh`) what it wants to
 * know read from the source.
 */
export async function happen(
  h: Harness,
  type: string,
  targets: [type: string, id: string][],
  options: { refresh?: boolean } = {},
): Promise<void> {
  const uuid = crypto.randomUUID();
  const party = ([kind, id]: [string, string]): EventParty => ({ id, type: kind, name: id, alternateId: id });
  const event: CanonicalEvent = {
    id: `evt_${uuid}`,
    sourceId: h.sourceId,
    uuid,
    type,
    publishedAt: h.clock.now(),
    actor: null,
    targets: targets.map(party),
    outcome: { result: 'SUCCESS', reason: null },
    severity: null,
    displayMessage: null,
    clientIp: null,
    transactionId: null,
    body: {},
  };
  await h.deps
    .evidence(h.tenantId)
    .prepare(
      `INSERT INTO events (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels, delivery_id, targets, body)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 4, 'inb_1', ?7, '{}')`,
    )
    .bind(h.tenantId, event.id, h.sourceId, uuid, type, event.publishedAt, JSON.stringify(event.targets))
    .run();
  const { delta, refresh } = effectsOf({ tenantId: h.tenantId, sourceId: h.sourceId, events: [event] });
  await h.graph.applyDelta(delta);
  if (options.refresh) await refreshNow(h, refresh);
}
