import { type EdgeKind, type NodeKind, nodeId, type Scope } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import type { HeldScope } from './run.ts';
import type { SyncSession } from './session.ts';

/** Up to which number the existing are counted when a listing is not believed; beyond it the number is this one. */
const MAX_COUNTED = 1_000;

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
 * Ends what a complete listing did not see, unless that would be a mass deletion (the graph lets small scopes pass) or
 * the listing is not believed. A scope that a person confirmed may lose the share that the person saw, and no more: the
 * source is read again after the confirmation, and can have lost everything meanwhile.
 */
export async function closeGuarded(session: SyncSession, confirmed: Confirmed, closing: Closing): Promise<Closed> {
  const word = confirmed.get(closing.name);
  if (closing.suspicious && !word) {
    const existing = await countExisting(session, closing.scope);
    return { held: existing > 0 ? { scope: closing.name, existing, removing: existing } : null, rows: 0 };
  }
  const result = await session.graph.closeScope({
    scope: closing.scope,
    seen: closing.seen,
    homes: closing.homes,
    asOf: closing.asOf,
    by: session.by,
    removalLimitPercent: word ? confirmedPercent(word) : session.source.removalLimitPercent,
    evaluate: false,
  });
  if (!result.held) return { held: null, rows: result.rowsWritten };
  return { held: { scope: closing.name, existing: result.existing, removing: result.removing }, rows: 0 };
}

function confirmedPercent(word: HeldScope): number {
  // one word covers the holders of every role, whose shares differ
  if (word.scope === 'roles') return 100;
  return Math.min(100, Math.ceil((100 * word.removing) / Math.max(1, word.existing)) + 1);
}

async function countExisting(session: SyncSession, scope: Scope): Promise<number> {
  if (scope.of === 'nodes') return countNodes(session, scope.kind, scope.having);
  if (scope.of === 'edgesAt') return 0;
  const [anchor, otherKind] = scope.of === 'edgesTo' ? [scope.to, scope.fromKind] : [scope.from, scope.toKind];
  const detail = await session.graph.node(anchor, MAX_COUNTED);
  const neighbours = (scope.of === 'edgesTo' ? detail?.in : detail?.out) ?? [];
  return neighbours.filter(({ edge, node }) => edge.kind === scope.kind && node.kind === otherKind).length;
}

async function countNodes(
  session: SyncSession,
  kind: NodeKind,
  having: { name: string; value: string } | undefined,
): Promise<number> {
  let counted = 0;
  let cursor: string | undefined;
  do {
    const page = await session.graph.list({ kind, sourceId: session.source.id, limit: 200, cursor });
    counted += page.data.filter((node) => !having || node.attributes[having.name] === having.value).length;
    cursor = page.next ?? undefined;
  } while (cursor && counted < MAX_COUNTED);
  return counted;
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
