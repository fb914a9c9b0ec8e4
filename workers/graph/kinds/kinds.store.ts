import type { AccountView } from '../../detections/types.ts';
import type { Millis } from '../../platform/clock.ts';
import { set, type Tx } from '../tx.ts';
import { type FoundKind, type IdentityKind, kindOf } from './rules.ts';

/** What the identity of an account is, and who said so; null: the rules. */
export interface StoredKind extends FoundKind {
  setBy: string | null;
}

export const HUMAN: StoredKind = { kind: 'human', reasons: [], setBy: null };

/** Of an identity with several accounts: what a person said, else what speaks against a person. */
export function kindAmong(kinds: readonly StoredKind[]): StoredKind {
  return kinds.find(({ setBy }) => setBy !== null) ?? kinds.find(({ kind }) => kind !== 'human') ?? HUMAN;
}

/** The kinds of accounts that are no person's, or that somebody set. */
export function readKinds(tx: Tx, accountIds: Iterable<string>): Map<string, StoredKind> {
  return new Map(
    tx
      .raw<[string, IdentityKind, string, string | null]>(
        `SELECT k.account_id, k.kind, k.reasons, k.set_by FROM json_each(?) j
         CROSS JOIN identity_kind k ON k.account_id = j.value`,
        set(accountIds),
      )
      .map(([id, kind, reasons, setBy]) => [id, { kind, reasons: JSON.parse(reasons) as string[], setBy }]),
  );
}

/** Brings the kinds of accounts up to date. What a person set stays; the same again writes nothing. */
export function storeKinds(tx: Tx, accountIds: string[], views: AccountView[], now: Millis): void {
  const stored = readKinds(tx, accountIds);
  const present = new Set(views.map((view) => view.accountId));
  const free = (id: string) => (stored.get(id)?.setBy ?? null) === null;
  const marked = markedAccounts(tx, views);
  const writes: unknown[][] = [];
  const removals = accountIds.filter((id) => stored.has(id) && !present.has(id) && free(id));
  for (const view of views) {
    const { accountId: id, name, attributes, factors } = view;
    if (!free(id)) continue;
    const found = kindOf({ name, attributes, factors, marked: marked.has(id) }, now);
    const known = stored.get(id);
    const reasons = JSON.stringify(found.reasons);
    if (found.kind === 'human') {
      if (known) removals.push(id);
    } else if (known?.kind !== found.kind || JSON.stringify(known.reasons) !== reasons) {
      writes.push([id, found.kind, reasons, null]);
    }
  }
  writeKinds(tx, writes);
  forget(tx, removals);
}

/** What a person says counts for these accounts until somebody says otherwise. */
export function setKinds(tx: Tx, accountIds: string[], kind: IdentityKind, by: string): void {
  writeKinds(
    tx,
    accountIds.map((id) => [id, kind, '[]', by]),
  );
}

/** What a person said of these accounts counts no more; the rules do, the next time they are looked at. */
export function unsetKinds(tx: Tx, accountIds: string[]): void {
  forget(tx, accountIds);
}

function writeKinds(tx: Tx, rows: unknown[][]): void {
  if (rows.length === 0) return;
  tx.run(
    `INSERT INTO identity_kind (account_id, kind, reasons, set_by)
     SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?) WHERE true
     ON CONFLICT (account_id) DO UPDATE SET kind = excluded.kind, reasons = excluded.reasons, set_by = excluded.set_by`,
    set(rows),
  );
}

function forget(tx: Tx, accountIds: string[]): void {
  if (accountIds.length === 0) return;
  tx.run('DELETE FROM identity_kind WHERE account_id IN (SELECT value FROM json_each(?))', set(accountIds));
}

/** The accounts that their source lists as service accounts (Okta: service account objects of users). */
function markedAccounts(tx: Tx, views: AccountView[]): Set<string> {
  const marks = tx.raw<[string, string]>(
    `SELECT source_id, attributes->>'oktaUserId' FROM node INDEXED BY node_list
     WHERE kind = 'service_account' AND attributes->>'oktaUserId' IS NOT NULL`,
  );
  const listed = new Set(marks.map(([source, user]) => `${source} ${user}`));
  return new Set(views.flatMap((view) => (listed.has(`${view.sourceId} ${view.nativeId}`) ? [view.accountId] : [])));
}
