import { type OrgSize, randomFrom } from '../../workers/graph/testing/bench.org.ts';
import { createApiClient } from '../lib/api.ts';
import { OPERATOR_TOKEN, type Runtime } from './runtime.ts';

/** The Worker that fills and asks graphs. */
export const ENTRY = 'workers/graph/testing/bench.worker.ts';

/** Groups or people of one request to the runtime. */
const STRETCH = 2_000;
/** Requests at a time: a sync reads as many lists at once. */
const LANES = 3;

const LISTS = [
  'sort=name',
  'sort=-lastLogin',
  'q=ada',
  'sort=-name&status=SUSPENDED',
  'sort=lastLogin&q=9',
  'tier=admin',
];

export interface BenchGraph {
  call<T>(what: string, from?: number, to?: number, question?: string): Promise<T>;
  /** Returns the edges that were written. */
  fill(what: string, count: number): Promise<number>;
  list(n: number): Promise<unknown>;
}

/** A tenant of its own with so many shards. */
export async function openGraph(runtime: Runtime, size: OrgSize, shards: number): Promise<BenchGraph> {
  const operator = createApiClient(runtime.origin, OPERATOR_TOKEN);
  const { id: tenant } = await operator.request<{ id: string }>('POST', '/tenants', { name: `Bench ${shards}` });
  const api = createApiClient(runtime.origin, OPERATOR_TOKEN, tenant);
  const call = async <T>(what: string, from = 0, to = 0, question?: string): Promise<T> => {
    const body = JSON.stringify({ tenant, size, do: what, from, to, question });
    const response = await fetch(`${runtime.origin}/bench`, { method: 'POST', body });
    if (!response.ok) throw new Error(`${what}: ${response.status} ${(await response.text()).slice(0, 300)}`);
    return (await response.json()) as T;
  };
  await call('shards', 0, shards);
  return {
    call,
    fill: async (what, count) => {
      let [next, written] = [0, 0];
      const lane = async () => {
        while (next < count) {
          const from = next;
          next = Math.min(count, from + STRETCH);
          const { edges } = await call<{ edges: number }>(what, from, next);
          written += edges;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      return written;
    },
    list: (n) => api.request('GET', `/identities?limit=50&${LISTS[n % LISTS.length]}`),
  };
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export async function times(count: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n++) found.push(await timed(() => work(n)));
  return found;
}

export function shuffled<T>(items: T[]): T[] {
  const random = randomFrom(3);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
