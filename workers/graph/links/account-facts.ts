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
  /** Native ids of the same person's accounts in other sources, as apps that provision them know them. */
  linked: string[];
  created: Millis | null;
  /** Since when it is deprovisioned; null: it is not. */
  ended: Millis | null;
}

export type FactsQuery =
  | { accountIds: string[] }
  /** In the order of their ids, `limit` at most. */
  | { sourceId: string; after: string; limit: number };

/** What an org-to-org app knows of the account it made: the id of a user in the other org. */
const OKTA_USER = '00u*';

/** Accounts that only an event named so far say nothing yet. */
export function readAccountFacts(tx: Tx, query: FactsQuery): AccountFacts[] {
  const rows =
    'accountIds' in query
      ? tx.raw<[string, string, string, string]>(
          `SELECT n.id, n.source_id, n.native_id, n.attributes FROM json_each(?) j
           CROSS JOIN node n ON n.id = j.value AND n.kind = 'account' AND n.stub = 0 ORDER BY n.id`,
          set(query.accountIds),
        )
      : tx.raw<[string, string, string, string]>(
          `SELECT id, source_id, native_id, attributes FROM node
           WHERE id > ?1 AND id < 'acc\`' AND source_id = ?2 AND stub = 0 ORDER BY id LIMIT ?3`,
          query.after === '' ? 'acc_' : query.after,
          query.sourceId,
          query.limit,
        );
  const linked = readLinked(
    tx,
    rows.map(([id]) => id),
  );
  return rows.map(([accountId, sourceId, nativeId, text]) => {
    const { status, email, emailVerified, employeeNumber, created, statusChanged } = parseAttributes(text);
    const ended = status === 'DEPROVISIONED' ? (numberOf(statusChanged) ?? numberOf(created) ?? 0) : null;
    return {
      accountId,
      sourceId,
      nativeId,
      mail: textOf(email),
      mailVerified: typeof emailVerified === 'boolean' ? emailVerified : null,
      employeeNumber: textOf(employeeNumber),
      linked: linked.get(accountId) ?? [],
      created: numberOf(created),
      ended,
    };
  });
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
