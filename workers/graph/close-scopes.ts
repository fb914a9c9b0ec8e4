import type { Millis } from '../platform/clock.ts';
import { provenanceText } from './page.ts';
import type { CloseScopeInput, CloseScopeResult } from './port.ts';
import { type EndedScope, isHeld, isOfNodes, type ScopeDiff } from './scope.ts';
import type { ShardApi } from './shard-api.ts';
import { isAccountId, isDeviceId, isIdentityId, type Placer, SPREAD_KINDS } from './sharding.ts';
import type { Scope } from './writes.ts';

/** Scopes, and ids that listings of them saw, in one call of a shard. A scope of more ids goes alone. */
export const MAX_SCOPES_AT_ONCE = 1_000;
export const MAX_SEEN_AT_ONCE = 50_000;

export const NOTHING_CLOSED: CloseScopeResult = { held: false, removed: 0, rowsWritten: 0 };

/**
 * Asks every shard what would end before any ends it: the guard judges each scope as a whole. What is seen goes to
 * every shard whole, since an identity's id does not tell its shard.
 */
export async function closeScopes(
  shards: ShardApi[],
  inputs: CloseScopeInput[],
  now: Millis,
  placer: (accountIds: () => Iterable<string>) => Promise<Placer>,
): Promise<CloseScopeResult[]> {
  const results: CloseScopeResult[] = [];
  const place = await placer(() => inputs.flatMap(({ homes = [] }) => homes.filter((id) => id !== null)));
  for (const batch of batches(inputs)) results.push(...(await closeBatch(shards, batch, now, place)));
  return results;
}

function batches(inputs: CloseScopeInput[]): CloseScopeInput[][] {
  const found: CloseScopeInput[][] = [];
  let batch: CloseScopeInput[] = [];
  let seen = 0;
  for (const input of inputs) {
    const full = batch.length >= MAX_SCOPES_AT_ONCE || seen + input.seen.length > MAX_SEEN_AT_ONCE;
    if (batch.length === 0 || full) {
      batch = [];
      found.push(batch);
      seen = 0;
    }
    batch.push(input);
    seen += input.seen.length;
  }
  return found;
}

async function closeBatch(
  shards: ShardApi[],
  inputs: CloseScopeInput[],
  now: Millis,
  place: Placer,
): Promise<CloseScopeResult[]> {
  const diffs = await Promise.all(
    shards.map((shard, index) =>
      shard.diffScopes(
        inputs.map(({ scope, seen, homes, asOf }) => ({
          scope,
          seen: seenBy(index, seen, homes, place),
          asOf,
        })),
      ),
    ),
  );
  inputs.forEach(({ scope }, place) => {
    if (scope.of === 'loose') agree(ofScope(diffs, place));
  });
  const judged = inputs.map((input, place) => judge(input, ofScope(diffs, place)));
  const ended = await Promise.all(shards.map((shard, index) => end(shard, inputs, judged, diffs[index] ?? [], now)));
  return inputs.map(({ scope }, place): CloseScopeResult => {
    const held = judged[place];
    if (held) return held;
    const parts = ofScope(ended, place);
    const removed = parts.map((part) => part.removed);
    return {
      held: false,
      removed: isStructural(scope) ? Math.max(0, ...removed) : total(removed),
      rowsWritten: total(parts.map((part) => part.rowsWritten)),
    };
  });
}

/** Of devices: what moved to another shard has ended where it was. */
function seenBy(shard: number, seen: string[], homes: CloseScopeInput['homes'], place: Placer): string[] {
  return homes ? seen.filter((id, at) => place(homes[at] ?? id) === shard) : seen;
}

/** A node is loose when it is on every shard: the edges of accounts lie on one of them. */
function agree(diffs: ScopeDiff[]): void {
  const [first, ...others] = diffs.map(({ ending }) => new Set(ending));
  const everywhere = [...(first ?? [])].filter((id) => others.every((other) => other.has(id)));
  for (const diff of diffs) diff.ending = everywhere;
}

/** Null when what the listing did not see may end. */
function judge(
  { scope, removalLimitPercent, doubted }: CloseScopeInput,
  diffs: ScopeDiff[],
): Extract<CloseScopeResult, { held: true }> | null {
  const counted = isStructural(scope) ? diffs.slice(0, 1) : diffs;
  const existing = total(counted.map((diff) => diff.existing));
  const removing = doubted ? existing : total(counted.map((diff) => diff.ending.length));
  const held = doubted ? existing > 0 : isHeld(existing, removing, removalLimitPercent);
  return held ? { held, existing, removing, rowsWritten: 0 } : null;
}

/** Ends on one shard what may end there, by the place of the scope. One call, or none when nothing ends. */
async function end(
  shard: ShardApi,
  inputs: CloseScopeInput[],
  judged: (object | null | undefined)[],
  diffs: ScopeDiff[],
  now: Millis,
): Promise<EndedScope[]> {
  const ended = inputs.map((): EndedScope => ({ removed: 0, rowsWritten: 0 }));
  const places = inputs.flatMap((input, place) =>
    !judged[place] && !input.doubted && (diffs[place]?.ending.length ?? 0) > 0 ? [place] : [],
  );
  for (const evaluate of [false, true]) {
    const wanted = places.filter((place) => inputs[place]?.evaluate === evaluate);
    if (wanted.length === 0) continue;
    const ends = wanted.flatMap((place) => {
      const input = inputs[place];
      if (!input) return [];
      const { scope, asOf, by } = input;
      return [{ scope, ending: diffs[place]?.ending ?? [], asOf, by: provenanceText(by) }];
    });
    const done = await shard.endScopes(ends, evaluate, now);
    // what the evaluation wrote belongs to no scope of its own
    const evaluated = done.rowsWritten - total(done.ended.map((one) => one.rowsWritten));
    done.ended.forEach((one, at) => {
      const place = wanted[at];
      if (place !== undefined) ended[place] = { ...one, rowsWritten: one.rowsWritten + (at === 0 ? evaluated : 0) };
    });
  }
  return ended;
}

/** Whether every shard holds the whole scope. */
function isStructural(scope: Scope): boolean {
  if (scope.of === 'edgesAt') return !scope.at.some((id) => isAccountId(id) || isDeviceId(id));
  if (scope.of === 'edgesFrom') {
    return !isAccountId(scope.from) && !isIdentityId(scope.from) && !SPREAD_KINDS.has(scope.toKind);
  }
  return !SPREAD_KINDS.has(isOfNodes(scope) ? scope.kind : scope.fromKind);
}

function ofScope<T>(byShard: T[][], place: number): T[] {
  return byShard.flatMap((shard) => {
    const one = shard[place];
    return one === undefined ? [] : [one];
  });
}

function total(numbers: number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
