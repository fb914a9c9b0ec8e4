import { and, eq, gt, lte } from 'drizzle-orm';
import { loginFailures, sessions, tenants, users } from '../../db/control/schema.ts';
import { HOUR, type Millis } from '../platform/clock.ts';
import { randomSecret, sha256Hex } from '../platform/crypto.ts';
import type { ControlDb, Deps } from '../platform/deps.ts';
import { FAILURE_WINDOW } from './login-throttle.ts';

export const SESSION_PREFIX = 'pss';
export const SESSION_LIFE = 12 * HOUR;

/** A new session and its row; the token is shown once and stored as its hash. */
export function newSession(tenantId: string, userId: string, now: Millis) {
  const token = randomSecret(SESSION_PREFIX);
  const row: typeof sessions.$inferInsert = {
    hash: sha256Hex(token),
    tenantId,
    userId,
    createdAt: now,
    expiresAt: now + SESSION_LIFE,
  };
  return { token, row };
}

/** The user behind a session token and the state of the tenant; undefined when it expired or was never there. */
export function findSession(deps: Pick<Deps, 'control' | 'clock'>, token: string) {
  return deps.control
    .select({ user: users, tenantStatus: tenants.status })
    .from(sessions)
    .innerJoin(users, and(eq(users.tenantId, sessions.tenantId), eq(users.id, sessions.userId)))
    .leftJoin(tenants, eq(tenants.id, sessions.tenantId))
    .where(and(eq(sessions.hash, sha256Hex(token)), gt(sessions.expiresAt, deps.clock.now())))
    .get();
}

/** Ends one session. Returns false when there was none. */
export async function endSession(deps: Pick<Deps, 'control'>, tenantId: string, token: string): Promise<boolean> {
  const ended = await deps.control
    .delete(sessions)
    .where(and(eq(sessions.hash, sha256Hex(token)), eq(sessions.tenantId, tenantId)))
    .returning({ hash: sessions.hash });
  return ended.length > 0;
}

/** The statement that ends every session of a user, for a batch. */
export function endUserSessions(control: ControlDb, tenantId: string, userId: string) {
  return control.delete(sessions).where(and(eq(sessions.tenantId, tenantId), eq(sessions.userId, userId)));
}

/** Daily housekeeping over all tenants: sessions that expired and throttling windows that passed. */
export async function purgeAuth(deps: Pick<Deps, 'control' | 'clock'>): Promise<void> {
  const now = deps.clock.now();
  await deps.control.batch([
    deps.control.delete(sessions).where(lte(sessions.expiresAt, now)),
    deps.control.delete(loginFailures).where(lte(loginFailures.windowStartedAt, now - FAILURE_WINDOW)),
  ]);
}
