import type { Millis } from '../../platform/clock.ts';
import { parseAttributes } from '../nodes.store.ts';
import { set, type Tx } from '../tx.ts';

/** What accounts of one person may have in common, as their source says it. */
export interface AccountFacts {
  accountId: string;
  sourceId: string;
  nativeId: string;
  mail: string | null;
  /** Whether the source has verified the mail; null: it does not say. */
  mailVerified: boolean | null;
  employeeNumber: string | null;
  login: string | null;
  /** Who the profile says is the manager: an id of the source, a login, or a number of another system. */
  managerId: string | null;
  /** The directory that checks the account's password, as the profile names it; null where that is none of a domain. */
  providerName: string | null;
  /** Native ids of the same person's accounts in other sources, as apps that provision them know them. */
  linked: string[];
  created: Millis | null;
  /** Since when it is deprovisioned; null: it is not. */
  ended: Millis | null;
}

export type FactsQuery =
  | { accountIds: string[] }
  /** In the order of their ids, `limit` at most. `naming`: only those whose profile names a manager or a domain. */
  | { sourceId: string; after: string; limit: number; naming?: boolean }
  /** Accounts of a source whose login is one of these, or whose profile has one of these for its manager. */
  | { sourceId: string; by: 'login' | 'managerId'; names: string[] };

/** What an org-to-org app knows of the account it made: the id of a user in the other org. */
const OKTA_USER = '00u*';

/** Accounts that only an event named so far say nothing yet. */
export function readAccountFacts(tx: Tx, query: FactsQuery): AccountFacts[] {
  const rows = readRows(tx, query);
  const linked = readLinked(
    tx,
    rows.map(([id]) => id),
  );
  return rows.map(([accountId, sourceId, nativeId, text]) => {
    const { status, email, emailVerified, employeeNumber, login, managerId, providerName, created, statusChanged } =
      parseAttributes(text);
    const ended = status === 'DEPROVISIONED' ? (numberOf(statusChanged) ?? numberOf(created) ?? 0) : null;
    return {
      accountId,
      sourceId,
      nativeId,
      mail: textOf(email),
      mailVerified: typeof emailVerified === 'boolean' ? emailVerified : null,
      employeeNumber: textOf(employeeNumber),
      login: textOf(login),
      managerId: textOf(managerId),
      providerName: textOf(providerName),
      linked: linked.get(accountId) ?? [],
      created: numberOf(created),
      ended,
    };
  });
}

type AccountRow = [id: string, source: string, nativeId: string, attributes: string];

function readRows(tx: Tx, query: FactsQuery): AccountRow[] {
  if ('accountIds' in query) {
    return tx.raw<AccountRow>(
      `SELECT n.id, n.source_id, n.native_id, n.attributes FROM json_each(?) j
       CROSS JOIN node n ON n.id = j.value AND n.kind = 'account' AND n.stub = 0 ORDER BY n.id`,
      set(query.accountIds),
    );
  }
  if ('names' in query) {
    return tx.raw<AccountRow>(
      `SELECT id, source_id, native_id, attributes FROM node
       WHERE id > 'acc_' AND id < 'acc\`' AND source_id = ?1 AND stub = 0
         AND ${nameIn(query.by)} IN (SELECT value FROM json_each(?2)) ORDER BY id`,
      query.sourceId,
      set(query.names.map(loginKey)),
    );
  }
  return tx.raw<AccountRow>(
    `SELECT id, source_id, native_id, attributes FROM node
     WHERE id > ?1 AND id < 'acc\`' AND source_id = ?2 AND stub = 0
       AND (?4 = 0 OR coalesce(attributes->>'managerId', attributes->>'providerName', '') <> '') ORDER BY id LIMIT ?3`,
    query.after === '' ? 'acc_' : query.after,
    query.sourceId,
    query.limit,
    query.naming ? 1 : 0,
  );
}

/** Okta's logins are the same in any case; SQLite folds the letters of ASCII only, and so does `loginKey`. */
const nameIn = (by: 'login' | 'managerId') => `lower(trim(attributes->>'${by}'))`;

/** A login as it is compared. */
export function loginKey(name: string): string {
  return name.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function readLinked(tx: Tx, accountIds: string[]): Map<string, string[]> {
  const linked = new Map<string, string[]>();
  for (const [id, external] of tx.raw<[string, string]>(
    `SELECT DISTINCT e.from_id, e.attributes->>'externalId' FROM json_each(?) j
     CROSS JOIN edge_row e ON e.from_id = j.value AND e.kind = 'ASSIGNED_TO'
     WHERE e.attributes->>'externalId' GLOB '${OKTA_USER}' ORDER BY 1, 2`,
    set(accountIds),
  )) {
    linked.set(id, [...(linked.get(id) ?? []), external]);
  }
  return linked;
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
