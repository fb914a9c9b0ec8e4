import type { AccountFacts } from '../graph/links/account-facts.ts';
import type { Graph } from '../graph/port.ts';
import { isAccountId } from '../graph/sharding.ts';
import { chunks } from '../graph/tx.ts';
import { listSources } from '../sources/sources.repository.ts';
import { type DecideDeps, decideIdentities } from './decide.ts';
import { readKnownRange } from './known.repository.ts';
import { readState, writeSources } from './links.repository.ts';

/** Accounts that are looked at together, and how often in one step of a sync. */
export const MATCHED_AT_ONCE = 1_000;
const PAGES_A_STEP = 10;

export type MatchGraph = Pick<Graph, 'linkAccounts' | 'accountFacts'>;

/** Does a piece of work and remembers its result, as a step of a sync does. */
type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/**
 * Brings whose accounts are up to date after a source was read completely (or forgotten). Of a tenant whose accounts
 * are all of one source nothing is kept, and nothing is done. Returns the rows that the graph wrote.
 */
export async function matchSource(
  deps: DecideDeps,
  graph: MatchGraph,
  tenantId: string,
  sourceId: string,
  step: Step,
): Promise<number> {
  const targets = await step('identities', () => sourcesToMatch(deps, graph, tenantId, sourceId));
  let rows = 0;
  for (const target of targets) {
    for (let n = 1, after: string | null = ''; after !== null; n++) {
      const from: string = after;
      const name = target === sourceId ? `identities ${n}` : `identities of ${target} ${n}`;
      const done = await step(name, () => matchPages(deps, graph, tenantId, target, from));
      rows += done.rows;
      after = done.next;
    }
  }
  return rows;
}

/** The source itself and, the first time that there are several, the others that hold accounts. */
async function sourcesToMatch(
  deps: DecideDeps,
  graph: MatchGraph,
  tenantId: string,
  sourceId: string,
): Promise<string[]> {
  const { sources: indexed } = await readState(deps, tenantId);
  const others = (await listSources(deps, tenantId)).map(({ id }) => id).filter((id) => id !== sourceId);
  const known = others.filter((id) => indexed.includes(id));
  const fresh: string[] = [];
  for (const id of others) {
    if (known.includes(id)) continue;
    if ((await graph.accountFacts({ sourceId: id, after: '', limit: 1 })).length > 0) fresh.push(id);
  }
  if (known.length + fresh.length === 0 && !indexed.includes(sourceId)) return [];
  return [...fresh, sourceId];
}

async function matchPages(
  deps: DecideDeps,
  graph: MatchGraph,
  tenantId: string,
  sourceId: string,
  from: string,
): Promise<{ rows: number; next: string | null }> {
  let rows = 0;
  let after = from;
  for (let page = 0; page < PAGES_A_STEP; page++) {
    const found = await graph.accountFacts({ sourceId, after, limit: MATCHED_AT_ONCE });
    const last = found.length < MATCHED_AT_ONCE ? null : (found.at(-1)?.accountId ?? null);
    const stored = await readKnownRange(deps, tenantId, sourceId, after, last);
    const facts = new Map<string, AccountFacts | null>(found.map((one) => [one.accountId, one]));
    for (const { accountId } of stored) if (!facts.has(accountId)) facts.set(accountId, null);
    for (const some of chunks([...facts], MATCHED_AT_ONCE)) {
      rows += await decideIdentities(deps, graph, tenantId, { facts: new Map(some) });
    }
    if (last === null) {
      await noteIndexed(deps, tenantId, sourceId);
      return { rows, next: null };
    }
    after = last;
  }
  return { rows, next: after };
}

async function noteIndexed(deps: DecideDeps, tenantId: string, sourceId: string): Promise<void> {
  const { sources } = await readState(deps, tenantId);
  const exists = (await listSources(deps, tenantId)).some(({ id }) => id === sourceId);
  if (exists === sources.includes(sourceId)) return;
  await writeSources(deps, tenantId, exists ? [...sources, sourceId] : sources.filter((id) => id !== sourceId));
}

/** The same of a few accounts that were read anew. Of a tenant without several sources nothing is done. */
export async function matchAccounts(
  deps: DecideDeps,
  graph: MatchGraph,
  tenantId: string,
  accountIds: readonly string[],
): Promise<number> {
  const ids = [...new Set(accountIds)].filter(isAccountId);
  if (ids.length === 0 || (await readState(deps, tenantId)).sources.length === 0) return 0;
  let rows = 0;
  for (const some of chunks(ids, MATCHED_AT_ONCE)) {
    const found = await graph.accountFacts({ accountIds: some });
    const facts = new Map<string, AccountFacts | null>(some.map((id) => [id, null]));
    for (const one of found) facts.set(one.accountId, one);
    rows += await decideIdentities(deps, graph, tenantId, { facts });
  }
  return rows;
}
