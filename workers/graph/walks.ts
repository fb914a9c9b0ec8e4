import type { PathStep, Reach } from '../detections/types.ts';
import { issueId } from '../issues/issue-ids.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import { HOUR, type Millis } from '../platform/clock.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { type Page, toPage } from '../platform/pagination.ts';
import { afterOf, type PageQuery } from './after.ts';
import { type BlastRadius, mayCross, mergeRadius, type SpreadAnswer } from './blast-radius.ts';
import { chokePointsAcross } from './choke-across.ts';
import type { ChokePoints } from './choke-points.ts';
import { type Exposed, type ExposedRow, mergeExposed } from './exposed.ts';
import type { View } from './paths.ts';
import { complete, type Joined, joinWays, MAX_CROSSINGS, pathsFrom, seedsFor } from './portals.ts';
import { mergeChokePoints, mergeReachableBy, mergeWhatIf, type ReachableCounts } from './questions.merge.ts';
import { howOf, type ReachableByRow, type WayStep } from './reachable-by.ts';
import type { ShardApi } from './shard-api.ts';
import { isAccountId, isDeviceId, isIdentityId } from './sharding.ts';
import { isOwn, type NamedPiece } from './trails.ts';
import { MAX_REMOVALS, type Removal, type WhatIf } from './what-if.ts';
import { jewelQuestions } from './what-if-jewels.ts';
import type { ScoreShift, VerdictShift } from './what-if-verdicts.ts';

/** A row of people, with the shortest way, from the account on. */
export type WithHow<T> = Omit<T, 'way'> & { how: WayStep[] };

export interface ReachableByPage extends Page<WithHow<ReachableByRow>>, ReachableCounts {}

export interface ExposedPeople extends Omit<Exposed, 'rows'> {
  rows: WithHow<Omit<ExposedRow, 'far'>>[];
}

export interface WhatIfAnswer extends Omit<WhatIf, 'known' | 'verdicts' | 'scores'> {
  /** With the issue that stands on each, if one does. */
  verdicts: Omit<WhatIf['verdicts'], 'first'> & { first: (VerdictShift & { issueId: string })[] };
  scores: Omit<WhatIf['scores'], 'first'> & { first: (ScoreShift & { issueId: string })[] };
}

/** Questions that walk: over stored edges and what role assignments give, from shard to shard. */
export interface GraphWalks {
  /** Shortest path from a node to tier zero, or to `to`. */
  path(from: string, to?: string, asOf?: Millis): Promise<PathStep[] | null>;
  /** All shortest paths, up to `limit`. */
  paths(from: string, to: string | undefined, limit: number, asOf?: Millis): Promise<PathStep[][]>;
  reach(from: string, asOf?: Millis): Promise<Reach | null>;
  /** Null when there is no such node. */
  blastRadius(from: string, asOf?: Millis): Promise<BlastRadius | null>;
  /** The identities with a live path to a node, by name. */
  reachableBy(query: { to: string } & PageQuery): Promise<ReachableByPage>;
  /** The edges whose removal cuts most identities off from tier zero. */
  chokePoints(limit: number): Promise<ChokePoints>;
  /** Identities with a way to tier zero, the weakest first. */
  exposed(limit: number): Promise<ExposedPeople>;
  /** What would follow from removals. Throws `not_found` when one of them is not in the graph. */
  whatIf(removals: Removal[]): Promise<WhatIfAnswer>;
}

interface Parts {
  tenantId: string;
  now(): Millis;
  onAll<T>(work: (shards: ShardApi[]) => Promise<T>): Promise<T>;
}

const NOW: View = { asOf: null, without: [] };

/** What all shards together say of tier zero, a tenant: true as long as none of them has changed. */
const joins = createBoundedCache<{ stamp: string; joined: Joined }>(200, HOUR);

/** The shards that may hold a node: of an account that may be joined, an identity or a device the id does not tell which. */
function holdersOf(id: string, shards: ShardApi[]): number[] {
  if (isIdentityId(id) || isDeviceId(id) || isAccountId(id)) return shards.map((_, index) => index);
  return [0];
}

