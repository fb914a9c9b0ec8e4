import { type EdgeKind, type NodeKind, nodeId, type Scope } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import type { HeldScope } from './run.ts';
import type { SyncSession } from './session.ts';

/**
 * A share says nothing of a few: leaving a team of three is not a mass deletion. Scopes up to this size are only held
 * when the listing contradicts what Okta says elsewhere.
 */
const SMALL_SCOPE = 20;

export interface Closing {
  /** Name of the scope in the run: `users`, `members:00g…`. */
  name: string;
  scope: Scope;
  /** Graph ids. */
  seen: string[];
  asOf: Millis;
  /** The listing cannot be right as it is (empty, where Okta counts some): nothing ends without a person's word. */
  suspicious: boolean;
}

export interface Closed {
  held: HeldScope | null;
  rows: number;
}

/** Scopes that a person confirmed, with the share of each that may go. */
export type Confirmed = ReadonlyMap<string, HeldScope>;

/**
 * Ends what a complete listing did not see, unless that would be a mass deletion. A scope that a person confirmed may
 * lose the share that the person saw, and no more: the source is read again after the confirmation, and can have lost
 * everything meanwhile.
 */
export async function closeGuarded(session: SyncSession, confirmed: Confirmed, closing: Closing): Promise<Closed> {
  const limit = limitOf(session, confirmed.get(closing.name), closing.suspicious);
  const close = (removalLimitPercent: number) =>
    session.graph.closeScope({
      scope: closing.scope,
      seen: closing.seen,
      asOf: closing.asOf,
      by: session.by,
      removalLimitPercent,
      evaluate: false,
    });
  const first = await close(limit);
  if (!first.held) return { held: null, rows: first.rowsWritten };
  if (!closing.suspicious && first.existing <= SMALL_SCOPE) {
    const second = await close(100);
    if (!second.held) return { held: null, rows: second.rowsWritten };
  }
  return { held: { scope: closing.name, existing: first.existing, removing: first.removing }, rows: 0 };
}

function limitOf(session: SyncSession, confirmed: HeldScope | undefined, suspicious: boolean): number {
  // one word covers the holders of every role, whose shares differ
  if (confirmed?.scope === 'roles') return 100;
  if (confirmed) return Math.min(100, Math.ceil((100 * confirmed.removing) / Math.max(1, confirmed.existing)) + 1);
  return suspicious ? 0 : session.source.removalLimitPercent;
}

/** What a guard does not have to look at again: the scope goes with another that was let through. */
export async function closeFreely(session: SyncSession, scope: Scope, seen: string[], asOf: Millis): Promise<number> {
  const result = await session.graph.closeScope({
    scope,
    seen,
    asOf,
    by: session.by,
    removalLimitPercent: 100,
    evaluate: false,
  });
  return result.rowsWritten;
}

export function nodesOf(session: SyncSession, kind: NodeKind): Scope {
  return { of: 'nodes', kind, sourceId: session.source.id };
}

/** Edges of a kind that end at an object, from objects of one kind. */
export function edgesTo(
  session: SyncSession,
  kind: EdgeKind,
  to: { kind: NodeKind; nativeId: string },
  fromKind: NodeKind,
): Scope {
  return { of: 'edgesTo', kind, to: nodeId(to.kind, session.source.id, to.nativeId), fromKind };
}

export function idsOf(session: SyncSession, kind: NodeKind, nativeIds: string[]): string[] {
  return nativeIds.map((nativeId) => nodeId(kind, session.source.id, nativeId));
}
