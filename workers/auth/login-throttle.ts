import { eq, sql } from 'drizzle-orm';
import { loginFailures } from '../../db/control/schema.ts';
import { MINUTE, SECOND } from '../platform/clock.ts';
import { sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { loginThrottled } from './auth.errors.ts';

export const MAX_FAILURES = 10;
export const FAILURE_WINDOW = 15 * MINUTE;

export const emailHash = (email: string) => sha256Hex(email);

/**
 * Counts an attempt before the password is looked at, so that guesses sent at once cannot slip past the limit. A log-in
 * that succeeds forgets the count. Throws `login.throttled` (with `Retry-After`) beyond MAX_FAILURES in a window, and
 * writes nothing then.
 */
export async function countAttempt(deps: Pick<Deps, 'control' | 'clock'>, email: string): Promise<void> {
  const now = deps.clock.now();
  const hash = emailHash(email);
  const stale = sql`${loginFailures.windowStartedAt} <= ${now - FAILURE_WINDOW}`;
  const counted = await deps.control
    .insert(loginFailures)
    .values({ emailHash: hash, count: 1, windowStartedAt: now })
    .onConflictDoUpdate({
      target: loginFailures.emailHash,
      set: {
        count: sql`CASE WHEN ${stale} THEN 1 ELSE ${loginFailures.count} + 1 END`,
        windowStartedAt: sql`CASE WHEN ${stale} THEN ${now} ELSE ${loginFailures.windowStartedAt} END`,
      },
      setWhere: sql`${stale} OR ${loginFailures.count} < ${MAX_FAILURES}`,
    })
    .returning({ count: loginFailures.count });
  if (counted.length > 0) return;
  const row = await deps.control.select().from(loginFailures).where(eq(loginFailures.emailHash, hash)).get();
  const until = (row?.windowStartedAt ?? now) + FAILURE_WINDOW;
  throw loginThrottled({ retryAfter: Math.max(1, Math.ceil((until - now) / SECOND)) });
}
