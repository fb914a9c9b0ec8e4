import { type EdgeKind, type NodeKind, nodeId } from '../graph/model.ts';
import type { Scope } from '../graph/writes.ts';
import type { Millis } from '../platform/clock.ts';
import type { HeldScope } from './run.ts';
import type { SyncSession } from './session.ts';

export interface Closing {
  /** Name of the scope in the run: `users`, `members:00g…`. */
  name: string;
  scope: Scope;
  /** Graph ids. */
  seen: string[];
  /** Of devices: the accounts that they are placed with. */
  homes?: (string | null)[] | undefined;
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
 * Ends what complete listings did not see, unless that would be a mass deletion (the graph lets small scopes pass) or
 * the listing is not believed. A scope that a person confirmed may lose the share that the person saw, and no more: the
 * source is read again after the confirmation, and can have lost everything meanwhile. Answers in the order given, with
 * a few calls of the graph for all of them.
 */
export async function closeAllGuarded(
  session: SyncSession,
  confirmed: Confirmed,
  closings: readonly Closing[],
): Promise<Closed[]> {
  const results = await session.graph.closeScopes(
    closings.map(({ name, scope, seen, homes, asOf, suspicious }) => {
      const word = confirmed.get(name);
      return {
        ...{ scope, seen, homes, asOf },
        by: session.by,
        removalLimitPercent: word ? confirmedPercent(word) : session.source.removalLimitPercent,
        doubted: suspicious && !word,
        evaluate: false,
      };
    }),
  );
  return results.map((result, place) => {
    const scope = closings[place]?.name ?? '';
    if (!result.held) return { held: null, rows: result.rowsWritten };
    return { held: { scope, existing: result.existing, removing: result.removing }, rows: 0 };
  });
}

export async function closeGuarded(session: SyncSession, confirmed: Confirmed, closing: Closing): Promise<Closed> {
  const [closed] = await closeAllGuarded(session, confirmed, [closing]);
  return closed ?? { held: null, rows: 0 };
}

function confirmedPercent(word: HeldScope): number {
  // one word covers the holders of every role, whose shares differ
  if (word.scope === 'roles') return 100;
  return Math.min(100, Math.ceil((100 * word.removing) / Math.max(1, word.existing)) + 1);
}

/** A scope that a guard does not have to look at: it goes with another that was let through. */
export type FreeClosing = Pick<Closing, 'scope' | 'seen' | 'asOf'>;

/** Returns the rows written, in the order of the closings. */
export async function closeAllFreely(
  session: Pick<SyncSession, 'graph' | 'by'>,
  closings: readonly FreeClosing[],
): Promise<number[]> {
  if (closings.length === 0) return [];
  const results = await session.graph.closeScopes(
    closings.map(({ scope, seen, asOf }) => ({
      ...{ scope, seen, asOf },
      by: session.by,
      removalLimitPercent: 100,
      evaluate: false,
    })),
  );
  return results.map(({ rowsWritten }) => rowsWritten);
}

export async function closeFreely(session: SyncSession, scope: Scope, seen: string[], asOf: Millis): Promise<number> {
  const [rows = 0] = await closeAllFreely(session, [{ scope, seen, asOf }]);
  return rows;
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
