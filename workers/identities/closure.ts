import { nodeId } from '../graph/model.ts';
import type { Deps } from '../platform/deps.ts';
import { identityError } from './identities.errors.ts';
import { readKnown, readSharing } from './known.repository.ts';
import { claimsOf, type Known } from './known.ts';
import { type LinkRow, readDecisions, readLinkRows } from './links.repository.ts';
import { type Decision, MAX_SHARED } from './pairs.ts';

type Store = Pick<Deps, 'evidence'>;

/** Accounts that one decision may take into account. */
export const MAX_CLOSURE = 20_000;

/** Everything that may speak for or against joining some accounts with others. */
export interface Closure {
  accounts: Map<string, Known>;
  links: Map<string, LinkRow>;
  decisions: Decision[];
  /** Keys that too many accounts have to mean anything. */
  crowded: Set<string>;
}

export interface ClosureInput {
  seeds: Iterable<string>;
  /** Keys that accounts had so far: who has them still may be alone with them now. */
  keys?: readonly string[];
  /** Accounts as they are now, null being gone: that counts before what is remembered. */
  fresh: ReadonlyMap<string, Known | null>;
  sources: readonly string[];
}

/**
 * Everything that hangs together with some accounts, over shared keys, links and what people said. Throws `identities.too_many` beyond
 * `MAX_CLOSURE`.
 */
export async function readClosure(deps: Store, tenantId: string, input: ClosureInput): Promise<Closure> {
  const { seeds, keys: oldKeys = [], fresh, sources } = input;
  const closure: Closure = { accounts: new Map(), links: new Map(), decisions: [], crowded: new Set() };
  const decisions = new Map<string, Decision>();
  const asked = new Set<string>();
  const askedKeys = new Set<string>();
  const freshKeys = byKey(fresh);
  let frontier = [...new Set(seeds)];
  while (frontier.length > 0) {
    for (const id of frontier) asked.add(id);
    if (asked.size > MAX_CLOSURE) throw identityError.tooMany();
    const stored = frontier.filter((id) => !fresh.has(id));
    const [known, links, said] = await Promise.all([
      stored.length > 0 ? readKnown(deps, tenantId, stored) : [],
      readLinkRows(deps, tenantId, frontier),
      readDecisions(deps, tenantId, frontier),
    ]);
    const now = [...known, ...frontier.flatMap((id) => fresh.get(id) ?? [])];
    for (const one of now) closure.accounts.set(one.accountId, one);
    for (const link of links) closure.links.set(link.accountId, link);
    for (const one of said) decisions.set(`${one.a} ${one.b}`, one);
    const next = new Set<string>();
    for (const { accountId, homeId } of links) for (const id of [accountId, homeId]) if (id) next.add(id);
    for (const { a, b } of said) next.add(a).add(b);
    for (const one of now) for (const id of claimedBy(one, sources)) next.add(id);
    const first = askedKeys.size === 0 ? oldKeys : [];
    const told = [...first, ...now.flatMap((one) => [...one.keys, `link:${one.nativeId}`])];
    const keys = [...new Set(told)].filter((key) => !askedKeys.has(key));
    for (const key of keys) askedKeys.add(key);
    const sharing = await readSharing(deps, tenantId, keys);
    for (const key of keys) {
      const has = (id: string) => !fresh.has(id) || (fresh.get(id)?.keys.includes(key) ?? false);
      const ids = new Set([...(sharing.get(key) ?? []).filter(has), ...(freshKeys.get(key) ?? [])]);
      if (ids.size > MAX_SHARED) closure.crowded.add(key);
      else for (const id of ids) next.add(id);
    }
    frontier = [...next].filter((id) => !asked.has(id));
  }
  closure.decisions = [...decisions.values()];
  return closure;
}

/** The accounts that a source's app is known to have made in the others. */
function claimedBy(one: Known, sources: readonly string[]): string[] {
  return claimsOf(one).flatMap((native) =>
    sources.flatMap((sourceId) => (sourceId === one.sourceId ? [] : [nodeId('account', sourceId, native)])),
  );
}

function byKey(fresh: ReadonlyMap<string, Known | null>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const one of fresh.values()) {
    for (const key of one?.keys ?? []) found.set(key, [...(found.get(key) ?? []), one?.accountId ?? '']);
  }
  return found;
}
