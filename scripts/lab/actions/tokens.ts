import { DAY } from '../core/clock.ts';
import type { ApiToken, User } from '../world/model.ts';
import { emit, type Org, type Origin } from './org.ts';

const IDLE_LIFE = 30 * DAY;

/** Creates an API token of a user. */
export function createToken(org: Org, origin: Origin, user: User, name: string): ApiToken {
  const now = org.clock.now();
  const token: ApiToken = {
    id: org.ids.next('00T'),
    name,
    userId: user.id,
    created: now,
    lastUpdated: now,
    expiresAt: now + IDLE_LIFE,
  };
  org.world.tokens.set(token.id, token);
  emit(org, origin, { type: 'system.api_token.create', targets: [tokenTarget(token)] });
  return token;
}

/** A token lives on for 30 days after each use. */
export function useToken(org: Org, token: ApiToken): void {
  token.expiresAt = org.clock.now() + IDLE_LIFE;
  token.lastUpdated = org.clock.now();
}

export function revokeToken(org: Org, origin: Origin, token: ApiToken): void {
  org.world.tokens.delete(token.id);
  for (const [secret, id] of org.world.tokenSecrets) {
    if (id === token.id) org.world.tokenSecrets.delete(secret);
  }
  emit(org, origin, { type: 'system.api_token.revoke', targets: [tokenTarget(token)] });
}

function tokenTarget(token: ApiToken) {
  return { id: token.id, type: 'Token', alternateId: 'unknown', displayName: token.name, detailEntry: null };
}
