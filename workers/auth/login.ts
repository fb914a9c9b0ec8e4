import { and, eq, lte } from 'drizzle-orm';
import { loginFailures, OPERATOR_TENANT, sessions, tenants, users } from '../../db/control/schema.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { audit } from './audit.ts';
import { loginFailed, tenantSuspended } from './auth.errors.ts';
import { countAttempt, emailHash } from './login-throttle.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { newSession } from './sessions.repository.ts';
import { findUserByEmail, principalOf, type UserRow } from './users.repository.ts';

export interface LoginResult {
  token: string;
  expiresAt: Millis;
  user: UserRow;
}

/**
 * Opens a session. Throws `login.failed` for an unknown address, a wrong password and a disabled user alike (each costs
 * one key derivation), `login.throttled`, and `tenant.suspended` to somebody who knows the password.
 */
export async function login(
  deps: Pick<Deps, 'control' | 'evidence' | 'clock' | 'ids'>,
  input: { email: string; password: string; ip?: string | null },
  verify: typeof verifyPassword = verifyPassword,
): Promise<LoginResult> {
  const email = input.email.trim().toLowerCase();
  await countAttempt(deps, email);
  const user = await findUserByEmail(deps, email);
  const { ok, outdated } = await verify(input.password, user?.passwordHash ?? null);
  if (!user || !ok || user.disabledAt !== null) throw loginFailed();
  if (user.tenantId !== OPERATOR_TENANT) {
    const tenant = await deps.control.select().from(tenants).where(eq(tenants.id, user.tenantId)).get();
    if (tenant?.status !== 'active') throw tenantSuspended();
  }

  const now = deps.clock.now();
  const { token, row } = newSession(user.tenantId, user.id, now);
  const changes = { lastLoginAt: now, ...(outdated && { passwordHash: await hashPassword(input.password) }) };
  const own = and(eq(sessions.tenantId, user.tenantId), eq(sessions.userId, user.id), lte(sessions.expiresAt, now));
  await deps.control.batch([
    deps.control.insert(sessions).values(row),
    deps.control
      .update(users)
      .set(changes)
      .where(and(eq(users.tenantId, user.tenantId), eq(users.id, user.id))),
    deps.control.delete(sessions).where(own),
    deps.control.delete(loginFailures).where(eq(loginFailures.emailHash, emailHash(email))),
  ]);
  await audit(deps, user.tenantId, principalOf(user), {
    action: 'session.create',
    targetKind: 'user',
    targetId: user.id,
    ip: input.ip ?? null,
  });
  return { token, expiresAt: row.expiresAt, user };
}
