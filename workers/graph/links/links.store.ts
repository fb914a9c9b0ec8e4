import type { Millis } from '../../platform/clock.ts';
import { set, type Tx } from '../tx.ts';

/** How an account came to be joined with others of its person. */
export const LINK_WAYS = ['mail', 'employee_number', 'source_link', 'manual'] as const;
export type LinkWay = (typeof LINK_WAYS)[number];

/** Why an account belongs to an identity that is not its own. */
export interface AccountLink {
  /** The account whose own identity it is. */
  homeId: string;
  how: LinkWay;
  /** A sentence for people. */
  reason: string;
  /** Who joined it by hand; null: the rules. */
  by: string | null;
  at: Millis;
}

/** As a shard keeps it. */
export interface StoredLink extends AccountLink {
  accountId: string;
  identityId: string;
}

/** Whether any account here is (or was) joined: most graphs have none, and then nothing else is asked. */
export function hasLinks(tx: Tx): boolean {
  return tx.first('SELECT 1 FROM account_link LIMIT 1') !== null;
}

/** The links of accounts that are joined, by account. */
export function readLinks(tx: Tx, accountIds: Iterable<string>): Map<string, StoredLink> {
  const rows = tx.raw<[string, string, string, LinkWay, string, string | null, number]>(
    `SELECT l.account_id, l.home_id, l.identity_id, l.how, l.reason, l.set_by, l.at
     FROM json_each(?) j CROSS JOIN account_link l ON l.account_id = j.value AND l.home_id IS NOT NULL`,
    set(accountIds),
  );
  return new Map(
    rows.map(([accountId, homeId, identityId, how, reason, by, at]) => [
      accountId,
      { accountId, homeId, identityId, how, reason, by, at },
    ]),
  );
}

/** Accounts with all that share their identity with them, joined or home, whether they are here or not. */
export function withKin(tx: Tx, accountIds: readonly string[]): string[] {
  if (accountIds.length === 0 || !hasLinks(tx)) return [...accountIds];
  const homes = tx.raw<[string]>(
    `SELECT coalesce(l.home_id, j.value) FROM json_each(?) j
     LEFT JOIN account_link l ON l.account_id = j.value`,
    set(accountIds),
  );
  const ids = new Set([...accountIds, ...homes.map(([id]) => id)]);
  const joined = tx.raw<[string]>(
    `SELECT l.account_id FROM json_each(?) j
     CROSS JOIN account_link l INDEXED BY account_link_home ON l.home_id = j.value AND l.home_id IS NOT NULL`,
    set(new Set(homes.map(([id]) => id))),
  );
  for (const [id] of joined) ids.add(id);
  return [...ids].sort();
}

/** The same again writes nothing. `link` null: the account is of its own identity, and stays where it is placed. */
export function writeLinks(
  tx: Tx,
  rows: { accountId: string; placeId: string; link: (AccountLink & { identityId: string }) | null; at: Millis }[],
): void {
  if (rows.length === 0) return;
  tx.run(
    `INSERT INTO account_link (account_id, place_id, home_id, identity_id, how, reason, set_by, at)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
     FROM json_each(?) WHERE true
     ON CONFLICT (account_id) DO UPDATE SET
       place_id = excluded.place_id, home_id = excluded.home_id, identity_id = excluded.identity_id,
       how = excluded.how, reason = excluded.reason, set_by = excluded.set_by, at = excluded.at
     WHERE (excluded.place_id, excluded.home_id, excluded.identity_id, excluded.how, excluded.reason, excluded.set_by)
       IS NOT (account_link.place_id, account_link.home_id, account_link.identity_id, account_link.how,
               account_link.reason, account_link.set_by)`,
    set(
      rows.map(({ accountId, placeId, link, at }) => [
        accountId,
        placeId,
        link?.homeId ?? null,
        link?.identityId ?? null,
        link?.how ?? null,
        link?.reason ?? null,
        link?.by ?? null,
        link?.at ?? at,
      ]),
    ),
  );
}
