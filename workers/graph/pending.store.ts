import { DAY, type Millis } from '../platform/clock.ts';
import type { GraphNode } from './model.ts';
import { SIGNAL_RETENTION_DAYS } from './signal.ts';
import { canonicalJson } from './text.ts';
import { set, type Tx } from './tx.ts';

/** Field → when an event set it, and to what. */
export type PendingFields = Record<string, [Millis, unknown]>;

export function readPending(tx: Tx, accountIds: Iterable<string>): Map<string, PendingFields> {
  return new Map(
    tx
      .raw<[string, string]>(
        `SELECT p.account_id, p.fields FROM json_each(?) j CROSS JOIN pending_patch p ON p.account_id = j.value`,
        set(accountIds),
      )
      .map(([id, fields]) => [id, JSON.parse(fields) as PendingFields]),
  );
}

/** The patches that waited for these accounts, which are now being made. */
export function takePending(tx: Tx, accountIds: string[]): Map<string, PendingFields> {
  const pending = accountIds.length > 0 ? readPending(tx, accountIds) : new Map<string, PendingFields>();
  deletePending(tx, [...pending.keys()]);
  return pending;
}

export function writePending(tx: Tx, items: { accountId: string; fields: PendingFields }[]): void {
  if (items.length === 0) return;
  tx.run(
    `INSERT INTO pending_patch (account_id, at, fields) SELECT value->>0, value->>1, value->>2 FROM json_each(?)
     WHERE true ON CONFLICT (account_id) DO UPDATE SET at = excluded.at, fields = excluded.fields`,
    set(
      items.map(({ accountId, fields }) => [
        accountId,
        Math.max(...Object.values(fields).map(([at]) => at)),
        canonicalJson(fields),
      ]),
    ),
  );
}

function deletePending(tx: Tx, accountIds: string[]): void {
  if (accountIds.length === 0) return;
  tx.run('DELETE FROM pending_patch WHERE account_id IN (SELECT value FROM json_each(?))', set(accountIds));
}

/** The last sign-in of an account that is made: its own, or one that waited for it. */
export function lastLoginOf(account: GraphNode, pending: PendingFields | undefined): number | null {
  const known = [account.attributes.lastLogin, pending?.lastLogin?.[1]].filter((at) => typeof at === 'number');
  return known.length > 0 ? Math.max(...known) : null;
}

/** Fields that are to be laid over an account, with their times. The last sign-in has a place of its own. */
export function overlayFrom(pending: PendingFields | undefined, after: Millis): PendingFields {
  return Object.fromEntries(
    Object.entries(pending ?? {}).filter(([field, [at]]) => field !== 'lastLogin' && at > after),
  );
}

/** Forgets patches of accounts that never came. */
export function prunePending(tx: Tx, now: Millis): void {
  tx.run('DELETE FROM pending_patch WHERE at < ?', now - SIGNAL_RETENTION_DAYS * DAY);
}
