import type { LinkWay } from '../graph/links/links.store.ts';
import { compareText } from '../graph/text.ts';
import type { Millis } from '../platform/clock.ts';
import { claimsOf, type Known, keyOf } from './known.ts';

/** What a person said of two accounts. */
export interface Decision {
  a: string;
  b: string;
  decision: 'joined' | 'split';
  by: string;
  at: Millis;
}

/** Two accounts that may be one person's. */
export interface Pair {
  a: string;
  b: string;
  how: LinkWay;
  /** A sentence for people. */
  reason: string;
  /** Why it is not enough to join them; null: it is. */
  refused: string | null;
  by: string | null;
}

/** Accounts with one mail or number beyond which it says nothing of any of them. */
export const MAX_SHARED = 20;

const ORDER: LinkWay[] = ['manual', 'source_link', 'employee_number', 'mail'];

/** Every pair that something speaks for, what a person said first, then the strongest. `crowded`: keys of too many. */
export function pairsOf(
  accounts: ReadonlyMap<string, Known>,
  decisions: readonly Decision[],
  crowded: ReadonlySet<string>,
): Pair[] {
  const manual = decisions
    .filter(({ decision, a, b }) => decision === 'joined' && accounts.has(a) && accounts.has(b))
    .sort((x, y) => x.at - y.at || compareText(x.a, y.a) || compareText(x.b, y.b))
    .map(({ a, b, by }): Pair => ({ a, b, how: 'manual', reason: `${by} joined it by hand`, refused: null, by }));
  const found = [...claimed(accounts), ...sharing(accounts, 'number', crowded), ...sharing(accounts, 'mail', crowded)];
  const rank = ({ how }: Pair) => ORDER.indexOf(how);
  found.sort((x, y) => rank(x) - rank(y) || compareText(x.a, y.a) || compareText(x.b, y.b));
  return [...manual, ...found];
}

function pair(x: string, y: string, rest: Omit<Pair, 'a' | 'b' | 'by'>): Pair {
  const [a, b] = x < y ? [x, y] : [y, x];
  return { a, b, by: null, ...rest };
}

/** Accounts that an app of one source made in another source, which is how org-to-org apps know them. */
function claimed(accounts: ReadonlyMap<string, Known>): Pair[] {
  const byNative = new Map<string, Known[]>();
  for (const one of accounts.values()) byNative.set(one.nativeId, [...(byNative.get(one.nativeId) ?? []), one]);
  return [...accounts.values()].flatMap((one) =>
    claimsOf(one).flatMap((native) => {
      const targets = (byNative.get(native) ?? []).filter(({ sourceId }) => sourceId !== one.sourceId);
      const refused = targets.length > 1 ? 'Several sources have an account of that id' : null;
      const reason = 'An app of one source manages the account in the other';
      return targets.map((target) => pair(one.accountId, target.accountId, { how: 'source_link', reason, refused }));
    }),
  );
}

const SHARED = {
  number: { how: 'employee_number', name: 'employee number', reason: 'Both sources tell the same employee number' },
  mail: { how: 'mail', name: 'mail', reason: 'Both sources tell the same verified mail' },
} as const;

function sharing(accounts: ReadonlyMap<string, Known>, kind: 'number' | 'mail', crowded: ReadonlySet<string>): Pair[] {
  const groups = new Map<string, Known[]>();
  for (const one of accounts.values()) {
    const key = keyOf(one, kind);
    if (key !== null && !crowded.has(key)) groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const pairs: Pair[] = [];
  for (const group of groups.values()) {
    if (group.length < 2 || group.length > MAX_SHARED) continue;
    group.forEach((x, place) => {
      for (const y of group.slice(place + 1)) pairs.push(shared(kind, x, y, group));
    });
  }
  return pairs;
}

function shared(kind: 'number' | 'mail', x: Known, y: Known, group: Known[]): Pair {
  const { how, name, reason } = SHARED[kind];
  const inSource = (sourceId: string) => group.filter((one) => one.sourceId === sourceId).length;
  const ambiguous = inSource(x.sourceId) > 1 || inSource(y.sourceId) > 1;
  const refused =
    x.sourceId === y.sourceId
      ? `Accounts of one source are not joined by their ${name}`
      : ambiguous
        ? `More than one account of a source has this ${name}`
        : kind === 'mail'
          ? mailDoubt(x, y)
          : null;
  return pair(x.accountId, y.accountId, {
    how,
    reason: refused === null ? reason : `They have the same ${name}`,
    refused,
  });
}

function mailDoubt(x: Known, y: Known): string | null {
  if (x.mail === 'held' || y.mail === 'held') return 'The mail has changed hands before';
  if (x.mail === 'unverified' || y.mail === 'unverified') return 'The mail is not verified in both sources';
  const successive = endedBefore(x, y) || endedBefore(y, x);
  return successive ? 'One account was deactivated before the other was made: the mail may have been given on' : null;
}

function endedBefore(x: Known, y: Known): boolean {
  return x.ended !== null && y.created !== null && x.ended <= y.created;
}
