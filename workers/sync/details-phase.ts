import { nodeId } from '../graph/model.ts';
import { chunks } from '../graph/tx.ts';
import { isAbsent } from '../sources/okta/errors.ts';
import type { GraphPart } from '../sources/okta/mapper.ts';
import { type Closed, closeAllFreely, type FreeClosing } from './close.ts';
import { closeOwned } from './close-owned.ts';
import { type Detail, detailsFor } from './inventory-details.ts';
import type { InventoryObjects } from './inventory-objects.ts';
import { closePeople, peopleScope } from './people.ts';
import type { SyncSession } from './session.ts';
import type { Listed } from './sink.ts';
import { nothingRead, type PageResult, type SweepHandlers } from './sweep.ts';

/** Edges handed to the graph at once. */
const AT_ONCE = 10_000;

/** Lists that belong to one object each: what they tell becomes part of the object, or nodes around it. */
export function detailsPhase(
  session: SyncSession,
  known: Pick<InventoryObjects, 'appsByName' | 'clients' | 'people' | 'linked'>,
): SweepHandlers {
  const details = detailsFor(session, known);
  const detailOf = (scope: string): [detail: Detail, id: string] => {
    const at = scope.indexOf(':');
    return [details[scope.slice(0, at)] ?? {}, scope.slice(at + 1)];
  };
  return {
    optional: true,
    absent: (error) => isAbsent(error),
    page: (scope, items) => readRows(...detailOf(scope), items),
    close: (listed) => closeDetails(session, listed, detailOf),
  };
}

function readRows(detail: Detail, id: string, items: unknown[]): PageResult {
  const result = nothingRead();
  for (const row of items) {
    const kept = detail.keep?.(row, id);
    if (typeof kept === 'string') result.seen.push(kept);
    const mapped = detail.map?.(row, id);
    if (!mapped) continue;
    if ('bad' in mapped) {
      result.bad.push(mapped.bad);
      result.incomplete = true;
      continue;
    }
    result.part.nodes.push(...mapped.part.nodes);
    result.part.edges.push(...mapped.part.edges);
    result.part.owns?.push(...(mapped.part.owns ?? []));
    if (mapped.fact === undefined) continue;
    result.seen.push(mapped.fact);
    if (detail.tells) result.facts.push(mapped.fact);
  }
  return result;
}

/** Puts into the graph what the lists were put together to, and ends what they did not have any more. */
async function closeDetails(
  session: SyncSession,
  listed: readonly Listed[],
  detailOf: (scope: string) => [detail: Detail, id: string],
): Promise<Closed[]> {
  const closed = listed.map((): Closed => ({ held: null, rows: 0 }));
  const [first] = closed;
  if (!first) return [];
  const built: GraphPart = { nodes: [], edges: [], owns: [] };
  const ofUsers: FreeClosing[] = [];
  let asOf = Number.POSITIVE_INFINITY;
  for (const one of listed) {
    const [detail, id] = detailOf(one.scope);
    if (one.scope.startsWith('idps/users:')) ofUsers.push(...usersOf(session, id, one));
    if (one.scope.startsWith('entitlements:')) ofUsers.push(...entitlementsOf(session, id, one));
    const part = detail.build?.(id, one.seen);
    if (!part) continue;
    built.nodes.push(...part.nodes);
    for (const edge of part.edges) built.edges.push(edge);
    built.owns?.push(...(part.owns ?? []));
    asOf = Math.min(asOf, one.asOf);
  }
  for (const page of pagesOf(built)) {
    first.rows += (await session.graph.applyPage({ ...page, asOf, by: session.by, evaluate: false })).rowsWritten;
  }
  if (built.owns?.length) first.rows += await closeOwned(session, built.owns, built.edges, asOf);
  for (const rows of await closeAllFreely(session, ofUsers)) first.rows += rows;
  return closed;
}

/** In parts that the graph takes at once, nodes before the edges. */
function pagesOf({ nodes, edges }: GraphPart): GraphPart[] {
  return [
    ...[...chunks(nodes, AT_ONCE)].map((some) => ({ nodes: some, edges: [] })),
    ...[...chunks(edges, AT_ONCE)].map((some) => ({ nodes: [], edges: some })),
  ];
}

/** The entitlements of an app, and who holds each: told as `acc_… ent_… ent_…`. */
function entitlementsOf(session: SyncSession, appId: string, { seen, asOf }: Listed): FreeClosing[] {
  const pairs = new Set<string>();
  const held = new Set<string>();
  for (const entry of seen) {
    const [account = '', ...entitlements] = entry.split(' ');
    for (const id of entitlements) {
      held.add(id);
      pairs.add(`${account} ${id}`);
    }
  }
  const having = { name: 'appId', value: appId };
  const at = [...held];
  return [
    { scope: { of: 'nodes', kind: 'entitlement', sourceId: session.source.id, having }, seen: at, asOf },
    { scope: { of: 'edgesAt', kind: 'HOLDS_ENTITLEMENT', end: 'to', at }, seen: [...pairs], asOf },
  ];
}

/** The accounts that an identity provider may sign in, and who they are there: told as `acc_… ext_…`. */
function usersOf(session: SyncSession, idpId: string, { seen, asOf }: Listed): FreeClosing[] {
  const from = nodeId('identity_provider', session.source.id, idpId);
  const told = seen.map((entry) => entry.split(' '));
  const pairs = told.flatMap(([account = '', person]) => (person ? [{ account, person }] : []));
  const accounts = told.flatMap(([account]) => account ?? []);
  return [
    { scope: { of: 'edgesFrom', kind: 'IDENTITY_PROVIDER_FOR', from, toKind: 'account' }, seen: accounts, asOf },
    ...closePeople(peopleScope(session, 'idpId', idpId), { tie: 'INBOUND_SSO' }, pairs, asOf),
  ];
}
