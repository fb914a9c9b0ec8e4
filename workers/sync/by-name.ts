import { grouped } from '../graph/group.ts';
import { type AccountFacts, loginKey } from '../graph/links/account-facts.ts';
import { type GraphEdge, type GraphNode, nodeId } from '../graph/model.ts';
import { chunks } from '../graph/tx.ts';
import { domainFinder } from '../sources/okta/map/directories.ts';
import { externalNode } from '../sources/okta/map/externals.ts';
import { edgeOf, type Owned } from '../sources/okta/map/thing.ts';
import { isManagerName } from '../sources/okta/map/users-and-types.ts';
import { closeOwned } from './close-owned.ts';
import { listOf } from './graph-list.ts';
import type { SyncSession } from './session.ts';

/** Accounts that are looked at together. */
const AT_ONCE = 1_000;
/** Changed accounts from which on the whole source is looked through instead. */
const MANY = 5_000;
/** Apps that are looked through for those of domains. */
const MAX_APPS = 20_000;

/** What names mean, as far as they were asked for. */
interface Names {
  /** Graph ids by login; null for one that is nobody's, or of two. */
  managers: Map<string, string | null>;
  domain: Promise<(name: string) => string | null> | null;
}

/**
 * Draws what profiles only name: the manager, by login, and the domain that checks the password, by a name of its own.
 * Users come in any order and before the apps, so that both are known once all users and apps are in the graph: run it
 * then. `changed`: graph ids of the accounts that were read anew, where not all were; whom they manage by their login,
 * which may be new, is looked at too. Returns the rows written.
 */
export async function tieByName(session: SyncSession, changed: readonly string[] | null = null): Promise<number> {
  const names: Names = { managers: new Map(), domain: null };
  let rows = 0;
  if (changed !== null && changed.length <= MANY) {
    for (const some of chunks(changed, AT_ONCE)) {
      const read = await session.graph.accountFacts({ accountIds: some });
      const logins = read.flatMap(({ login }) => login ?? []);
      const reports = await accountsBy(session, 'managerId', logins);
      const all = new Map([...read, ...reports].map((one) => [one.accountId, one]));
      rows += await draw(session, [...all.values()], names);
    }
    return rows;
  }
  for (let after: string | null = ''; after !== null; ) {
    const found: AccountFacts[] = await session.graph.accountFacts({
      sourceId: session.source.id,
      after,
      limit: AT_ONCE,
      naming: true,
    });
    rows += await draw(session, found, names);
    after = found.length < AT_ONCE ? null : (found.at(-1)?.accountId ?? null);
  }
  return rows;
}

async function draw(session: SyncSession, accounts: readonly AccountFacts[], names: Names): Promise<number> {
  const parts = [await managed(session, accounts, names), await withPasswords(session, accounts, names)];
  const nodes = parts.flatMap((part) => part.nodes);
  const edges = parts.flatMap((part) => part.edges);
  const asOf = session.clock.now();
  const page = { nodes, edges, asOf, by: session.by, evaluate: false };
  const { rowsWritten } = edges.length === 0 ? { rowsWritten: 0 } : await session.graph.applyPage(page);
  const owns = parts.flatMap((part) => part.owns);
  return rowsWritten + (await closeOwned(session, owns, edges, asOf));
}

interface Part {
  nodes: GraphNode[];
  edges: GraphEdge[];
  owns: Owned[];
}

async function managed(session: SyncSession, accounts: readonly AccountFacts[], { managers }: Names): Promise<Part> {
  const named = accounts.flatMap(({ accountId, managerId }) =>
    isManagerName(managerId) ? [{ accountId, name: loginKey(managerId) }] : [],
  );
  const unknown = new Set(named.map(({ name }) => name).filter((name) => !managers.has(name)));
  await learn(session, [...unknown], managers);
  return {
    nodes: [],
    edges: named.flatMap(({ accountId, name }): GraphEdge[] => {
      const manager = managers.get(name) ?? null;
      return manager === null || manager === accountId ? [] : [edgeOf(manager, 'MANAGER_OF', accountId)];
    }),
    owns: named.map(({ accountId }) => ({ kind: 'MANAGER_OF', end: 'to', at: accountId })),
  };
}

function accountsBy(session: SyncSession, by: 'login' | 'managerId', names: string[]): Promise<AccountFacts[]> {
  if (names.length === 0) return Promise.resolve([]);
  return session.graph.accountFacts({ sourceId: session.source.id, by, names });
}

async function learn(session: SyncSession, names: string[], managers: Names['managers']): Promise<void> {
  for (const name of names) managers.set(name, null);
  const times = new Map<string, number>();
  for (const { accountId, login } of await accountsBy(session, 'login', names)) {
    const name = loginKey(login ?? '');
    times.set(name, (times.get(name) ?? 0) + 1);
    managers.set(name, times.get(name) === 1 ? accountId : null);
  }
}

/**
 * With delegated authentication whoever is the person in the domain signs in as the user, and so does who rules it,
 * which contains the person. Where people are not drawn the domain stands for them. A domain that no app of the source
 * imports from goes by the name that the users say.
 */
async function withPasswords(session: SyncSession, accounts: readonly AccountFacts[], names: Names): Promise<Part> {
  const part: Part = { nodes: [], edges: [], owns: [] };
  const made = new Map<string, GraphNode>();
  const personsOf = await peopleOfDomains(
    session,
    accounts.flatMap(({ accountId, providerName }) => (providerName === null ? [] : [accountId])),
  );
  for (const { accountId, providerName } of accounts) {
    if (providerName === null) continue;
    names.domain ??= listOf(session, 'app', MAX_APPS).then(({ nodes }) => domainFinder(nodes));
    const known = (await names.domain)(providerName);
    const other = known === null ? externalNode(session.source.id, 'ADDomain', providerName) : null;
    if (other) made.set(other.id, other);
    const domain = other?.id ?? nodeId('external', session.source.id, known ?? '');
    const persons = personsOf(domain, accountId);
    for (const from of persons.length > 0 ? persons : [domain]) {
      part.edges.push(edgeOf(from, 'PASSWORD_SYNC', accountId));
    }
    part.owns.push({ kind: 'PASSWORD_SYNC', end: 'to', at: accountId });
  }
  return { ...part, nodes: [...made.values()] };
}

/** The people of a domain, among those whom accounts are in step with. */
async function peopleOfDomains(
  session: SyncSession,
  accountIds: string[],
): Promise<(domain: string, accountId: string) => string[]> {
  if (accountIds.length === 0) return () => [];
  const synced = await session.graph.edgesInto('USER_SYNC', accountIds);
  const contained = await session.graph.edgesInto(
    'SYSTEM_CONTAINS',
    synced.map(({ from }) => from),
  );
  const pairs = new Set(contained.map(({ from, to }) => `${from} ${to}`));
  const persons = grouped(synced.map(({ from, to }) => [to, from] as const));
  return (domain, accountId) => (persons.get(accountId) ?? []).filter((person) => pairs.has(`${domain} ${person}`));
}
