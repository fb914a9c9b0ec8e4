import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { type Lane, queueName } from './wanted.ts';

export interface RefreshStatus {
  /** Objects and parts of the inventory that wait to be read anew. */
  waiting: number;
  /** Since when the oldest of them is wanted. */
  since: Millis | null;
}

const LANES: readonly Lane[] = ['objects', 'inventory'];

/** What a source's queues still have to read. */
export async function refreshStatus(
  { env }: Pick<Deps, 'env'>,
  tenantId: string,
  sourceId: string,
): Promise<RefreshStatus> {
  const told = await Promise.all(
    LANES.map((lane) => env.REFRESH.get(env.REFRESH.idFromName(queueName(tenantId, sourceId, lane))).status()),
  );
  const times = told.flatMap(({ since }) => (since === null ? [] : [since]));
  return {
    waiting: told.reduce((sum, { waiting }) => sum + waiting, 0),
    since: times.length === 0 ? null : Math.min(...times),
  };
}
