import { request } from 'node:http';
import { pagingMinimum, type SyncOrgSize } from '../../workers/sync/testing/bench.org.ts';
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
  counts: Record<string, number>;
}

/**
 * What a sync asks of Okta, against an org in memory with Okta's published buckets on a clock of its own: calls beside
 * the paging minimum (from the counts and the largest pages alone), and how long it takes at half of each limit.
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
  const operator = createApiClient(runtime.origin, OPERATOR_TOKEN);
  const { id: tenant } = await operator.request<{ id: string }>('POST', '/tenants', { name: `Sync ${size.people}` });
  const ask = async (kind: 'full' | 'delta' | 'fill', changed = 0): Promise<unknown> => {
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
      `${size.people} people, ${kind}: ${ran.status}, ${callsIn(ran)} calls, ${ran.steps} steps, ${spent} s of processor so far ${failed}`,
    );
    return ran;
  };
  const first = await run('full');
  await ask('fill');
  const second = await run('full');
  const quiet = await run('delta');
  const busy = await run('delta', size.people / 100);
  const minimum = pagingMinimum(size);
  const name = (what: string) => `${what}, ${size.people} people`;
  const minutes = (ran: Ran) => ran.elapsed / 60_000;
  return [
    row(name('full sync, calls for lists / paging minimum'), listsIn(first) / minimum, '×', {
      atMost: 1.2,
      against: { name: 'paging minimum, calls', value: minimum },
    }),
    row(name('full sync, all calls'), callsIn(first), 'calls', {
      against: { name: 'of them factors, one an account', value: factorsIn(first) },
    }),
    row(name("full sync at half of Okta's limits"), minutes(first), 'min', {
      against: { name: '429 answers', value: first.refused },
    }),
    row(name('full sync once all factors are known, all calls'), callsIn(second), 'calls', {
      against: { name: 'of them factors', value: factorsIn(second) },
    }),
    row(
      name('memory of the runtime at most, Okta included'),
      Math.max(0, ...runtimePids().map((pid) => megabytesOf(pid).most)),
      'MB',
    ),
    row(name('full sync, nothing changed, rows written'), second.rowsWritten, 'rows', { atMost: 0 }),
    row(name('delta sync, nothing changed, rows written'), quiet.rowsWritten, 'rows', {
      atMost: 0,
      against: { name: 'calls', value: callsIn(quiet) },
    }),
    row(name('delta sync, 1 % of the people changed'), callsIn(busy), 'calls', {
      against: { name: 'minutes', value: Math.round(minutes(busy) * 10) / 10 },
    }),
  ];
}

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

/** What the paging minimum is about. */
const LISTS =
  /^\/api\/v1\/(users|users\/\{id\}\/roles|groups|groups\/\{id\}\/(users|roles)|apps|apps\/\{id\}\/(users|groups)|iam\/assignees\/users)$/;

function callsIn(ran: Ran): number {
  return Object.values(ran.counts).reduce((sum, count) => sum + count, 0);
}

function listsIn(ran: Ran): number {
  return Object.entries(ran.counts).reduce((sum, [path, count]) => sum + (LISTS.test(path) ? count : 0), 0);
}

function factorsIn(ran: Ran): number {
  return ran.counts['/api/v1/users/{id}/factors'] ?? 0;
}
