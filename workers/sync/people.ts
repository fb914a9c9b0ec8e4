import type { EdgeKind, Scope } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import type { FreeClosing } from './close.ts';
import type { SyncSession } from './session.ts';

/** People of a system beyond Okta, of whom one app's users, or one identity provider's, tell. */
export function peopleScope(session: Pick<SyncSession, 'source'>, by: 'appId' | 'idpId', nativeId: string): Scope {
  return { of: 'nodes', kind: 'external', sourceId: session.source.id, having: { name: by, value: nativeId } };
}

/** Ties that lead from a person to an account. The others lead from the account. */
const INWARD: ReadonlySet<EdgeKind> = new Set<EdgeKind>(['USER_SYNC', 'INBOUND_SSO']);

/**
 * What a complete listing says of people: those it did not name are gone, and of the others so are ties to accounts that
 * it did not tell. Several accounts may be one person. `tie`: null where nobody is drawn any more.
 */
export function closePeople(
  scope: Scope,
  tie: EdgeKind | null,
  pairs: [account: string, person: string][],
  asOf: Millis,
): FreeClosing[] {
  const people = [...new Set(pairs.map(([, person]) => person))];
  const gone: FreeClosing = { scope, seen: people, asOf };
  if (tie === null || people.length === 0) return [gone];
  const end = INWARD.has(tie) ? 'from' : 'to';
  const seen = pairs.map(([account, person]) => (end === 'from' ? `${person} ${account}` : `${account} ${person}`));
  return [gone, { scope: { of: 'edgesAt', kind: tie, end, at: people }, seen, asOf }];
}