export function graphWalks({ tenantId, now, onAll }: Parts): GraphWalks {
  const zero = (shards: ShardApi[]): Promise<Joined> =>
    joinWays(shards, null, NOW, {
      get: (stamp) => {
        const known = joins.get(tenantId, now());
        return known?.stamp === stamp ? known.joined : undefined;
      },
      set: (stamp, joined) => joins.set(tenantId, { stamp, joined }, now()),
    });
  const join = (shards: ShardApi[], to: string | null, view: View) =>
    to === null && view === NOW ? zero(shards) : joinWays(shards, to, view);
  const findPaths = (from: string, to: string | null, limit: number, view: View) =>
    onAll(async (shards) => {
      const joined = await join(shards, to, view);
      return pathsFrom(shards, holdersOf(from, shards), from, limit, { to, view, joined });
    });
  const viewOf = (asOf: Millis | undefined): View => (asOf === undefined ? NOW : { asOf, without: [] });
  const path = async (from: string, to?: string, asOf?: Millis) =>
    (await findPaths(from, to ?? null, 1, viewOf(asOf)))[0] ?? null;
  const withHow = async <T extends { way: NamedPiece }>(
    shards: ShardApi[],
    rows: T[],
    question: { to: string | null; joined: Joined },
  ): Promise<WithHow<T>[]> =>
    Promise.all(
      rows.map(async ({ way, ...row }) => {
        const [whole] =
          way.onward === null ? [way.steps] : await complete(shards, [way], 1, { ...question, view: NOW });
        return { ...row, how: howOf(whole ?? []) };
      }),
    );

  return {
    path,
    paths: (from, to, limit, asOf) => findPaths(from, to ?? null, limit, viewOf(asOf)),
    reach: async (from, asOf) => {
      const [parts, pathToTierZero] = await Promise.all([
        onAll((shards) =>
          Promise.all(holdersOf(from, shards).map(async (index) => shards[index]?.reach(from, asOf ?? null) ?? null)),
        ),
        path(from, undefined, asOf),
      ]);
      const part = parts.find((one) => one !== null);
      return part ? { ...part, pathToTierZero } : null;
    },
    blastRadius: async (from, asOf) => {
      const view = viewOf(asOf);
      const [radius, pathToTierZero] = await Promise.all([
        onAll(async (shards) => radiusOf(shards, from, view, await join(shards, null, view))),
        path(from, undefined, asOf),
      ]);
      return radius && { ...radius, pathToTierZero };
    },
    reachableBy: async ({ to, limit, cursor }) => {
      const after = afterOf(cursor, 'string');
      const wanted = { to, limit: limit + 1, after: after && { key: String(after[0]), id: after[1] } };
      return onAll(async (shards) => {
        const joined = await joinWays(shards, to, NOW);
        const parts = await Promise.all(
          shards.map((shard, index) => shard.reachableBy({ ...wanted, seeds: seedsFor(joined, index) })),
        );
        const { rows, ...rest } = mergeReachableBy(parts);
        const page = toPage(rows, limit, (row) => [row.key, row.id]);
        return { ...page, data: await withHow(shards, page.data, { to, joined }), ...rest };
      });
    },
    chokePoints: (limit) =>
      onAll(async (shards) => {
        const joined = await zero(shards);
        if (joined.seeds.size > 0) return chokePointsAcross(shards, joined, limit);
        return mergeChokePoints(await Promise.all(shards.map((shard) => shard.chokePoints(limit))), limit);
      }),
    exposed: (limit) =>
      onAll(async (shards) => {
        const joined = await zero(shards);
        const parts = await Promise.all(shards.map((shard, index) => shard.exposed(limit, seedsFor(joined, index))));
        const { rows, ...rest } = mergeExposed(parts, limit);
        const told = await withHow(shards, rows, { to: null, joined });
        return { ...rest, rows: told.map(({ far: _, ...row }) => row) };
      }),
    whatIf: async (removals) => {
      if (removals.length > MAX_REMOVALS) throw invalidRequest({ detail: `Remove at most ${MAX_REMOVALS} at a time.` });
      const asked = now();
      const parts = await onAll(async (shards) => {
        const [before, after, jewels] = await Promise.all([
          zero(shards),
          joinWays(shards, null, { asOf: null, without: removals }),
          jewelQuestions(shards, removals),
        ]);
        const told = await Promise.all(
          shards.map((shard, index) => {
            const seeds = { before: seedsFor(before, index), after: seedsFor(after, index) };
            return shard.whatIf(removals, asked, { seeds, jewels: jewels.of(index) });
          }),
        );
        return told.map((part) => ({ ...part, truncated: part.truncated || jewels.more }));
      });
      const { known, verdicts, scores, ...rest } = mergeWhatIf(parts);
      const unknown = known.indexOf(false);
      if (unknown >= 0) throw notFound({ detail: `There is nothing like remove[${unknown}] in the graph.` });
      const withIssue = <T extends VerdictShift | ScoreShift>(shift: T) => ({
        ...shift,
        issueId: issueId(tenantId, shift.detection, shift.subject),
      });
      return {
        ...rest,
        verdicts: { ...verdicts, first: verdicts.first.map(withIssue) },
        scores: { ...scores, first: scores.first.map(withIssue) },
      };
    },
  };
}

/** Where a walk leads over all shards: each goes on from what the others came to, until there is nothing new. */
async function radiusOf(
  shards: ShardApi[],
  from: string,
  view: View,
  joined: Joined,
): Promise<Omit<BlastRadius, 'pathToTierZero'> | null> {
  const asked = holdersOf(from, shards);
  const first = await Promise.all(asked.map(async (index) => shards[index]?.spread([from], view)));
  const place = first.findIndex((part) => part?.here);
  const start = first[place];
  const holder = asked[place];
  if (!start || holder === undefined) return null;
  let shared = united([start]);
  let on = [holder];
  if (shards.length > 1 && (!isOwn(from) || start.through.some(mayCross))) {
    on = shards.map((_, index) => index);
    for (let round = 0; round < MAX_CROSSINGS; round++) {
      const starts = [from, ...shared.through];
      const next = united(await Promise.all(shards.map((shard) => shard.spread(starts, view))));
      const grown = next.through.length + next.last.length > shared.through.length + shared.last.length;
      shared = next;
      if (!grown) break;
    }
  }
  const kinds = mergeRadius(
    await Promise.all(
      on.map(
        async (index) =>
          (await shards[index]?.radius({
            from,
            shared,
            structure: index === holder,
            seeds: seedsFor(joined, index),
            view,
          })) ?? [],
      ),
    ),
  );
  const count = (kind: string) => kinds.find((one) => one.kind === kind)?.count ?? 0;
  return {
    apps: count('app'),
    groups: count('group'),
    roles: count('role'),
    kinds,
    truncated: shared.truncated,
  };
}

function united(parts: SpreadAnswer[]) {
  const through = new Set(parts.flatMap((part) => part.through));
  const last = new Set(parts.flatMap((part) => part.last.filter((id) => !through.has(id))));
  return { through: [...through], last: [...last], truncated: parts.some((part) => part.truncated) };
}
