import type { PrivilegeTier } from '../detections/types.ts';
import { issueId } from '../issues/issue-ids.ts';
import type { Millis } from '../platform/clock.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import type { Access } from './access.ts';
import type { BlastRadius } from './blast-radius.ts';
import type { ChangeRow, ChangesQuery } from './changes.ts';
import type { ChokePoints } from './choke-points.ts';
import { mergeChanges, mergeChokePoints, mergeReachableBy, mergeWhatIf } from './questions.merge.ts';
import type { ReachableByRow } from './reachable-by.ts';
import type { ShardApi } from './shard-api.ts';
import { isIdentityId } from './sharding.ts';
import { MAX_REMOVALS, type Removal, type VerdictShift, type WhatIf } from './what-if.ts';

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

export interface ReachableByPage extends Page<ReachableByRow> {
  counts: Record<PrivilegeTier, number> & { total: number };
  truncated: boolean;
}

export interface WhatIfAnswer extends Omit<WhatIf, 'known' | 'verdicts'> {
  /** With the issue that stands on each, if one does. */
  verdicts: Omit<WhatIf['verdicts'], 'first'> & { first: (VerdictShift & { issueId: string })[] };
}

/** What a security team asks of a tenant's whole graph. */
export interface GraphQuestions {
  /** Null when there is no such node. */
  blastRadius(from: string, asOf?: Millis): Promise<BlastRadius | null>;
  /** What began, changed and ended, the latest first. */
  changes(query: Omit<ChangesQuery, 'limit' | 'after'> & PageQuery): Promise<Page<ChangeRow>>;
  /** The identities with a live path to a node, by name. */
  reachableBy(query: { to: string } & PageQuery): Promise<ReachableByPage>;
  /** Every way a person has an app. Null when one of the two is not here. */
  access(identityId: string, appId: string): Promise<Access | null>;
  /** The edges whose removal cuts most identities off from tier zero. */
  chokePoints(limit: number): Promise<ChokePoints>;
  /** What would follow from removals. Throws `not_found` when one of them is not in the graph. */
  whatIf(removals: Removal[]): Promise<WhatIfAnswer>;
}

interface Shards {
  tenantId: string;
  now(): Millis;
  everyShard<T>(ask: (shard: ShardApi) => Promise<T>): Promise<T[]>;
  fromHolder<T>(id: string, ask: (shard: ShardApi) => Promise<T | null>): Promise<T | null>;
}

/** Asks all shards at once and merges what they say. */
export function graphQuestions({ tenantId, now, everyShard, fromHolder }: Shards): GraphQuestions {
  return {
    blastRadius: (from, asOf) => fromHolder(from, (shard) => shard.blastRadius(from, asOf ?? null)),
    changes: async ({ limit, cursor, ...query }) => {
      const after = afterOf(cursor, 'number');
      const wanted = { ...query, limit: limit + 1, after: after && { at: Number(after[0]), key: after[1] } };
      const rows = mergeChanges(await everyShard((shard) => shard.changes(wanted)));
      return toPage(rows, limit, (row) => [row.at, row.key]);
    },
    reachableBy: async ({ to, limit, cursor }) => {
      const after = afterOf(cursor, 'string');
      const wanted = { to, limit: limit + 1, after: after && { key: String(after[0]), id: after[1] } };
      const { rows, ...rest } = mergeReachableBy(await everyShard((shard) => shard.reachableBy(wanted)));
      return { ...toPage(rows, limit, (row) => [row.key, row.id]), ...rest };
    },
    access: async (identityId, appId) =>
      isIdentityId(identityId) ? fromHolder(identityId, (shard) => shard.access(identityId, appId)) : null,
    chokePoints: async (limit) => mergeChokePoints(await everyShard((shard) => shard.chokePoints(limit)), limit),
    whatIf: async (removals) => {
      if (removals.length > MAX_REMOVALS) throw invalidRequest({ detail: `Remove at most ${MAX_REMOVALS} at a time.` });
      const asked = now();
      const { known, verdicts, ...rest } = mergeWhatIf(await everyShard((shard) => shard.whatIf(removals, asked)));
      const unknown = known.indexOf(false);
      if (unknown >= 0) throw notFound({ detail: `There is nothing like remove[${unknown}] in the graph.` });
      const first = verdicts.first.map((shift) => ({
        ...shift,
        issueId: issueId(tenantId, shift.detection, shift.subject),
      }));
      return { ...rest, verdicts: { ...verdicts, first } };
    },
  };
}

function afterOf(cursor: string | undefined, first: 'number' | 'string'): [string | number, string] | null {
  if (cursor === undefined) return null;
  const [key, id] = decodeCursor(cursor, 2);
  if ((typeof key !== 'string' && typeof key !== 'number') || typeof key !== first || typeof id !== 'string') {
    throw invalidRequest({ detail: 'The cursor belongs to another list. Start again without it.' });
  }
  return [key, id];
}
