import type { LinkWay } from '../graph/links/links.store.ts';
import { compareText } from '../graph/text.ts';
import type { Known } from './known.ts';
import type { Decision, Pair } from './pairs.ts';

/** Whose an account is: null is its own identity. */
export interface Membership {
  homeId: string;
  how: LinkWay;
  reason: string;
  by: string | null;
}

export interface ClusterInput {
  accounts: ReadonlyMap<string, Known>;
  pairs: readonly Pair[];
  decisions: readonly Decision[];
  /** Accounts that are homes of others now: they stay it, so that identities keep their ids. */
  homes: ReadonlySet<string>;
  /** Goes before all others as the home. */
  prefer: string | null;
  /** The lower, the sooner a source's account is the home: the order in which sources were connected. */
  rank(sourceId: string): number;
}

/**
 * Puts accounts that are one person's together: what people joined first, then the strongest signs. Two that somebody
 * split never come together, and rules never put two accounts of one source together, but for those that people
 * joined. The order of the accounts does not matter.
 */
export function clusterAccounts(input: ClusterInput): Map<string, Membership | null> {
  const { accounts, pairs } = input;
  const split = new Set(
    input.decisions.flatMap(({ a, b, decision }) => (decision === 'split' ? [`${a} ${b}`, `${b} ${a}`] : [])),
  );
  // whom people joined is out of the rules' hands
  const said = new Set(pairs.flatMap(({ a, b, how }) => (how === 'manual' ? [a, b] : [])));
  const clusters = new Map<string, string[]>([...accounts.keys()].map((id) => [id, [id]]));
  const used: Pair[] = [];
  for (const pair of pairs) {
    if (pair.refused !== null) continue;
    const [left, right] = [clusters.get(pair.a), clusters.get(pair.b)];
    if (!left || !right) continue;
    if (left !== right) {
      if (left.some((x) => right.some((y) => split.has(`${x} ${y}`)))) continue;
      const [mine, theirs] = [left, right].map((side) => side.filter((id) => !said.has(id) || isOf(pair, id)));
      if (pair.how !== 'manual' && sharesSource(accounts, mine ?? [], theirs ?? [])) continue;
      const both = [...left, ...right];
      for (const id of both) clusters.set(id, both);
    }
    used.push(pair);
  }
  const members = new Map<string, Membership | null>();
  for (const cluster of new Set(clusters.values())) {
    const home = homeOf(cluster, input);
    for (const id of cluster) members.set(id, id === home ? null : membership(id, home, used));
  }
  return members;
}

const isOf = ({ a, b }: Pair, id: string) => a === id || b === id;

function sharesSource(accounts: ReadonlyMap<string, Known>, left: string[], right: string[]): boolean {
  const sources = new Set(left.map((id) => accounts.get(id)?.sourceId));
  return right.some((id) => sources.has(accounts.get(id)?.sourceId));
}

function homeOf(cluster: string[], { accounts, homes, prefer, rank }: ClusterInput): string {
  const order = (id: string) =>
    [Number(id !== prefer), Number(!homes.has(id)), rank(accounts.get(id)?.sourceId ?? '')] as const;
  const sorted = [...cluster].sort((x, y) => {
    const [a, b] = [order(x), order(y)];
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || compareText(x, y);
  });
  return sorted[0] ?? '';
}

/** The reason of an account: what ties it to its home itself, else the strongest that ties it to another. */
function membership(id: string, homeId: string, used: readonly Pair[]): Membership {
  const own = used.filter((pair) => isOf(pair, id));
  const best = own.find((pair) => isOf(pair, homeId)) ?? own[0];
  return { homeId, how: best?.how ?? 'manual', reason: best?.reason ?? '', by: best?.by ?? null };
}
