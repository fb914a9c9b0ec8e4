import { nodeId } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { Page } from '../platform/pagination.ts';
import { lastUsesOf } from '../usage/last-use.repository.ts';
import type { DiscoveredApp } from './app.ts';
import { type AppUser, usersOf } from './consents.repository.ts';

/**
 * Accounts seen with an app. The page is cut by the coarse times that the rows keep; what is shown of each comes from
 * the usage where the app is known to it, and a page is in the order of that.
 */
export async function appUsers(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  app: DiscoveredApp,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<AppUser>> {
  const { data, next } = await usersOf(deps, tenantId, app.id, query);
  const uses =
    app.nativeId === ''
      ? new Map<string, Millis>()
      : await lastUsesOf(
          deps,
          tenantId,
          nodeId('app', app.sourceId, app.nativeId),
          data.map(({ accountId }) => accountId),
        );
  const users = data.map((user) => withTimes(app, user, uses.get(user.accountId) ?? 0));
  return { data: users.sort((a, b) => b.lastSeen - a.lastSeen || (a.accountId < b.accountId ? 1 : -1)), next };
}

function withTimes(app: DiscoveredApp, user: AppUser, lastUse: Millis): AppUser {
  // nobody was seen with it before it was seen itself, which is known to the hour
  const firstSeen = Math.max(user.firstSeen, app.firstSeen);
  const usedAt = Math.max(user.usedAt, lastUse);
  const { lastSeen, assignedAt, unassignedAt, grantedAt } = user;
  return {
    ...user,
    firstSeen,
    usedAt: usedAt === 0 ? 0 : Math.max(usedAt, firstSeen),
    lastSeen: Math.max(lastSeen, firstSeen, usedAt, assignedAt, unassignedAt, grantedAt),
  };
}
