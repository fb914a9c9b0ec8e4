import { type GraphChange, type GraphEdge, type NodeKind, nodeId } from '../graph/model.ts';
import type { InventoryNeed } from '../graph/port.ts';
import type { Millis } from '../platform/clock.ts';
import { externalId } from '../sources/okta/map/externals.ts';
import { edgeOf } from '../sources/okta/map/thing.ts';
import type { Confirmed } from './close.ts';
import { closeGuarded } from './close.ts';
import { closeOwned } from './close-owned.ts';
import { detailsPhase } from './details-phase.ts';
import { listOf } from './graph-list.ts';
import { DETAIL_NEEDS } from './inventory-details.ts';
import { collectObjects, type InventoryObjects } from './inventory-objects.ts';
import { inventoryPhase, listingsOf } from './inventory-phase.ts';
import { isReading, READINGS } from './inventory-readings.ts';
import { readOrgSettings } from './org-settings.ts';
import type { HeldScope } from './run.ts';
import type { Runner } from './runner.ts';
import type { SyncSession } from './session.ts';

/** What the inventory needs of a run, so that a refresh can read parts of it without one. */
export interface InventoryRun extends Pick<Runner, 'sweep' | 'step' | 'note'> {
  memory: { calls: number };
}

/** Externals and role assignments that are looked through for those that nothing leads to any more. */
const MAX_LOOSE = 5_000;
/** Groups that come from a directory and are tied to its domain. */
const MAX_DIRECTORY_GROUPS = 50_000;

/**
 * Reads the rest of the org: first what Okta lists whole, in one sweep, then the lists that belong to single objects,
 * a sweep a need. Every part stands alone: one that may not be read is told as a gap, and the rest goes on. Run it
 * after apps and roles. `wanted`: only these needs. `ties`: draws what follows from several parts, and ends what only
 * stood between them.
 */
export async function readInventory(
  run: InventoryRun,
  confirmed: Confirmed,
  { wanted = () => true, ties = true }: { wanted?: (need: InventoryNeed) => boolean; ties?: boolean } = {},
): Promise<void> {
  const readings = READINGS.filter(({ need }) => wanted(need));
  await run.sweep('inventory', listingsOf(readings), (s) => inventoryPhase(s, confirmed));
  if (wanted('orgSettings')) {
    const settings = await run.step('orgSettings', readOrgSettings);
    run.memory.calls += settings.calls;
    run.note({ failed: settings.failed, rows: settings.rows });
  }
  // the roles of apps come first: they may have targets to be read
  const isFirst = (need: InventoryNeed) => need === 'clientRoles';
  for (const [name, turn] of [
    ['inventory clients', (need: InventoryNeed) => wanted(need) && isFirst(need)],
    ['inventory objects', (need: InventoryNeed) => wanted(need) && !isFirst(need)],
  ] as const) {
    const objects = await run.step(name, (session) => collectObjects(session, turn));
    run.note({ failed: objects.gaps.map(({ need, reason }) => ({ scope: need, reason, optional: 'bound' })) });
    for (const need of DETAIL_NEEDS.filter(turn)) await readDetails(run, confirmed, need, objects);
  }
  if (!ties) return;
  const rows = await run.step('inventory ties', async (session) => {
    const tied = await tieDirectories(session);
    return tied + (await endLoose(session, 'external')) + (await endLoose(session, 'role_assignment'));
  });
  run.note({ rows });
}

async function readDetails(
  run: InventoryRun,
  confirmed: Confirmed,
  need: (typeof DETAIL_NEEDS)[number],
  objects: InventoryObjects,
): Promise<void> {
  const known = { appsByName: objects.appsByName, clients: objects.clients };
  const read = await run.sweep(need, objects.listings[need] ?? [], (s) => detailsPhase(s, known));
  if (need !== 'appCredentials' || read.failed.length > 0) return;
  const closed = await run.step('appCredentials end', (s) => closeCredentials(s, confirmed, read.facts, read.asOf));
  run.note(closed);
}

