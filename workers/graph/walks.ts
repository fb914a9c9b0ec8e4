import type { PathStep, Reach } from '../detections/types.ts';
import { issueId } from '../issues/issue-ids.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import { HOUR, type Millis } from '../platform/clock.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { type Page, toPage } from '../platform/pagination.ts';
import { afterOf, type PageQuery, stampOf } from './after.ts';
import type { BlastRadius } from './blast-radius.ts';
import { chokePointsAcross } from './choke-across.ts';
import type { ChokePoints } from './choke-points.ts';
import { type Exposed, type ExposedRow, mergeExposed } from './exposed.ts';
import type { NamedPiece } from './named.ts';
import { type NearPaths, pathsWithin } from './near-across.ts';
import type { View } from './paths.ts';
import { completer, holdersOf, type Joined, joinWays, pathsFrom, seedsFor } from './portals.ts';
import { mergeChokePoints, mergeReachableBy, mergeWhatIf, type ReachableCounts } from './questions.merge.ts';
import { radiusOf } from './radius-across.ts';
import { howOf, type ReachableByRow, type WayStep } from './reachable-by.ts';
import type { ShardApi } from './shard-api.ts';
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
  /** Paths up to `slack` edges longer than the shortest, the shortest first, up to `limit`. */
  nearPaths(from: string, to: string | undefined, slack: number, limit: number, asOf?: Millis): Promise<NearPaths>;
  reach(from: string, asOf?: Millis): Promise<Reach | null>;
  /** Null when there is no such node. */
  blastRadius(from: string, asOf?: Millis): Promise<BlastRadius | null>;
  /** The identities with a live path to a node, by name. */
  reachableBy(query: { to: string; asOf?: Millis | undefined } & PageQuery): Promise<ReachableByPage>;
  /** The edges whose removal cuts most identities off from tier zero. */
  chokePoints(limit: number, asOf?: Millis): Promise<ChokePoints>;
  /** Identities with a way to tier zero, the weakest first. */
  exposed(limit: number, asOf?: Millis): Promise<ExposedPeople>;
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
    question: { to: string | null; joined: Joined; view: View },
  ): Promise<WithHow<T>[]> => {
    const completed = completer(shards, 1, question);
    return Promise.all(
      rows.map(async ({ way, ...row }) => {
        const [whole] = way.onward === null ? [way.steps] : await completed([way]);
        return { ...row, how: howOf(whole ?? []) };
      }),
    );
  };

  return {
    path,
    paths: (from, to, limit, asOf) => findPaths(from, to ?? null, limit, viewOf(asOf)),
    nearPaths: (from, target, slack, limit, asOf) =>
      onAll(async (shards) => {
        const to = target ?? null;
        const view = viewOf(asOf);
        const joined = await join(shards, to, view);
        const [first] = await pathsFrom(shards, holdersOf(from, shards), from, 1, { to, view, joined });
        if (!first) return { paths: [], truncated: false };
        return pathsWithin(shards, { from, to, shortest: first.length - 1, slack, limit, view, joined });
      }),
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
    reachableBy: async ({ to, limit, cursor, asOf }) => {
      const view = viewOf(asOf);
      const asked = { list: 'reachable-by', to, asOf };
      const after = afterOf(cursor, 'string', asked);
      const wanted = { to, limit: limit + 1, after: after && { key: String(after[0]), id: after[1] } };
      return onAll(async (shards) => {
        const joined = await joinWays(shards, to, view);
        const parts = await Promise.all(
          shards.map((shard, index) => shard.reachableBy({ ...wanted, seeds: seedsFor(joined, index) }, view.asOf)),
        );
        const { rows, ...rest } = mergeReachableBy(parts);
        const page = toPage(rows, limit, (row) => [stampOf(asked), row.key, row.id]);
        return { ...page, data: await withHow(shards, page.data, { to, joined, view }), ...rest };
      });
    },
    chokePoints: (limit, asOf) =>
      onAll(async (shards) => {
        const view = viewOf(asOf);
        const joined = await join(shards, null, view);
        if (joined.seeds.size > 0) return chokePointsAcross(shards, joined, limit, view.asOf);
        return mergeChokePoints(await Promise.all(shards.map((shard) => shard.chokePoints(limit, view.asOf))), limit);
      }),
    exposed: (limit, asOf) =>
      onAll(async (shards) => {
        const view = viewOf(asOf);
        const joined = await join(shards, null, view);
        const parts = await Promise.all(
          shards.map((shard, index) => shard.exposed(limit, seedsFor(joined, index), view.asOf)),
        );
        const { rows, ...rest } = mergeExposed(parts, limit);
        const told = await withHow(shards, rows, { to: null, joined, view });
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
