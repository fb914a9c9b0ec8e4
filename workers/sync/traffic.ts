import type { Attributes } from '../graph/model.ts';
import { type AppTraffic, trafficOf } from '../sources/okta/map/app-ties.ts';
import { MAX_PEOPLE_BEYOND, peopleOf } from '../sources/okta/map/people-beyond.ts';
import { type CoverageNotes, PEOPLE_NOT_DRAWN } from './coverage-notes.ts';
import { listOf } from './graph-list.ts';
import type { SyncSession } from './session.ts';

/** Apps that are looked through. */
const MAX_APPS = 20_000;

/** How apps deal with their users, and what the coverage says of it. */
export interface Traffic {
  apps: [appId: string, traffic: AppTraffic][];
  notes: CoverageNotes;
}

/**
 * How the source's apps deal with their users, by native id, from their features in the graph. Apps that neither send
 * nor take anything are told too, so that what they once did ends.
 */
export async function readTraffic(session: SyncSession): Promise<Traffic> {
  const { nodes, more } = await listOf(session, 'app', MAX_APPS);
  const apps = nodes.flatMap(({ nativeId, attributes }): Traffic['apps'] => {
    const traffic = trafficOfApp(attributes);
    return traffic === null ? [] : [[nativeId, traffic]];
  });
  const beyond = more ? [`Where accounts of apps beyond the first ${MAX_APPS} by name come from is not told.`] : [];
  const systems = apps.filter(([, { people }]) => people).length;
  const drawn = systems === 0 || (await drawsPeople(session, systems));
  if (!drawn) beyond.push(PEOPLE_NOT_DRAWN);
  return {
    apps: drawn ? apps : apps.map(([id, traffic]) => [id, { ...traffic, people: traffic.people && null }]),
    notes: beyond.length > 0 ? { assignments: beyond.join(' ') } : {},
  };
}

/** How an app deals with its users, from what the graph has of it; null for one that only an event named. */
export function trafficOfApp(app: Attributes): AppTraffic | null {
  if (!Array.isArray(app.features)) return null;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const name = text(app.catalogName);
  const features = app.features.filter((feature) => typeof feature === 'string');
  const people = peopleOf({ name, signOnMode: text(app.signOnMode), system: text(app.externalId) });
  // one that is switched off signs nobody in
  return { ...trafficOf({ name, features }), people: app.status === 'INACTIVE' ? people && null : people };
}

/** Whether the people of so many systems are few enough to be drawn one by one. */
export async function drawsPeople(session: Pick<SyncSession, 'graph'>, systems: number): Promise<boolean> {
  return systems * (await session.graph.counts()).account <= MAX_PEOPLE_BEYOND;
}
