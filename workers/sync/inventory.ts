import { nodeId } from '../graph/model.ts';
import type { InventoryNeed } from '../graph/port.ts';
import type { GraphChange } from '../graph/writes.ts';
import type { Millis } from '../platform/clock.ts';
import { SETTING_NEEDS } from '../sources/okta/map/org.ts';
import type { Confirmed } from './close.ts';
import { closeGuarded } from './close.ts';
import type { CoverageNotes } from './coverage-notes.ts';
import { detailsPhase } from './details-phase.ts';
import { listOf } from './graph-list.ts';
import { collectObjects, type InventoryObjects } from './inventory-objects.ts';
import { EVERYTHING, type InventoryPart, onlyNeed, wants } from './inventory-part.ts';
import { inventoryPhase, listingsOf } from './inventory-phase.ts';
import { isReading, READINGS } from './inventory-readings.ts';
import { objectOf } from './map-page.ts';
import { readOrgSettings } from './org-settings.ts';
import { readLabels } from './read-labels.ts';
import { DETAIL_NEEDS, type HeldScope } from './run.ts';
import type { Runner } from './runner.ts';
import type { SyncSession } from './session.ts';
import { endLoose, tieSystems } from './ties.ts';

/** What the inventory needs of a run, so that a refresh can read parts of it without one. */
export interface InventoryRun extends Pick<Runner, 'sweep' | 'step' | 'note'> {
  memory: { calls: number };
}

/** Apps that are looked through for those of directories, and for credentials without one. */
const MAX_APPS = 5_000;
/** Credentials, and entitlements, that are looked through for those of some apps. */
const MAX_OF_APPS = 50_000;

/**
 * Reads the rest of the org: first what Okta lists whole, in one sweep, then the lists that belong to single objects,
 * a sweep a need. Every part stands alone: one that may not be read is told as a gap, and the rest goes on. Run it
 * after apps and roles. `ties`: draws what follows from several parts, and ends what only stood between them.
 */
export async function readInventory(
  run: InventoryRun,
  confirmed: Confirmed,
  { part = EVERYTHING, ties = true }: { part?: InventoryPart; ties?: boolean } = {},
): Promise<void> {
  const readings = READINGS.filter(({ need }) => part.whole(need));
  await run.sweep('inventory', listingsOf(readings), (s) => inventoryPhase(s, confirmed));
  const told = SETTING_NEEDS.filter((need) => part.whole(need));
  if (told.length > 0) {
    const settings = await run.step('orgSettings', (session) => readOrgSettings(session, told));
    run.memory.calls += settings.calls;
    run.note({ failed: settings.failed, rows: settings.rows });
  }
  if (part.whole('labels')) {
    const labels = await run.step('labels', readLabels);
    run.memory.calls += labels.calls;
    run.note({ failed: labels.failed, rows: labels.rows });
  }
  // the roles of apps come first: they may have targets to be read
  const isFirst = (need: InventoryNeed) => need === 'clientRoles';
  for (const [name, turn] of [
    ['inventory clients', isFirst],
    ['inventory objects', (need: InventoryNeed) => !isFirst(need)],
  ] as const) {
    const needs = DETAIL_NEEDS.filter((need) => turn(need) && wants(part, need));
    if (needs.length === 0) continue;
    const objects = await run.step(name, (session) => collectObjects(session, part, turn));
    const failed = objects.gaps.map(({ need, reason }) => ({ scope: need, reason, optional: 'bound' as const }));
    run.note({ failed, notes: objects.notes });
    for (const need of needs) await readDetails(run, confirmed, need, objects, part);
  }
  if (ties) run.note(await run.step('inventory ties', drawTies));
}

async function readDetails(
  run: InventoryRun,
  confirmed: Confirmed,
  need: (typeof DETAIL_NEEDS)[number],
  objects: InventoryObjects,
  part: InventoryPart,
): Promise<void> {
  const { listings, appsByName, clients, people, linked } = objects;
  const known = { appsByName, clients, people, linked };
  const read = await run.sweep(need, listings[need] ?? [], (s) => detailsPhase(s, known));
  if (need === 'entitlements' && objects.gaps.every((gap) => gap.need !== need)) {
    const managed = new Set((listings[need] ?? []).map(({ scope }) => objectOf(scope)));
    const over = (_: string, appId: string) => !managed.has(appId);
    run.note(await run.step('entitlements end', async (s) => ({ rows: await endOfApps(s, need, over, read.asOf) })));
  }
  if (need !== 'appCredentials' || read.failed.length > 0) return;
  const apps = part.whole(need) ? null : (part.only?.apps ?? new Set<string>());
  const closed = await run.step('appCredentials end', async (s) =>
    apps === null
      ? closeCredentials(s, confirmed, read.facts, read.asOf)
      : { rows: await endOfApps(s, need, (id, appId) => apps.has(appId) && !read.facts.includes(id), read.asOf) },
  );
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

/** Kinds of nodes that belong to an app each. */
const OF_APPS = { appCredentials: 'credential', entitlements: 'entitlement' } as const;

/** Ends credentials or entitlements of apps, by native id and the app's. */
async function endOfApps(
  session: SyncSession,
  need: keyof typeof OF_APPS,
  isOver: (id: string, appId: string) => boolean,
  at: Millis,
): Promise<number> {
  const { nodes } = await listOf(session, OF_APPS[need], MAX_OF_APPS);
  const over = nodes.filter(
    ({ nativeId, attributes }) => typeof attributes.appId === 'string' && isOver(nativeId, attributes.appId),
  );
  return endNodes(
    session,
    over.map(({ id }) => id),
    at,
  );
}

async function endNodes(session: SyncSession, ids: string[], at: Millis): Promise<number> {
  if (ids.length === 0) return 0;
  const changes = ids.map((id): GraphChange => ({ op: 'removeNode', nodeId: id, at, by: session.by }));
  return (await session.graph.applyDelta({ changes, signals: [] })).rowsWritten;
}

/** What follows from several listings together. Returns the rows written, and what the coverage says of it. */
async function drawTies(session: SyncSession): Promise<{ rows: number; notes: CoverageNotes }> {
  const apps = await listOf(session, 'app', MAX_APPS);
  const there = new Set(apps.nodes.map(({ nativeId }) => nativeId));
  const tied = await tieSystems(session, apps.nodes);
  let { rows } = tied;
  if (!apps.more)
    rows += await endOfApps(session, 'appCredentials', (_, appId) => !there.has(appId), session.clock.now());
  return { rows: rows + (await endLoose(session)), notes: tied.notes };
}

/** Reads the inventory's listings again whose removals a person confirmed. */
export async function confirmInventory(run: InventoryRun, confirmed: Confirmed): Promise<void> {
  const readings = READINGS.filter(({ scope }) => confirmed.has(scope));
  if (readings.length > 0) {
    await run.sweep('inventory', listingsOf(readings), (s) => inventoryPhase(s, confirmed));
  }
  if (![...confirmed.keys()].some((scope) => scope.startsWith('appCredentials/') && !isReading(scope))) return;
  const need = 'appCredentials';
  const objects = await run.step('inventory objects', (session) => collectObjects(session, onlyNeed(need)));
  await readDetails(run, confirmed, need, objects, onlyNeed(need));
}
