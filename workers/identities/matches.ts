import type { TenantGraph } from '../graph/directory.ts';
import { graphOf } from '../graph/directory.ts';
import type { IdentityDetail } from '../graph/identity-detail.ts';
import type { LinkWay } from '../graph/links/links.store.ts';
import type { NodeSummary } from '../graph/port.ts';
import { nameKey } from '../graph/text.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { listSources } from '../sources/sources.repository.ts';
import { readClosure } from './closure.ts';
import { readKnown } from './known.repository.ts';
import { type Known, knownOf } from './known.ts';
import { type Decision, pairsOf } from './pairs.ts';

/** An account that may be of the same person. */
export interface Match {
  account: NodeSummary;
  identityId: string;
  how: Exclude<LinkWay, 'manual'> | 'name';
  reason: string;
  /** Why the two were not joined by themselves. */
  hindrance: string;
}

/** Suggestions for one identity. */
export const MAX_MATCHES = 20;
/** Names that are looked through for the same one. */
const NAMES_READ = 50;

/** Accounts that share something with an identity and are not joined with it, the strongest sign first. */
export async function matchesOf(deps: Deps, tenantId: string, id: string): Promise<Match[]> {
  const graph = graphOf(deps, tenantId);
  const identity = await graph.identity(id);
  if (!identity) throw notFound({ detail: 'There is no such identity.' });
  const own = new Set(identity.accounts.map(({ node }) => node.id));
  const { pairs, decisions } = await pairsAround(deps, graph, tenantId, [...own]);
  const found = new Map<string, Omit<Match, 'account' | 'identityId'>>();
  for (const { a, b, how, reason, refused } of pairs) {
    const other = own.has(a) ? b : a;
    if (own.has(a) === own.has(b) || how === 'manual' || found.has(other)) continue;
    const hindrance = splitBy(decisions, own, other) ?? refused ?? 'Something else speaks against it';
    found.set(other, { how, reason, hindrance });
  }
  for (const other of await sameName(graph, identity, own)) {
    if (found.has(other)) continue;
    const hindrance = splitBy(decisions, own, other) ?? 'A name alone proves nothing';
    found.set(other, { how: 'name', reason: 'They have the same name', hindrance });
  }
  const matches: Match[] = [];
  for (const [accountId, match] of [...found].slice(0, MAX_MATCHES)) {
    const [account, view] = await Promise.all([graph.node(accountId, 0), graph.accountView(accountId)]);
    if (account && view) matches.push({ account: account.node, identityId: view.identityId, ...match });
  }
  return matches;
}

async function pairsAround(deps: Deps, graph: TenantGraph, tenantId: string, seeds: string[]) {
  const [facts, stored, sources] = await Promise.all([
    graph.accountFacts({ accountIds: seeds }),
    readKnown(deps, tenantId, seeds),
    listSources(deps, tenantId),
  ]);
  const before = new Map(stored.map((one) => [one.accountId, one]));
  const fresh = new Map<string, Known>(
    facts.map((one) => [one.accountId, knownOf(tenantId, one, before.get(one.accountId))]),
  );
  const closure = await readClosure(deps, tenantId, { seeds, fresh, sources: sources.map(({ id }) => id) });
  return { pairs: pairsOf(closure.accounts, closure.decisions, closure.crowded), decisions: closure.decisions };
}

function splitBy(decisions: readonly Decision[], own: ReadonlySet<string>, other: string): string | null {
  const split = decisions.find(
    ({ a, b, decision }) => decision === 'split' && ((a === other && own.has(b)) || (b === other && own.has(a))),
  );
  return split ? `${split.by} split them by hand` : null;
}

async function sameName(graph: TenantGraph, { identity }: IdentityDetail, own: ReadonlySet<string>): Promise<string[]> {
  const key = nameKey(identity.name);
  // one word is no name of a person
  if (!key.includes(' ')) return [];
  const { data } = await graph.list({ kind: 'account', q: identity.name, limit: NAMES_READ });
  return data.flatMap((node) => (nameKey(node.name) === key && !own.has(node.id) ? [node.id] : []));
}
