import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { graphOf } from '../../graph/directory.ts';
import { DAY, MINUTE } from '../../platform/clock.ts';
import type { RefreshScope } from '../refresh.ts';
import type { RefreshQueue } from '../refresh-queue.ts';
import { listRuns } from '../runs.repository.ts';
import type { SyncTools } from '../session.ts';
import { startRefresh } from '../start.ts';
import { type Lane, queueName } from '../wanted.ts';
import { smallOrg } from './fake-okta.ts';
import { createHarness, type Harness } from './harness.ts';

/** Reads after which a queue that is not empty counts as stuck. */
const MAX_READS = 200;

/** An alarm that the test does not ring itself comes too late for it. */
const LATE = DAY;
const quiet = new WeakSet<DurableObjectStorage>();

function keepQuiet(storage: DurableObjectStorage): void {
  if (quiet.has(storage)) return;
  quiet.add(storage);
  const { setAlarm, getAlarm } = storage;
  storage.setAlarm = (at) => setAlarm.call(storage, Number(at) + LATE);
  storage.getAlarm = async () => {
    const at = await getAlarm.call(storage);
    return at === null ? null : at - LATE;
  };
}

export interface StoredWish {
  kind: string;
  id: string;
  wanted_at: number;
  due_at: number;
  attempts: number;
  alone: number;
}

/** Tests only: a source's queue, which reads when the test says so, at the harness' time. */
export function queueOf(h: Harness, lane: Lane = 'objects') {
  const stub = env.REFRESH.get(env.REFRESH.idFromName(queueName(h.tenantId, h.sourceId, lane)));
  const query = <T extends Record<string, SqlStorageValue>>(sql: string) =>
    runInDurableObject(stub, (_, { storage }) => storage.sql.exec<T>(sql).toArray());
  const rows = () =>
    query<StoredWish & Record<string, SqlStorageValue>>('SELECT * FROM wanted ORDER BY due_at, kind, id');
  /** The tools that it works with from now on; the graph is asked from within the object. */
  const use = (tools: Partial<SyncTools> = {}) =>
    runInDurableObject(stub, (queue: RefreshQueue, { storage }) => {
      keepQuiet(storage);
      queue.tools = { ...h.tools, graph: (tenantId) => graphOf(h.deps, tenantId), ...tools };
    });
  const laneState = async () => {
    const [state] = await query<{ paused_until: number; failures: number; hand_over_at: number | null }>(
      'SELECT paused_until, failures, hand_over_at FROM lane',
    );
    if (!state) throw new Error('no queue');
    return state;
  };
  /** The alarm, now. False: none was set. */
  const ring = () => runDurableObjectAlarm(stub);
  const want = (objects: Partial<RefreshScope>) => startRefresh(h.deps, h.tenantId, h.sourceId, objects);
  /** Lets time pass until nothing is left to do; the number of reads. */
  const drain = async (): Promise<number> => {
    for (let reads = 0; reads < MAX_READS; reads++) {
      const [next] = await rows();
      const { paused_until, hand_over_at } = await laneState();
      if (!next && hand_over_at === null) return reads;
      h.clock.set(Math.max(h.clock.now(), paused_until, Math.min(next?.due_at ?? Infinity, hand_over_at ?? Infinity)));
      if (!(await ring())) throw new Error('no alarm is set');
    }
    throw new Error('the queue does not end');
  };
  const alarmAt = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
  return { stub, use, want, ring, rows, laneState, drain, alarmAt };
}

/** Tests only: reads the objects through the queues, to the end. The number of reads. */
export async function refreshNow(h: Harness, objects: Partial<RefreshScope>): Promise<number> {
  let reads = 0;
  const lanes: Lane[] = ['objects', 'inventory'];
  for (const lane of lanes) await queueOf(h, lane).use();
  await startRefresh(h.deps, h.tenantId, h.sourceId, objects);
  for (const lane of lanes) reads += await queueOf(h, lane).drain();
  return reads;
}

/** Tests only: an org that was read a minute ago, and its queue. */
export async function readyQueue(users = 8) {
  const h = await createHarness(smallOrg(users));
  await h.sync();
  h.clock.advance(MINUTE);
  h.okta.calls.length = 0;
  const queue = queueOf(h);
  await queue.use();
  const readsOf = (id: string) => h.okta.calls.filter((call) => call.split('?')[0] === `/api/v1/users/${id}`).length;
  return { h, queue, readsOf };
}

/** Tests only: what refreshes of the source left behind. */
export const failures = async (h: Harness) =>
  (await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 10, kind: 'refresh' })).data;

/** Tests only: a queue's alarm as the platform rings it after it died so many times. */
export const ringAfter = (queue: ReturnType<typeof queueOf>, retryCount: number) =>
  runInDurableObject(queue.stub, (object: RefreshQueue) =>
    object.alarm({ isRetry: retryCount > 0, retryCount, scheduledTime: 0 }),
  );
