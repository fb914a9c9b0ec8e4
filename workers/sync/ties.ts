import { type GraphNode, nodeId } from '../graph/model.ts';
import type { NodeSummary } from '../graph/port.ts';
import type { Scope } from '../graph/writes.ts';
import { domainApps } from '../sources/okta/map/directories.ts';
import { GROUP_BEYOND, groupSystems, groupsBeyond, type Push } from '../sources/okta/map/groups-beyond.ts';
import { kerberosAccount } from '../sources/okta/map/people-beyond.ts';
import { edgeOf } from '../sources/okta/map/thing.ts';
import type { GraphPart } from '../sources/okta/mapper.ts';
import { closeAllFreely, closeFreely } from './close.ts';
import { type CoverageNotes, GROUPS_NOT_DRAWN } from './coverage-notes.ts';
import { drawPart } from './draw.ts';
import { listOf } from './graph-list.ts';
import type { SyncSession } from './session.ts';

/** Groups that are looked through for those that come from another system. */
export const MAX_DIRECTORY_GROUPS = 50_000;
/** Policies that are looked through for those that route sign-ons. */
const MAX_POLICIES = 5_000;

/** Rows written, and what the coverage says of it. */
interface Tied {
  rows: number;
  notes: CoverageNotes;
}

/** What ties the org to the systems that its apps lead to. */
export async function tieSystems(session: SyncSession, apps: readonly NodeSummary[]): Promise<Tied> {
  const groups = await tieGroups(session, apps);
  const directories = domainApps(apps);
  if (directories.length === 0) return groups;
  const desktops = await tieDesktops(session, directories);
  return { rows: groups.rows + desktops.rows, notes: { ...groups.notes, ...desktops.notes } };
}

/** Groups that come from another system, or are sent there: who decides who is in the one decides it for the other. */
async function tieGroups(session: SyncSession, apps: readonly NodeSummary[]): Promise<Tied> {
  const source = session.source.id;
  const systems = groupSystems(apps);
  const asOf = session.clock.now();
  const endOthers = (nodes: readonly GraphNode[]) => {
    const scope = { of: 'nodes', kind: 'external', sourceId: source, having: GROUP_BEYOND } as const;
    const seen = nodes.map(({ id }) => id);
    return closeFreely(session, scope, seen, asOf);
  };
  if (systems.size === 0) return { rows: await endOthers([]), notes: {} };
  const { nodes: groups, more } = await listOf(session, 'group', MAX_DIRECTORY_GROUPS);
  const beyond = groupsBeyond(source, systems, groups, await readPushes(session, apps, groups));
  const whole = { ...beyond, owns: more ? [] : beyond.owns };
  let rows = await drawPart(session, whole, asOf);
  if (!more) rows += await endOthers(beyond.nodes);
  const notes = [
    more && `Which directory rules groups beyond the first ${MAX_DIRECTORY_GROUPS} by name is not looked at anew.`,
    beyond.tooMany && GROUPS_NOT_DRAWN,
  ].filter((note) => note !== false);
  return { rows, notes: notes.length > 0 ? { roles: notes.join(' ') } : {} };
}

/** Which groups are sent to which apps, as the lists of each app told. */
async function readPushes(
  session: SyncSession,
  apps: readonly NodeSummary[],
  groups: readonly NodeSummary[],
): Promise<Push[]> {
  const pushed = apps.filter(
    ({ attributes: { features } }) => Array.isArray(features) && features.includes('GROUP_PUSH'),
  );
  if (pushed.length === 0) return [];
  const appIds = new Map(pushed.map(({ id, nativeId }) => [id, nativeId]));
  const groupIds = new Map(groups.map(({ id, nativeId }) => [id, nativeId]));
  const edges = await session.graph.edgesInto('GROUP_PUSH', [...appIds.keys()]);
  return edges.flatMap(({ from, to, attributes: { targetGroupId } }): Push[] => {
    const [appId, groupId] = [appIds.get(to), groupIds.get(from)];
    return appId && groupId && typeof targetGroupId === 'string' ? [{ appId, groupId, targetId: targetGroupId }] : [];
  });
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
  const part: GraphPart = {
    nodes: ties.map(({ account }) => account),
    edges: ties.map(({ edge }) => edge),
    owns: more ? [] : apps.map((at) => ({ kind: 'KERBEROS_SSO', end: 'to', at })),
  };
  const rows = await drawPart(session, part, session.clock.now());
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

/** Ends people of apps and identity providers that are gone. Returns the rows written. */
export async function endOrphans(session: SyncSession): Promise<number> {
  const of = { of: 'orphans', kind: 'external', sourceId: session.source.id } as const;
  return endAll(session, [
    { ...of, by: { name: 'appId', kind: 'app' } },
    { ...of, by: { name: 'idpId', kind: 'identity_provider' } },
  ]);
}

/**
 * Ends what stands for something only by others, once they are gone: people; then systems beyond Okta without edges,
 * and assignments of no holder.
 */
export async function endLoose(session: SyncSession): Promise<number> {
  const of = { kind: 'external', sourceId: session.source.id } as const;
  return (
    (await endOrphans(session)) +
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
