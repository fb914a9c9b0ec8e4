import type { EdgeKind } from '../graph/model.ts';
import type { Scope } from '../graph/writes.ts';
import type { Millis } from '../platform/clock.ts';
import type { FreeClosing } from './close.ts';
import type { SyncSession } from './session.ts';

/** People of a system beyond Okta, of whom one app's users, or one identity provider's, tell. */
export function peopleScope(session: Pick<SyncSession, 'source'>, by: 'appId' | 'idpId', nativeId: string): Scope {
  return { of: 'nodes', kind: 'external', sourceId: session.source.id, having: { name: by, value: nativeId } };
}

/** Ties that lead from a person to an account. The others lead from the account. */
const INWARD: ReadonlySet<EdgeKind> = new Set<EdgeKind>(['USER_SYNC', 'INBOUND_SSO']);

/** Graph ids of an account and of the person that it is in a system. `passwords`: it sets the password there. */
export interface PersonSeen {
  account: string;
  person: string;
  passwords?: boolean;
}

/** How people are tied to accounts; of those of a directory, also the node of that. */
export interface PeopleTies {
  tie: EdgeKind;
  system?: string | null;
}

/**
 * What a complete listing says of people: those it did not name are gone, and of the others so are ties to accounts and
 * to their directory that it did not tell. Several accounts may be one person. `ties`: null where nobody is drawn any
 * more.
 */
export function closePeople(scope: Scope, ties: PeopleTies | null, seen: PersonSeen[], asOf: Millis): FreeClosing[] {
  const people = [...new Set(seen.map(({ person }) => person))];
  const gone: FreeClosing = { scope, seen: people, asOf };
  if (ties === null || people.length === 0) return [gone];
  const close = (kind: EdgeKind, end: 'from' | 'to', pairs: string[]): FreeClosing => {
    return { scope: { of: 'edgesAt', kind, end, at: people }, seen: pairs, asOf };
  };
  const out = (some: PersonSeen[]) => some.map(({ account, person }) => `${account} ${person}`);
  const passwords = close('PASSWORD_SYNC', 'to', out(seen.filter((one) => one.passwords)));
  const { tie, system } = ties;
  if (!INWARD.has(tie)) return [gone, close(tie, 'to', out(seen)), passwords];
  const inward = close(
    tie,
    'from',
    seen.map(({ account, person }) => `${person} ${account}`),
  );
  if (tie !== 'USER_SYNC') return [gone, inward];
  return [
    gone,
    inward,
    passwords,
    close('SYSTEM_CONTAINS', 'to', system ? people.map((person) => `${system} ${person}`) : []),
  ];
}
