import { nodeId } from '../graph/model.ts';
import { DAY, type Millis } from '../platform/clock.ts';
import { PosternError } from '../platform/errors.ts';
import { canSignIn } from '../sources/okta/mapper.ts';
import { factorsPath, factorsPhase } from './phases.ts';
import { DELTA_EVERY } from './run.ts';
import type { Runner } from './runner.ts';
import type { SyncSession } from './session.ts';
import type { Trickle } from './sync-state.ts';

/*
 * Okta lists factors by the user only: one call each. Events tell of changes as they happen; what is read here begins
 * the picture and mends it. Up to so many accounts are read in each full sync; beyond it admins come first, then who
 * changed, and everybody else a few at a time.
 */

/** Accounts whose factors one full sync reads at once: 17 minutes at half of Okta's 600 calls a minute. */
export const ALL_AT_ONCE = 5_000;
/** Calls for factors of one run where the accounts are more: 100 a minute between two deltas. */
export const CALLS_PER_RUN = 1_500;
/** Once everybody was asked about, everybody is again within this time (up to a million accounts). */
export const SEEN_WITHIN: Millis = 7 * DAY;
/** Accounts of one page of the graph, and pages that one run turns. */
const PAGE = 200;
const MAX_PAGES = 100;
/** Accounts looked up in the graph at once. */
const LOOKED_UP_AT_ONCE = 50;

/** Accounts whose factors a run reads beyond the wanted ones. */
export function shareOf(trickle: Trickle): number {
  if (trickle.round === 0) return CALLS_PER_RUN;
  return Math.min(CALLS_PER_RUN, Math.ceil(trickle.total / (SEEN_WITHIN / DELTA_EVERY)));
}

/**
 * Reads the factors of the users in `first`, in that order, and of the next in line where there is a line. Returns the
 * line as it is then; as it was when the source lets nobody's factors be read.
 */
export async function readFactors(run: Runner, first: string[], trickle: Trickle | null): Promise<Trickle | null> {
  const wanted = [...new Set(first)];
  const ids = trickle ? wanted.slice(0, CALLS_PER_RUN) : wanted;
  const room = trickle ? Math.min(shareOf(trickle), CALLS_PER_RUN - ids.length) : 0;
  const next = trickle && room > 0 ? await run.step('trickle', (session) => nextInLine(session, trickle, room)) : null;
  const listings = [...new Set([...ids, ...(next?.ids ?? [])])].map((id) => ({
    scope: `factors:${id}`,
    path: factorsPath(id),
  }));
  const { failed } = await run.sweep('factors', listings, factorsPhase);
  return next && !failed.some(({ scope }) => scope === 'factors') ? next.trickle : trickle;
}

async function nextInLine(
  session: SyncSession,
  trickle: Trickle,
  size: number,
): Promise<{ ids: string[]; trickle: Trickle }> {
  const ids: string[] = [];
  let cursor: string | undefined = trickle.cursor ?? undefined;
  for (let pages = 0; pages < MAX_PAGES && ids.length < size; pages++) {
    const limit = Math.min(PAGE, size - ids.length);
    const page = await listAccounts(session, limit, cursor);
    for (const { nativeId, attributes } of page.data) if (canSignIn(attributes.status)) ids.push(nativeId);
    cursor = page.next ?? undefined;
    if (!cursor) break;
  }
  const at = session.clock.now();
  const read = trickle.read + ids.length;
  if (cursor) return { ids, trickle: { ...trickle, cursor, read, at } };
  return { ids, trickle: { ...trickle, cursor: null, round: trickle.round + 1, read: 0, at } };
}

/** By name: who is renamed changed, and is read for that. A place that the graph no longer knows is its beginning. */
async function listAccounts(session: SyncSession, limit: number, cursor: string | undefined) {
  const query = { kind: 'account', sourceId: session.source.id, limit } as const;
  try {
    return await session.graph.list({ ...query, cursor });
  } catch (error) {
    if (!(error instanceof PosternError) || error.status !== 400) throw error;
    return session.graph.list(query);
  }
}

/** Those of the users (native ids) who can sign in by the graph: only their factors matter. */
export async function whoCanSignIn(session: SyncSession, ids: string[]): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < ids.length; from += LOOKED_UP_AT_ONCE) {
    const some = ids.slice(from, from + LOOKED_UP_AT_ONCE);
    const details = await Promise.all(
      some.map((id) => session.graph.node(nodeId('account', session.source.id, id), 1)),
    );
    found.push(...some.filter((_, n) => canSignIn(details[n]?.node.attributes.status)));
  }
  return found;
}
