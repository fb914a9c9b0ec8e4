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
    if (!Array.isArray(attributes.features)) return [];
    const name = typeof attributes.catalogName === 'string' ? attributes.catalogName : null;
    const signOnMode = typeof attributes.signOnMode === 'string' ? attributes.signOnMode : null;
    const features = attributes.features.filter((feature) => typeof feature === 'string');
    return [[nativeId, { ...trafficOf({ name, features }), people: peopleOf({ name, signOnMode }) }]];
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

/** Whether the people of so many systems are few enough to be drawn one by one. */
export async function drawsPeople(session: Pick<SyncSession, 'graph'>, systems: number): Promise<boolean> {
  return systems * (await session.graph.counts()).account <= MAX_PEOPLE_BEYOND;
}
