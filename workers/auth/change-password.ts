import { and, eq, ne } from 'drizzle-orm';
import { loginFailures, sessions, users } from '../../db/control/schema.ts';
import { sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { audit } from './audit.ts';
import { passwordRefused } from './auth.errors.ts';
import { countAttempt, emailHash } from './login-throttle.ts';
import { checkNewPassword, hashPassword, verifyPassword } from './passwords.ts';
import type { Principal } from './principal.ts';
import { findUser } from './users.repository.ts';

/**
 * Gives a signed-in user a new password and ends its other sessions. Guessing the current one counts as a failed
 * log-in, so a stolen session is no way around the throttle. Throws `password.refused`, `login.throttled`.
 */
export async function changeOwnPassword(
  deps: Pick<Deps, 'control' | 'evidence' | 'clock' | 'ids'>,
  homeTenantId: string,
  by: Principal,
  input: { sessionToken: string; current: string; password: string },
): Promise<void> {
  const user = await findUser(deps, homeTenantId, by.id);
  const email = user?.email ?? '';
  checkNewPassword(input.password, email);
  await countAttempt(deps, email);
  const { ok } = await verifyPassword(input.current, user?.passwordHash ?? null);
  if (!user || !ok) throw passwordRefused({ detail: 'The current password is wrong.' });
  const passwordHash = await hashPassword(input.password);
  const self = and(eq(users.tenantId, homeTenantId), eq(users.id, user.id));
  const others = and(
    eq(sessions.tenantId, homeTenantId),
    eq(sessions.userId, user.id),
    ne(sessions.hash, sha256Hex(input.sessionToken)),
  );
  await deps.control.batch([
    deps.control.update(users).set({ passwordHash }).where(self),
    deps.control.delete(sessions).where(others),
    deps.control.delete(loginFailures).where(eq(loginFailures.emailHash, emailHash(email))),
  ]);
  await audit(deps, homeTenantId, by, { action: 'user.password', targetKind: 'user', targetId: user.id });
}
