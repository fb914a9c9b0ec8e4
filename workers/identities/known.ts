import type { AccountFacts } from '../graph/links/account-facts.ts';
import type { Millis } from '../platform/clock.ts';
import { sha256Hex } from '../platform/crypto.ts';

/** Whether a mail may speak for its account: `held`, since it changed hands, until it changes again. */
export type MailState = 'ok' | 'unverified' | 'held';

/** What is remembered of an account to find others of the same person. */
export interface Known {
  accountId: string;
  sourceId: string;
  nativeId: string;
  /** `mail:…`, `number:…` and, of accounts in other sources that it is known to belong with, `link:<native id>`. */
  keys: string[];
  mail: MailState;
  created: Millis | null;
  /** Since when it is deprovisioned; null: it is not. */
  ended: Millis | null;
}

const HASH_LENGTH = 32;

/** Personal values leave no trace but a hash, which no other tenant shares. */
function hashed(tenantId: string, value: string): string {
  return sha256Hex(`${tenantId}\n${value.trim().toLowerCase()}`).slice(0, HASH_LENGTH);
}

/** What is remembered of an account, from what its source says of it. `before`: what was remembered so far. */
export function knownOf(tenantId: string, facts: AccountFacts, before: Known | undefined): Known {
  const { accountId, sourceId, nativeId, created, ended } = facts;
  const keys = [
    ...(facts.mail === null ? [] : [`mail:${hashed(tenantId, facts.mail)}`]),
    ...(facts.employeeNumber === null ? [] : [`number:${hashed(tenantId, facts.employeeNumber)}`]),
    ...facts.linked.map((native) => `link:${native}`),
  ];
  const held = before?.mail === 'held' && keyOf({ keys }, 'mail') === keyOf(before, 'mail');
  const mail: MailState = held ? 'held' : facts.mailVerified === true ? 'ok' : 'unverified';
  return { accountId, sourceId, nativeId, keys, mail, created, ended };
}

export function keyOf({ keys }: Pick<Known, 'keys'>, kind: 'mail' | 'number'): string | null {
  return keys.find((key) => key.startsWith(`${kind}:`)) ?? null;
}

/** Native ids, in other sources, of accounts that the source says are the same person's. */
export function claimsOf({ keys }: Pick<Known, 'keys'>): string[] {
  return keys.flatMap((key) => (key.startsWith('link:') ? [key.slice('link:'.length)] : []));
}

export function sameKnown(a: Known | undefined, b: Known | undefined): boolean {
  return JSON.stringify(a && values(a)) === JSON.stringify(b && values(b));
}

export function values(known: Known): unknown[] {
  const { accountId, sourceId, nativeId, keys, mail, created, ended } = known;
  return [accountId, sourceId, nativeId, keys, mail, created, ended];
}
