import { type GraphEdge, type GraphNode, nodeId, type Scope } from '../graph/model.ts';
import type { NodeSummary } from '../graph/port.ts';
import { domainApps, domainOf } from '../sources/okta/map/directories.ts';
import { kerberosAccount } from '../sources/okta/map/people-beyond.ts';
import { edgeOf } from '../sources/okta/map/thing.ts';
import { closeAllFreely } from './close.ts';
import { closeOwned } from './close-owned.ts';
import type { CoverageNotes } from './coverage-notes.ts';
import { listOf } from './graph-list.ts';
import type { SyncSession } from './session.ts';

/** Groups that are looked through for those that come from a directory, to be tied to its domain. */
export const MAX_DIRECTORY_GROUPS = 50_000;
/** Policies that are looked through for those that route sign-ons. */
const MAX_POLICIES = 5_000;
/** Edges handed to the graph at once. */
const AT_ONCE = 5_000;

/** Rows written, and what the coverage says of it. */
interface Tied {
  rows: number;
  notes: CoverageNotes;
}

/** What ties the org to the directories that its apps lead to. */
export async function tieDirectories(session: SyncSession, apps: readonly NodeSummary[]): Promise<Tied> {
  const directories = domainApps(apps);
  if (directories.length === 0) return { rows: 0, notes: {} };
  const groups = await tieGroups(session, directories);
  const desktops = await tieDesktops(session, directories);
  return { rows: groups.rows + desktops.rows, notes: { ...groups.notes, ...desktops.notes } };
}

/** Groups that come from a directory: whoever rules its domain decides who is in them. */
async function tieGroups(session: SyncSession, directories: readonly NodeSummary[]): Promise<Tied> {
  const source = session.source.id;
  const domains = new Map(directories.map((app) => [app.nativeId, nodeId('external', source, domainOf(app))]));
  const { nodes: groups, more } = await listOf(session, 'group', MAX_DIRECTORY_GROUPS);
  const edges: GraphEdge[] = groups.flatMap(({ id, attributes }) => {
    const domain = typeof attributes.sourceAppId === 'string' ? domains.get(attributes.sourceAppId) : undefined;
    return domain === undefined ? [] : [edgeOf(domain, 'MEMBERSHIP_SYNC', id)];
  });
  const rows = await replaceEdges(session, [], edges, 'MEMBERSHIP_SYNC', 'from', more ? [] : [...domains.values()]);
  const beyond = `Which directory rules groups beyond the first ${MAX_DIRECTORY_GROUPS} by name is not looked at anew.`;
  return { rows, notes: more ? { roles: beyond } : {} };
}

/**
 * Where a rule routes people to sign on with their desktop's ticket: the account whose key makes these tickets. Policies
 * that may not be read say nothing, and leave what is known.
 */
async function tieDesktops(session: SyncSession, directories: readonly NodeSummary[]): Promise<Tied> {
  const { id: source, baseUrl } = session.source;
  const { nodes: policies, more } = await listOf(session, 'policy', MAX_POLICIES);
  if (policies.length === 0) return { rows: 0, notes: {} };
  const used = policies.some(({ attributes }) => routesDesktops(attributes));
  const org = used ? await session.graph.node(nodeId('resource', source, 'org'), 1) : null;
  const subdomain = org?.node.attributes.subdomain;
  const name = typeof subdomain === 'string' ? subdomain : null;
  const ties = directories.flatMap(({ id, nativeId }) => {
    const account = used ? kerberosAccount(source, nativeId, baseUrl, name) : null;
    return account ? [{ account, edge: edgeOf(account.id, 'KERBEROS_SSO', id) }] : [];
  });
  const apps = directories.map(({ id }) => id);
  const rows = await replaceEdges(
    session,
    ties.map(({ account }) => account),
    ties.map(({ edge }) => edge),
    'KERBEROS_SSO',
    'to',
    more ? [] : apps,
  );
  const beyond = `Policies beyond the first ${MAX_POLICIES} by name are not looked through for desktop sign-on.`;
  return { rows, notes: more ? { policies: beyond } : {} };
}

/** A rule of identity provider discovery: `actions.idp.providers[].type`. */
function routesDesktops({ status, rules }: Record<string, unknown>): boolean {
  return status !== 'INACTIVE' && Array.isArray(rules) && JSON.stringify(rules.filter(isActive)).includes(DESKTOP);
}

/** Okta's name for agentless desktop sign-on among the types of identity providers. */
const DESKTOP = '"type":"AgentlessDSSO"';

function isActive(rule: unknown): boolean {
  return typeof rule !== 'object' || rule === null || !('status' in rule) || rule.status !== 'INACTIVE';
}

/** Draws edges, which are all of their kind at these nodes: others there end. */
async function replaceEdges(
  session: SyncSession,
  nodes: GraphNode[],
  edges: GraphEdge[],
  kind: GraphEdge['kind'],
  end: 'from' | 'to',
  at: string[],
): Promise<number> {
  const asOf = session.clock.now();
  let rows = 0;
  for (let from = 0; from < edges.length; from += AT_ONCE) {
    const page = { nodes: from === 0 ? nodes : [], edges: edges.slice(from, from + AT_ONCE) };
    rows += (await session.graph.applyPage({ ...page, asOf, by: session.by, evaluate: false })).rowsWritten;
  }
  const owns = at.map((id) => ({ kind, end, at: id }));
  return rows + (await closeOwned(session, owns, edges, asOf));
}

/**
 * Ends what stands for something only by others, once they are gone: people of apps and identity providers; then
 * systems beyond Okta without edges, and assignments of no holder.
 */
export async function endLoose(session: SyncSession): Promise<number> {
  const of = { kind: 'external', sourceId: session.source.id } as const;
  return (
    (await endAll(session, [
      { ...of, of: 'orphans', by: { name: 'appId', kind: 'app' } },
      { ...of, of: 'orphans', by: { name: 'idpId', kind: 'identity_provider' } },
    ])) +
    (await endAll(session, [
      { ...of, of: 'loose' },
      { ...of, of: 'loose', kind: 'role_assignment', without: 'HAS_ROLE_ASSIGNMENT' },
    ]))
  );
}

async function endAll(session: SyncSession, scopes: Scope[]): Promise<number> {
  const asOf = session.clock.now();
  const rows = await closeAllFreely(
    session,
    scopes.map((scope) => ({ scope, seen: [], asOf })),
  );
  return rows.reduce((sum, one) => sum + one, 0);
}
