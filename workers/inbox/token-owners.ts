import type { Deps } from '../platform/deps.ts';
import type { CanonicalEvent } from './event.ts';

/** The one type whose effects depend on what was stored before. */
export const REVOKED = 'system.api_token.revoke';

/**
 * Whose tokens are revoked: a revocation names the token, not its owner, and somebody else may do it. The owner is the
 * actor of the event that made the token, where we have it. Token's native id → user's native id.
 */
export async function tokenOwners(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  events: CanonicalEvent[],
): Promise<Map<string, string>> {
  const tokens = events
    .filter((event) => event.type === REVOKED)
    .flatMap((event) => event.targets.filter((target) => target.type === 'Token').map((target) => target.id));
  if (tokens.length === 0) return new Map();
  const sourceIds = events.map((event) => event.sourceId);
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT t.target_id AS token, e.actor_id AS owner FROM json_each(?2) k
       CROSS JOIN event_targets t ON t.tenant_id = ?1 AND t.target_id = k.value
       CROSS JOIN events e ON e.tenant_id = t.tenant_id AND e.id = t.event_id
       WHERE e.type = 'system.api_token.create' AND e.source_id = ?3 AND e.actor_type = 'User'`,
    )
    .bind(tenantId, JSON.stringify([...new Set(tokens)]), sourceIds[0] ?? '')
    .all<{ token: string; owner: string }>();
  return new Map(results.map(({ token, owner }) => [token, owner]));
}
