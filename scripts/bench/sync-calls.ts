import { request } from 'node:http';
import type { SyncOrgSize } from '../../workers/sync/testing/bench.org.ts';
import { createApiClient } from '../lib/api.ts';
import { megabytesOf, processorSeconds, runtimePids } from './graph-memory.ts';
import { type Row, row } from './row.ts';
import { OPERATOR_TOKEN, type Runtime, startWorker } from './runtime.ts';

const ENTRY = 'workers/sync/testing/bench.worker.ts';
const MEDIUM: SyncOrgSize = { people: 10_000, groups: 500, apps: 100, members: 200, assigned: 300, admins: 40 };
const LARGE: SyncOrgSize = { people: 100_000, groups: 5_000, apps: 500, members: 200, assigned: 600, admins: 100 };
/** As many shards as the size calls for. */
const SHARDS = { medium: 1, large: 4 };

interface Ran {
  status: string;
  failed: { scope: string; reason: string }[];
  rowsWritten: number;
  refused: number;
  elapsed: number;
  steps: number;
  /** Characters of the largest result of a step. */
  largestStep: number;
  counts: Record<string, number>;
  /** The fewest pages: of people, groups, members, apps, assignments and roles; of what else there is of single objects; and of the rest of an org. */
  minimum: { lists: number; details: number; once: number };
}

/**
 * What a sync asks of Okta, against an org in memory with Okta's published buckets on a clock of its own: calls beside
 * the paging minimum, how long it takes at half of each limit, and what it writes when nothing changed.
 */
export async function benchSyncCalls(tell: (line: string) => void): Promise<Row[]> {
  const runtime = await startWorker({ consumers: false, entry: ENTRY });
  try {
    const rows = await syncRows(runtime, MEDIUM, SHARDS.medium, tell);
    if (process.argv.includes('--quick')) return rows;
    return [...rows, ...(await syncRows(runtime, LARGE, SHARDS.large, tell))];
  } finally {
    await runtime.dispose();
  }
}

async function syncRows(runtime: Runtime, size: SyncOrgSize, shards: number, tell: (line: string) => void) {
  const { ask, run } = await syncOf(runtime, size, shards, tell);
  const name = (what: string) => `${what}, ${size.people} people`;
  const first = await run('full');
  const rows = firstRows(first, name);
  await ask('fill');
  const inTurn = await run('delta');
  rows.push(
    row(name('delta after the first full sync, calls'), callsIn(inTurn), 'calls', {
      against: { name: 'of them owners and factors in turn', value: ownersIn(inTurn) + factorsIn(inTurn) },
    }),
  );
  await ask('filled');
  const second = await run('full');
  rows.push(
    row(name('full sync, nothing changed, rows written'), second.rowsWritten, 'rows', {
      atMost: 0,
      against: { name: 'calls', value: callsIn(second) },
    }),
  );
  const quiet = await run('delta');
  rows.push(
    row(name('delta sync, nothing changed, rows written'), quiet.rowsWritten, 'rows', {
      atMost: 0,
      against: { name: 'calls', value: callsIn(quiet) },
    }),
  );
  const busy = await run('delta', size.people / 100);
  const memory = runtimePids().map((pid) => megabytesOf(pid).most);
  const largest = Math.max(...[first, inTurn, second, quiet, busy].map(({ largestStep }) => largestStep));
  rows.push(
    row(name('delta sync, 1 % of the people changed'), callsIn(busy), 'calls', {
      against: { name: 'minutes', value: minutes(busy) },
    }),
    row(name('memory of the runtime at most, Okta included'), Math.max(0, ...memory), 'MB', {
      against: { name: 'largest result of a step, kB', value: Math.round(largest / 1e3) },
    }),
  );
  return rows;
}

/** Calls of the first full sync, counted both ways. */
function firstRows(first: Ran, name: (what: string) => string): Row[] {
  const { lists, details, once } = first.minimum;
  const minimum = lists + details + once;
  return [
    row(name('full sync, all calls / paging minimum'), callsIn(first) / minimum, '×', {
      atMost: 1.2,
      against: { name: 'paging minimum, calls', value: minimum },
    }),
    row(name('full sync, all calls'), callsIn(first), 'calls', {
      against: { name: 'of them people, groups, members, apps, assignments, roles', value: listsIn(first) },
    }),
    row(name('full sync, all calls / pages of these alone'), callsIn(first) / lists, '×', {
      against: { name: 'their paging minimum, calls', value: lists },
    }),
    row(name("full sync at half of Okta's limits"), minutes(first), 'min', {
      against: { name: '429 answers', value: first.refused },
    }),
  ];
}

type Kind = 'full' | 'delta' | 'fill' | 'filled';

/** A tenant with an org of this size, and how to sync it. */
async function syncOf(runtime: Runtime, size: SyncOrgSize, shards: number, tell: (line: string) => void) {
  const operator = createApiClient(runtime.origin, OPERATOR_TOKEN);
  const { id: tenant } = await operator.request<{ id: string }>('POST', '/tenants', { name: `Sync ${size.people}` });
  const ask = async (kind: Kind, changed = 0): Promise<unknown> => {
    const body = JSON.stringify({ tenant, size, shards, kind, changed });
    const { status, text } = await post(`${runtime.origin}/bench-sync`, body);
    if (status !== 200) throw new Error(`${kind}: ${status} ${text.slice(0, 300)}`);
    const answer = JSON.parse(text) as { error?: string | null };
    if (answer.error) throw new Error(`${kind}: ${answer.error}`);
    return answer;
  };
  const run = async (kind: 'full' | 'delta', changed = 0): Promise<Ran> => {
    const ran = (await ask(kind, changed)) as Ran;
    const spent = processorSeconds(runtimePids()).toFixed(0);
    const failed = ran.failed.map(({ scope, reason }) => `${scope} (${reason})`).join(', ');
    tell(
      `${size.people} people, ${kind}: ${ran.status}, ${callsIn(ran)} calls, ${ran.steps} steps, ${ran.rowsWritten} rows, ${spent} s of processor so far ${failed}`,
    );
    return ran;
  };
  return { ask, run };
}

const minutes = ({ elapsed }: Ran) => Math.round(elapsed / 6_000) / 10;

/** `fetch` gives up on an answer that begins after five minutes; a large sync on a busy machine takes longer. */
function post(url: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST' }, (answer) => {
      answer.setEncoding('utf8');
      let text = '';
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** People, groups, members, apps, assignments and roles. */
const LISTS =
  /^\/api\/v1\/(users|users\/\{id\}\/roles|groups|groups\/\{id\}\/(users|roles)|apps|apps\/\{id\}\/(users|groups)|iam\/assignees\/users)$/;

function callsIn(ran: Ran): number {
  return Object.values(ran.counts).reduce((sum, count) => sum + count, 0);
}

function listsIn(ran: Ran): number {
  return Object.entries(ran.counts).reduce((sum, [path, count]) => sum + (LISTS.test(path) ? count : 0), 0);
}

function ownersIn(ran: Ran): number {
  return ran.counts['/api/v1/groups/{id}/owners'] ?? 0;
}

function factorsIn(ran: Ran): number {
  return ran.counts['/api/v1/users/{id}/factors'] ?? 0;
}
