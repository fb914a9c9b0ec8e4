import type { NodeKind } from '../graph/model.ts';
import { DAY, type Millis } from '../platform/clock.ts';
import { PosternError } from '../platform/errors.ts';
import { DELTA_EVERY } from './run.ts';
import type { Runner } from './runner.ts';
import type { SyncSession } from './session.ts';
import type { Trickle } from './sync-state.ts';

/*
 * What Okta tells of one object a call (factors, owners of groups) is too much to read of all objects at once. Who needs
 * it comes first: administrators, then what changed. The others stand in a line, in which each delta reads on.
 */

/** Calls of one run for one line: 100 a minute between two deltas. */
export const CALLS_PER_RUN = 1_500;
/** Once everything in the line was asked about, everything is again within this time (up to a million objects). */
export const SEEN_WITHIN: Millis = 7 * DAY;
/** Objects of one page of the graph, and pages that one run turns. */
const PAGE = 200;
const MAX_PAGES = 100;

export interface Line {
  /** Name of the step that looks who is next. */
  step: string;
  kind: NodeKind;
  isIn(attributes: Record<string, unknown>): boolean;
}

export interface InTurn {
  /** Native ids of what is read in any case, as far as a run may. */
  first: string[];
  /** Null: there is no line, and all of `first` is read. */
  trickle: Trickle | null;
  /** Whether this run reads on in the line. */
  moves: boolean;
}

/** Objects that a run reads beyond the wanted ones. */
export function shareOf(trickle: Trickle): number {
  if (trickle.round === 0) return CALLS_PER_RUN;
  return Math.min(CALLS_PER_RUN, Math.ceil(trickle.total / (SEEN_WITHIN / DELTA_EVERY)));
}

export interface LineProgress {
  /** Objects that were asked about, of about `total`. */
  known: number;
  total: number;
  /** About when all of them will have been. */
  readyAt: Millis;
}

/** How far the first reading of everything in the line is; null when it is done. */
export function progressOf({ round, read, total, at }: Trickle): LineProgress | null {
  if (round > 0) return null;
  const runs = Math.ceil(Math.max(0, total - read) / CALLS_PER_RUN);
  return { known: Math.min(read, total), total, readyAt: at + runs * DELTA_EVERY };
}

/** Reads what is first, then the next in line. `read` says whether anything could be read: if not, the line stays. */
export async function readInTurn(
  run: Pick<Runner, 'step'>,
  line: Line,
  { first, trickle, moves }: InTurn,
  read: (ids: string[]) => Promise<boolean>,
): Promise<Trickle | null> {
  const wanted = [...new Set(first)];
  const ids = trickle ? wanted.slice(0, CALLS_PER_RUN) : wanted;
  const room = trickle && moves ? Math.min(shareOf(trickle), CALLS_PER_RUN - ids.length) : 0;
  const next =
    trickle && room > 0 ? await run.step(line.step, (session) => nextInLine(session, line, trickle, room)) : null;
  const done = await read([...new Set([...ids, ...(next?.ids ?? [])])]);
  return next && done ? next.trickle : trickle;
}

async function nextInLine(
  session: SyncSession,
  line: Line,
  trickle: Trickle,
  size: number,
): Promise<{ ids: string[]; trickle: Trickle }> {
  const ids: string[] = [];
  let cursor: string | undefined = trickle.cursor ?? undefined;
  for (let pages = 0; pages < MAX_PAGES && ids.length < size; pages++) {
    const limit = Math.min(PAGE, size - ids.length);
    const page = await listByName(session, line.kind, limit, cursor);
    for (const { nativeId, attributes } of page.data) if (line.isIn(attributes)) ids.push(nativeId);
    cursor = page.next ?? undefined;
    if (!cursor) break;
  }
  const at = session.clock.now();
  const read = trickle.read + ids.length;
  if (cursor) return { ids, trickle: { ...trickle, cursor, read, at } };
  return { ids, trickle: { ...trickle, cursor: null, round: trickle.round + 1, read: 0, at } };
}

/** By name: what is renamed changed, and is read for that. A place that the graph no longer knows is its beginning. */
async function listByName(session: SyncSession, kind: NodeKind, limit: number, cursor: string | undefined) {
  const query = { kind, sourceId: session.source.id, limit } as const;
  try {
    return await session.graph.list({ ...query, cursor });
  } catch (error) {
    if (!(error instanceof PosternError) || error.status !== 400) throw error;
    return session.graph.list(query);
  }
}
