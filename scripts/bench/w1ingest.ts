import autocannon from 'autocannon';
import { createApiClient } from '../lib/api.ts';
import { type Row, row } from './row.ts';
import { OPERATOR_TOKEN, type Runtime, startBareEnqueuer, startWorker } from './w1runtime.ts';

const SECONDS = 6;
const SIZES = [1, 25, 500];
const DRAIN_EVENTS = 60_000;

function event(n: number): Record<string, unknown> {
  return {
    uuid: crypto.randomUUID(),
    published: new Date(Date.now() - (n % 1_000)).toISOString(),
    eventType: 'user.authentication.sso',
    version: '0',
    severity: 'INFO',
    displayMessage: 'User single sign on to app',
    actor: {
      id: `00ubench${String(n % 5_000).padStart(12, '0')}`,
      type: 'User',
      alternateId: `p${n % 5_000}@acme.test`,
      displayName: `Person ${n % 5_000}`,
    },
    client: {
      userAgent: { rawUserAgent: 'Mozilla/5.0', os: 'Mac OS X', browser: 'CHROME' },
      ipAddress: '203.0.113.9',
      device: 'Computer',
      zone: 'null',
    },
    outcome: { result: 'SUCCESS', reason: null },
    target: [{ id: '0oabench00000000000a', type: 'AppInstance', alternateId: 'Wiki', displayName: 'Wiki' }],
    transaction: { type: 'WEB', id: `tx${n}`, detail: {} },
    debugContext: { debugData: { requestUri: '/app/wiki/sso', threatSuspected: 'false' } },
  };
}

export const envelope = (count: number) =>
  JSON.stringify({
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    eventId: crypto.randomUUID(),
    data: { events: Array.from({ length: count }, (_, n) => event(n)) },
  });

interface Target {
  runtime: Runtime;
  path: string;
  secret: string;
  token: string;
  sourceId: string;
}

export async function productTarget(consumers: boolean): Promise<Target> {
  const runtime = await startWorker({ consumers });
  const operator = createApiClient(runtime.origin, OPERATOR_TOKEN);
  const tenant = await operator.request<{ id: string }>('POST', '/tenants', { name: 'Bench' });
  const inTenant = createApiClient(runtime.origin, OPERATOR_TOKEN, tenant.id);
  const { token } = await inTenant.request<{ token: string }>('POST', '/tokens', {
    name: 'bench',
    role: 'super_admin',
  });
  const source = await inTenant.request<{ id: string; eventHookSecret: string }>('POST', '/sources', {
    kind: 'okta',
    name: 'Bench',
    // nothing answers there: only what is pushed is measured
    baseUrl: 'http://127.0.0.1:9',
    mode: 'event_hook',
    auth: { type: 'ssws', token: 'none' },
  });
  return {
    runtime,
    path: `/ingest/okta/events/${source.id}`,
    secret: source.eventHookSecret,
    token,
    sourceId: source.id,
  };
}

async function load(origin: string, path: string, secret: string, body: string): Promise<number> {
  const result = await autocannon({
    url: origin + path,
    method: 'POST',
    connections: 16,
    duration: SECONDS,
    headers: { authorization: secret, 'content-type': 'application/json' },
    body,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  return result.requests.total / result.duration;
}

/** Accepted events a second beside a bare Worker that only enqueues the same bytes, and the drain to stored events. */
export async function benchIngest(tell: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const bare = await startBareEnqueuer();
  const target = await productTarget(false);
  try {
    for (const size of SIZES) {
      tell(`deliveries of ${size}`);
      const body = envelope(size);
      const ceiling = (await load(bare.origin, '/', 'x', body)) * size;
      const reached = (await load(target.runtime.origin, target.path, target.secret, body)) * size;
      rows.push(
        row(`ingest, deliveries of ${size}: events`, reached, '/s', {
          against: { name: 'bare Worker', value: Math.round(ceiling) },
        }),
      );
      rows.push(
        row(`ingest, deliveries of ${size}: share of a bare Worker`, reached / ceiling, 'ratio', { atLeast: 0.8 }),
      );
    }
  } finally {
    await bare.dispose();
    await target.runtime.dispose();
  }
  rows.push(...(await drain(tell)));
  return rows;
}

async function drain(tell: (line: string) => void): Promise<Row[]> {
  tell(`drain of ${DRAIN_EVENTS} events`);
  const target = await productTarget(true);
  try {
    const api = createApiClient(target.runtime.origin, target.token);
    const began = performance.now();
    for (let sent = 0; sent < DRAIN_EVENTS; sent += 2_000) {
      const response = await fetch(target.runtime.origin + target.path, {
        method: 'POST',
        headers: { authorization: target.secret, 'content-type': 'application/json' },
        body: envelope(2_000),
      });
      if (response.status !== 200) throw new Error(`ingest answered ${response.status}`);
    }
    let health = { processed: 0, duplicate: 0, dead: 0 };
    while (health.processed < DRAIN_EVENTS && performance.now() - began < 180_000) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      health = await api.request('GET', `/sources/${target.sourceId}/health`);
    }
    const seconds = (performance.now() - began) / 1_000;
    return [
      row('drain: events stored and processed', health.processed / seconds, '/s', { atLeast: 5_000 }),
      row('drain: lost', DRAIN_EVENTS - health.processed, 'events', { atMost: 0 }),
      row('drain: doubled', health.duplicate, 'events', { atMost: 0 }),
    ];
  } finally {
    await target.runtime.dispose();
  }
}
