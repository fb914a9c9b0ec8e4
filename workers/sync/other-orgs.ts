import { loginKey } from '../graph/links/account-facts.ts';
import { nodeId, type Provenance } from '../graph/model.ts';
import type { Graph, NodeSummary } from '../graph/port.ts';
import { chunks } from '../graph/tx.ts';
import type { Deps } from '../platform/deps.ts';
import { orgHost } from '../sources/okta/map/externals.ts';
import { type Elsewhere, elsewhereOf, sameAs, toldEnd } from '../sources/okta/map/other-orgs.ts';
import { addendum, type Owned } from '../sources/okta/map/thing.ts';
import { listSources, type Source } from '../sources/sources.repository.ts';
import { drawPart } from './draw.ts';
import { listOf } from './graph-list.ts';

/** Nodes beyond Okta of one source that are looked through, and groups of the other for those that are named. */
const MAX_EXTERNALS = 100_000;
const MAX_GROUPS = 50_000;
/** Credentials of an org that are looked through for the certificates of its domains. */
const MAX_CREDENTIALS = 5_000;
/** Logins that are looked for at once. */
const NAMES_AT_ONCE = 1_000;

type Sources = Pick<Source, 'id' | 'baseUrl'>[];

/**
 * Ties what a source knows of an Okta org beyond it to what that org itself has, where the org is a connected source of
 * the same tenant: the org, people and groups, whichever of the two was read last. Ends what is not so any more. An end
 * that the other source has not brought (yet) is named all the same: no way leads there before it does. `forgotten`:
 * after a source was deleted, when the last one may be left. Returns the rows written.
 */
export async function tieOrgs(
  deps: Pick<Deps, 'control' | 'clock'>,
  graph: Graph,
  tenantId: string,
  by: Provenance,
  forgotten = false,
): Promise<number> {
  const orgs = (await listSources(deps, tenantId)).filter(({ kind }) => kind === 'okta');
  if (orgs.length < (forgotten ? 1 : 2)) return 0;
  const hosts = await orgHosts(graph, orgs);
  let rows = 0;
  for (const org of orgs) rows += await tieOrg({ deps, graph, by }, org, hosts);
  return rows;
}

/**
 * Which source a host is, in lower case: the address that the org was connected by, the domains that it answers under,
 * and its name at Okta.
 */
async function orgHosts(graph: Graph, orgs: Sources): Promise<Map<string, string>> {
  const hosts = new Map<string, string>();
  const add = (host: string, id: string) => {
    if (!hosts.has(host)) hosts.set(host, id);
  };
  for (const { id, baseUrl } of orgs) add(orgHost(baseUrl), id);
  for (const { id, baseUrl } of orgs) {
    const { nodes } = await listOf({ graph, source: { id } }, 'credential', MAX_CREDENTIALS);
    for (const { attributes } of nodes) {
      if (attributes.type === 'domain_certificate' && typeof attributes.domain === 'string') {
        add(orgHost(attributes.domain), id);
      }
    }
    const org = await graph.node(nodeId('resource', id, 'org'), 1);
    const subdomain = org?.node.attributes.subdomain;
    if (typeof subdomain === 'string' && !OKTA_HOST.test(orgHost(baseUrl))) add(orgHost(subdomain), id);
  }
  return hosts;
}

const OKTA_HOST = /\.(?:okta|oktapreview|okta-emea|okta-gov)\.com$/;

async function tieOrg(
  { deps, graph, by }: { deps: Pick<Deps, 'clock'>; graph: Graph; by: Provenance },
  org: Sources[number],
  hosts: ReadonlyMap<string, string>,
): Promise<number> {
  const asOf = deps.clock.now();
  const { nodes } = await listOf({ graph, source: org }, 'external', MAX_EXTERNALS);
  const known = nodes.flatMap((node) => {
    const elsewhere = elsewhereOf(node);
    return elsewhere ? [{ node, elsewhere }] : [];
  });
  const ends = new Map<string, string>();
  for (const id of new Set(hosts.values())) {
    if (id === org.id) continue;
    const there = known.flatMap(({ elsewhere }) => (hosts.get(elsewhere.host) === id ? [elsewhere] : []));
    for (const [from, end] of await endsIn(graph, id, there)) ends.set(from, end);
  }
  return drawPart(
    { graph, by },
    {
      nodes: known.flatMap(({ node }) => saidConnected(org.id, node, ends.has(node.id))),
      edges: known.flatMap(({ elsewhere }) => {
        const end = ends.get(elsewhere.from);
        return end === undefined ? [] : sameAs(elsewhere, end);
      }),
      owns: known.flatMap(({ node }): Owned[] => [
        { kind: 'SAME_AS', end: 'from', at: node.id },
        { kind: 'SAME_AS', end: 'to', at: node.id },
      ]),
    },
    asOf,
  );
}

/** Nothing where that is said already. */
function saidConnected(sourceId: string, { nativeId, attributes }: NodeSummary, connected: boolean) {
  return (attributes.connected === true) === connected ? [] : [addendum('external', sourceId, nativeId, { connected })];
}

/** The nodes of a connected org, by the external nodes that stand for them. */
async function endsIn(graph: Graph, sourceId: string, there: readonly Elsewhere[]): Promise<Map<string, string>> {
  const ends = new Map<string, string>();
  const named = { account: new Map<string, string[]>(), group: new Map<string, string[]>() };
  for (const elsewhere of there) {
    const { from, what } = elsewhere;
    const end = toldEnd(sourceId, elsewhere);
    if (end !== null) ends.set(from, end);
    else if (what.of !== 'org' && what.name !== '') {
      const name = what.of === 'account' ? loginKey(what.name) : what.name;
      named[what.of].set(name, [...(named[what.of].get(name) ?? []), from]);
    }
  }
  const found = (all: ReadonlyMap<string, string[]>, name: string, end: string) => {
    for (const from of all.get(name) ?? []) ends.set(from, end);
  };
  for (const names of chunks([...named.account.keys()], NAMES_AT_ONCE)) {
    for (const { accountId, login } of await graph.accountFacts({ sourceId, by: 'login', names })) {
      found(named.account, loginKey(login ?? ''), accountId);
    }
  }
  if (named.group.size === 0) return ends;
  const { nodes } = await listOf({ graph, source: { id: sourceId } }, 'group', MAX_GROUPS);
  // names of Okta's own groups are unique; those of imported ones are not
  for (const { id, name, attributes } of nodes) if (attributes.type !== 'APP_GROUP') found(named.group, name, id);
  return ends;
}
