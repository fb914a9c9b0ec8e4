import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { conflict, invalidRequest, notFound, PosternError } from '../platform/errors.ts';
import { getDelivery } from './deliveries.repository.ts';
import type { Delivery } from './delivery.ts';
import { deadLetterIdOf } from './delivery-store.ts';
import { getIntegration } from './integrations.repository.ts';
import { parseQueueMessage } from './message.ts';
import { publishIssueChange, sendToOutbound } from './publish.ts';

/**
 * Sends a delivery once more, whatever became of it, with the same body and the same `webhook-id`; all attempts are
 * allowed again. Its dead letter, if there is one, is closed. Throws `not_found`, and `conflict` when the integration is
 * removed or switched off.
 */
export async function replayDelivery(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
): Promise<Delivery> {
  const delivery = await getDelivery(deps, tenantId, id);
  await requireLiveIntegration(deps, tenantId, delivery.integrationId);
  const now = deps.clock.now();
  const db = deps.evidence(tenantId);
  await db.batch([
    db
      .prepare(
        `UPDATE deliveries SET status = 'pending', attempts = 0, next_attempt_at = ?3, delivered_at = NULL,
           response_status = NULL, error = NULL
         WHERE tenant_id = ?1 AND id = ?2`,
      )
      .bind(tenantId, id, now),
    db
      .prepare(
        `UPDATE dead_letters SET status = 'replayed', resolved_at = ?3, resolved_by = ?4
         WHERE tenant_id = ?1 AND id = ?2 AND status = 'open'`,
      )
      .bind(tenantId, deadLetterIdOf(tenantId, id), now, principal.id),
  ]);
  await audit(deps, tenantId, principal, { action: 'delivery.replay', targetKind: 'delivery', targetId: id });
  await sendToOutbound(deps, [{ v: 1, tenantId, retry: [id] }], 0);
  return getDelivery(deps, tenantId, id);
}

/**
 * Takes up the payload of a dead letter of the queue `outbound` again: a change of an issue goes back on the queue, a
 * delivery that was given up is replayed. Throws `invalid_request` when it is neither, or of another tenant.
 */
export async function replayOutboundPayload(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  payload: string,
): Promise<void> {
  const message = parseQueueMessage(jsonOrNull(payload));
  if (!message || message.tenantId !== tenantId) {
    throw invalidRequest({ detail: 'This dead letter cannot be replayed: discard it.' });
  }
  if (!('retry' in message)) return publishIssueChange(deps, [message]);
  for (const id of message.retry) await replayDelivery(deps, tenantId, principal, id);
}

async function requireLiveIntegration(deps: Deps, tenantId: string, integrationId: string): Promise<void> {
  try {
    const integration = await getIntegration(deps, tenantId, integrationId);
    if (integration.status !== 'disabled') return;
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== notFound().code) throw error;
    throw conflict({ detail: 'The integration of this delivery was removed.' });
  }
  throw conflict({ detail: 'The integration is switched off: switch it on first.' });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
