import { type AppTraffic, trafficOf } from '../sources/okta/map/app-ties.ts';
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
  return nodes.flatMap(({ nativeId, attributes }): [string, AppTraffic][] => {
    if (!Array.isArray(attributes.features)) return [];
    const name = typeof attributes.catalogName === 'string' ? attributes.catalogName : null;
    const features = attributes.features.filter((feature) => typeof feature === 'string');
    return [[nativeId, trafficOf({ name, features })]];
  });
}
