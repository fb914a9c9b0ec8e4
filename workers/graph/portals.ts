import type { PathStep } from '../detections/types.ts';
import type { NamedPiece } from './named.ts';
import type { View } from './paths.ts';
import type { ShardApi } from './shard-api.ts';
import { isOwn } from './trails.ts';
import type { Seeds } from './walk-index.ts';

/**
 * Ways that lead over several shards. Accounts are on one shard each; all else, and the sets of targets that role
 * assignments give power over, is on every one. So a way changes shards only there, in front of an account. Each shard
 * tells how far tier zero (or whatever is asked for) is from there over its own accounts; the others go on from what
 * was told, until nothing comes nearer.
 */
export interface Joined {
  seeds: Map<string, { distance: number; shards: Set<number> }>;
}

/** Every change of shard costs at least two of the twelve edges of a path. */
export const MAX_CROSSINGS = 6;

const NONE: Joined = { seeds: new Map() };

/** The shards that may hold a node: of an account that may be joined, an identity or a device the id does not tell which. */
export function holdersOf(id: string, shards: ShardApi[]): number[] {
  return isOwn(id) ? shards.map((_, index) => index) : [0];
}

/** What a shard is told: where ways go on on others. */
export function seedsFor({ seeds }: Joined, shard: number): Seeds {
  return [...seeds].flatMap(([id, { distance, shards }]): Seeds => {
    return [...shards].some((one) => one !== shard) ? [[id, distance]] : [];
  });
}

/** Joins the ways of all shards to a node, or (null) to tier zero. */
export async function joinWays(shards: ShardApi[], to: string | null, view: View, memo?: JoinMemo): Promise<Joined> {
  if (shards.length === 1) return NONE;
  let joined: Joined = NONE;
  let first: string | null = null;
  for (let round = 0; round <= MAX_CROSSINGS; round++) {
    const told = await Promise.all(shards.map((shard, index) => shard.relays(to, seedsFor(joined, index), view)));
    const stamp = told.map((one) => one.stamp).join('-');
    first ??= stamp;
    const known = round === 0 ? memo?.get(stamp) : undefined;
    if (known) return known;
    const next = merged(joined, told);
    if (next === null) {
      // of rounds before and after a change nobody knows which graph they are of
      if (stamp === first) memo?.set(stamp, joined);
      return joined;
    }
    joined = next;
  }
  return joined;
}

/** Keeps what was joined while no shard has changed. */
export interface JoinMemo {
  get(stamp: string): Joined | undefined;
  set(stamp: string, joined: Joined): void;
}

/** Null when nothing is new. */
function merged(joined: Joined, told: { seeds: Seeds }[]): Joined | null {
  const seeds = new Map([...joined.seeds].map(([id, seed]) => [id, { ...seed, shards: new Set(seed.shards) }]));
  let fresh = false;
  told.forEach((part, shard) => {
    for (const [id, distance] of part.seeds) {
      const known = seeds.get(id);
      if (known && known.distance <= distance && known.shards.has(shard)) continue;
      fresh = true;
      seeds.set(id, {
        distance: Math.min(distance, known?.distance ?? distance),
        shards: new Set([...(known?.shards ?? []), shard]),
      });
    }
  });
  return fresh ? { seeds } : null;
}

interface Question {
  to: string | null;
  view: View;
  joined: Joined;
}

/** The shortest paths from a node that is on some of the shards, up to `limit`. */
export async function pathsFrom(
  shards: ShardApi[],
  on: number[],
  from: string,
  limit: number,
  question: Question,
): Promise<PathStep[][]> {
  const pieces = await Promise.all(on.map((index) => ask(shards, index, { from, limit, arrived: false, ...question })));
  return completer(shards, limit, question)(pieces.flat());
}

/** Completes the pieces of paths with those on other shards; what lies behind a portal is asked for once. */
export function completer(
  shards: ShardApi[],
  limit: number,
  question: Question,
): (pieces: NamedPiece[]) => Promise<PathStep[][]> {
  const behind = new Map<string, Promise<PathStep[][]>>();
  const rest = (portal: string): Promise<PathStep[][]> => {
    const known = behind.get(portal);
    if (known) return known;
    const asked = restOf(shards, portal, limit, question, rest);
    behind.set(portal, asked);
    return asked;
  };
  return (pieces) => join(pieces, limit, rest);
}

async function restOf(
  shards: ShardApi[],
  portal: string,
  limit: number,
  question: Question,
  rest: (portal: string) => Promise<PathStep[][]>,
): Promise<PathStep[][]> {
  const owners = [...(question.joined.seeds.get(portal)?.shards ?? [])];
  const pieces = await Promise.all(
    owners.map((index) => ask(shards, index, { from: portal, limit, arrived: true, ...question })),
  );
  return join(pieces.flat(), limit, rest);
}

async function join(
  pieces: NamedPiece[],
  limit: number,
  rest: (portal: string) => Promise<PathStep[][]>,
): Promise<PathStep[][]> {
  const found = new Map<string, PathStep[]>();
  for (const piece of pieces) {
    if (found.size >= limit) break;
    const ways = piece.onward === null ? [[]] : await rest(piece.onward);
    for (const way of ways) {
      const whole = continued(piece, way);
      if (found.size < limit) found.set(whole.map((step) => `${step.node.id} ${step.edge}`).join(' '), whole);
    }
  }
  return [...found.values()];
}

/** A piece with what follows; what goes on from structure begins with it once more. */
export function continued({ steps, onward }: NamedPiece, rest: PathStep[]): PathStep[] {
  return onward !== null && steps.at(-1)?.edge === null ? [...steps.slice(0, -1), ...rest] : [...steps, ...rest];
}

async function ask(
  shards: ShardApi[],
  index: number,
  { from, to, limit, arrived, view, joined }: Question & { from: string; limit: number; arrived: boolean },
): Promise<NamedPiece[]> {
  const seeds = seedsFor(joined, index);
  return (await shards[index]?.ways({ from, to, limit, arrived, seeds, view })) ?? [];
}