const CREDENTIALS: readonly [prefix: string, type: string][] = [
  ['secret/', 'client_secret'],
  ['jwk/', 'jwk'],
  ['cert/', 'saml_certificate'],
];

/** Ends the credentials of apps that none of the complete lists had. */
async function closeCredentials(
  session: SyncSession,
  confirmed: Confirmed,
  seen: string[],
  asOf: Millis,
): Promise<{ held: HeldScope[]; rows: number }> {
  const sourceId = session.source.id;
  const held: HeldScope[] = [];
  let rows = 0;
  for (const [prefix, type] of CREDENTIALS) {
    const closed = await closeGuarded(session, confirmed, {
      name: `appCredentials/${type}`,
      scope: { of: 'nodes', kind: 'credential', sourceId, having: { name: 'type', value: type } },
      seen: seen.filter((id) => id.startsWith(prefix)).map((id) => nodeId('credential', sourceId, id)),
      asOf,
      suspicious: false,
    });
    rows += closed.rows;
    if (closed.held) held.push(closed.held);
  }
  return { held, rows };
}

/** Groups that come from a directory: whoever rules its domain decides who is in them. */
async function tieDirectories(session: SyncSession): Promise<number> {
  const source = session.source.id;
  const { nodes: apps } = await listOf(session, 'app', MAX_LOOSE);
  const domains = new Map(
    apps
      .filter(({ attributes }) => attributes.catalogName === 'active_directory')
      .map(({ nativeId, name }) => [nativeId, nodeId('external', source, externalId('ADDomain', name))]),
  );
  if (domains.size === 0) return 0;
  const { nodes: groups } = await listOf(session, 'group', MAX_DIRECTORY_GROUPS);
  const edges: GraphEdge[] = groups.flatMap(({ id, attributes }) => {
    const domain = typeof attributes.sourceAppId === 'string' ? domains.get(attributes.sourceAppId) : undefined;
    return domain === undefined ? [] : [edgeOf(domain, 'MEMBERSHIP_SYNC', id)];
  });
  const asOf = session.clock.now();
  let rows = 0;
  for (let at = 0; at < edges.length; at += MAX_LOOSE) {
    const page = { nodes: [], edges: edges.slice(at, at + MAX_LOOSE) };
    rows += (await session.graph.applyPage({ ...page, asOf, by: session.by, evaluate: false })).rowsWritten;
  }
  const owns = [...domains.values()].map((at) => ({ kind: 'MEMBERSHIP_SYNC', end: 'from', at }) as const);
  return rows + (await closeOwned(session, owns, edges, asOf));
}

/** Ends what stands for something only by its edges, once it has none: systems beyond Okta, assignments of no holder. */
async function endLoose(
  session: SyncSession,
  kind: Extract<NodeKind, 'external' | 'role_assignment'>,
): Promise<number> {
  const { nodes } = await listOf(session, kind, MAX_LOOSE);
  const changes: GraphChange[] = [];
  for (const { id } of nodes) {
    const detail = await session.graph.node(id, 50);
    if (!detail) continue;
    const tied =
      kind === 'external'
        ? detail.in.length + detail.out.length > 0
        : detail.in.some(({ edge }) => edge.kind === 'HAS_ROLE_ASSIGNMENT');
    if (!tied) changes.push({ op: 'removeNode', nodeId: id, at: session.clock.now(), by: session.by });
  }
  if (changes.length === 0) return 0;
  return (await session.graph.applyDelta({ changes, signals: [] })).rowsWritten;
}

/** Reads the inventory's listings again whose removals a person confirmed. */
export async function confirmInventory(run: InventoryRun, confirmed: Confirmed): Promise<void> {
  const readings = READINGS.filter(({ scope }) => confirmed.has(scope));
  if (readings.length > 0) {
    await run.sweep('inventory', listingsOf(readings), (s) => inventoryPhase(s, confirmed));
  }
  if (![...confirmed.keys()].some((scope) => scope.startsWith('appCredentials/') && !isReading(scope))) return;
  const need = 'appCredentials';
  const objects = await run.step('inventory objects', (session) => collectObjects(session, (one) => one === need));
  await readDetails(run, confirmed, need, objects);
}
