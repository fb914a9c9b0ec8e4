import type { Changed } from './changed.ts';
import { set, type Tx } from './tx.ts';

/** Stored for an account that never signed in, so that it has a place in the order by last sign-in. */
export const NEVER = -1;

/** Last sign-ins. They only move forward: a page may be older than an event, and a source answers late. */
export function writeActivity(tx: Tx, items: { accountId: string; lastLogin: unknown }[], changed: Changed): void {
  if (items.length === 0) return;
  const written = tx.raw<[string]>(
    `INSERT INTO activity (account_id, last_login) SELECT value->>0, value->>1 FROM json_each(?) WHERE true
     ON CONFLICT (account_id) DO UPDATE SET last_login = excluded.last_login
     WHERE excluded.last_login > activity.last_login
     RETURNING account_id`,
    set(items.map((item) => [item.accountId, typeof item.lastLogin === 'number' ? item.lastLogin : NEVER])),
  );
  for (const [id] of written) changed.accounts.add(id);
}

/** Last sign-ins of those accounts that ever signed in. */
export function readActivity(tx: Tx, accountIds: string[]): Map<string, number> {
  return new Map(
    tx.raw<[string, number]>(
      `SELECT a.account_id, a.last_login FROM json_each(?) j CROSS JOIN activity a ON a.account_id = j.value
       WHERE a.last_login > ?`,
      set(accountIds),
      NEVER,
    ),
  );
}

export function deleteActivity(tx: Tx, accountIds: string[]): void {
  tx.run('DELETE FROM activity WHERE account_id IN (SELECT value FROM json_each(?))', set(accountIds));
}
