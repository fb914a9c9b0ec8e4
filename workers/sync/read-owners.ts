import type { CoverageInput } from '../graph/port.ts';
import { iso, type Millis } from '../platform/clock.ts';
import { detailsPhase } from './details-phase.ts';
import type { GroupFact } from './facts.ts';
import type { FailedScope } from './run.ts';
import type { Runner, SweepOutcome } from './runner.ts';
import type { SyncState, Trickle } from './sync-state.ts';
import { type Line, progressOf, readInTurn } from './trickle.ts';

/*
 * Okta lists owners one group at a time. In a small org a full sync reads those of all groups; in a larger one it reads
 * those of groups that administer and of what changed, and all others follow in the deltas.
 */

/** Groups of which one full sync reads the owners of all. */
export const OWNERS_AT_ONCE = 200;

/** Okta keeps its own groups: nobody owns them. */
const OWNERS: Line = { step: 'owners in turn', kind: 'group', isIn: ({ type }) => type !== 'BUILT_IN' };
const NOTHING_KNOWN = { appsByName: [], clients: [], people: [], linked: [] };

export interface OwnersRead {
  /** The line as it is then; null where there is none. */
  line: Trickle | null;
  /** What could not be read of what was wanted, for the next delta. */
  again: string[];
}

/** The owners in a full sync. Tells the gap that is left until the line has come to its end once. */
export async function readOwnersOf(
  run: Runner,
  groups: Iterable<GroupFact>,
  listed: SweepOutcome,
  { owners, since }: Pick<SyncState, 'owners' | 'since'>,
): Promise<OwnersRead> {
  const owned = [...groups].filter(({ builtIn }) => !builtIn);
  const total = listed.failed.length === 0 ? owned.length : Math.max(owned.length, owners?.total ?? 0);
  const ids = (some: GroupFact[]) => some.map(({ id }) => id);
  if (total <= OWNERS_AT_ONCE) return readOwners(run, { first: ids(owned), line: null, moves: false });
  const fresh: Trickle = { cursor: null, round: 0, read: 0, total, at: run.memory.progress.at };
  const line = { ...(owners ?? fresh), total };
  const changed = ({ updated }: GroupFact) => since !== null && updated !== null && updated > since;
  const needed = [...owned.filter(({ admin }) => admin === true), ...owned.filter(changed)];
  // one at least tells whether owners may be read at all
  const first = ids(needed.length > 0 ? needed : owned.slice(0, 1));
  const read = await readOwners(run, { first, line, moves: false });
  const reason = stillReading(read.line);
  if (reason !== null) run.note({ failed: [{ scope: 'owners', reason, optional: 'bound' }] });
  return read;
}

/** The owners in a delta: of the groups in `first`, and of the next in line, with how far that is. */
export async function readOwnersOn(run: Runner, first: string[], before: Trickle | null): Promise<OwnersRead> {
  const read = await readOwners(run, { first, line: before, moves: true });
  if (before?.round !== 0 || read.line === before) return read;
  const reason = stillReading(read.line);
  await run.step('owners known', async ({ graph, source, clock }) => {
    const known: CoverageInput = { sourceId: source.id, need: 'owners', reason, at: clock.now() };
    await graph.setCoverage([known]);
    return null;
  });
  return read;
}

async function readOwners(
  run: Runner,
  { first, line, moves }: { first: string[]; line: Trickle | null; moves: boolean },
): Promise<OwnersRead> {
  let failed: FailedScope[] = [];
  const after = await readInTurn(run, OWNERS, { first, trickle: line, moves }, async (ids) => {
    const listings = ids.map((id) => ({
      scope: `owners:${id}`,
      path: `/api/v1/groups/${encodeURIComponent(id)}/owners?limit=1000`,
    }));
    ({ failed } = await run.sweep('owners', listings, (s) => detailsPhase(s, NOTHING_KNOWN)));
    return !failed.some(({ scope }) => scope === 'owners');
  });
  const lost = new Set(failed.flatMap(({ scope, optional, leftOut }) => (optional || leftOut ? [] : [scope])));
  const again = first.map((id) => `owners:${id}`).filter((scope) => lost.has('owners') || lost.has(scope));
  return { line: after, again };
}

/** What the coverage says until all owners were read once. */
function stillReading(line: Trickle | null): string | null {
  const progress = line && progressOf(line);
  if (!progress) return null;
  const { known, total, readyAt } = progress;
  return `Okta lists owners one group at a time: those of ${known} of ${total} groups are read so far, all of them about ${minuteOf(readyAt)}.`;
}

const minuteOf = (at: Millis) => `${iso(at).slice(0, 16)}Z`;
