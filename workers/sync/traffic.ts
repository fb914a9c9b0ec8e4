import { type AppTraffic, trafficOf } from '../sources/okta/map/app-ties.ts';
import { MAX_PEOPLE_BEYOND, peopleOf } from '../sources/okta/map/people-beyond.ts';
import { listOf } from './graph-list.ts';
import type { SyncSession } from './session.ts';

/** Apps that are looked through. */
const MAX_APPS = 20_000;

/**
 * How the source's apps deal with their users, by native id, from their features in the graph. Apps that neither send
 * nor take anything are told too, so that what they once did ends.
 */
export async function readTraffic(session: SyncSession): Promise<[appId: string, traffic: AppTraffic][]> {
  const { nodes } = await listOf(session, 'app', MAX_APPS);
  const found = nodes.flatMap(({ nativeId, attributes }): [string, AppTraffic][] => {
    if (!Array.isArray(attributes.features)) return [];
    const name = typeof attributes.catalogName === 'string' ? attributes.catalogName : null;
    const signOnMode = typeof attributes.signOnMode === 'string' ? attributes.signOnMode : null;
    const features = attributes.features.filter((feature) => typeof feature === 'string');
    return [[nativeId, { ...trafficOf({ name, features }), people: peopleOf({ name, signOnMode }) }]];
  });
  if (await drawsPeople(session, found.filter(([, { people }]) => people).length)) return found;
  return found.map(([id, traffic]) => [id, { ...traffic, people: traffic.people && null }]);
}

/** Whether the people of so many systems are few enough to be drawn one by one. */
export async function drawsPeople(session: Pick<SyncSession, 'graph'>, systems: number): Promise<boolean> {
  return systems > 0 && systems * (await session.graph.counts()).account <= MAX_PEOPLE_BEYOND;
}
