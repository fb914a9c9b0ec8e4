import { createApiClient } from '../lib/api.ts';
import { OPERATOR_TOKEN, type Runtime, startWorker } from './runtime.ts';

export const SIGN_ON = 'user.authentication.sso';
export const SIGN_IN = 'user.session.start';
/** What most of a log is: sign-ons to apps, and a sign-in to Okta itself for each three of them. */
export const MIX = [SIGN_ON, SIGN_ON, SIGN_ON, SIGN_IN];

/** `--quick`: the same figures from shorter runs. */
export const isQuick = () => process.argv.includes('--quick');

/** A System Log event as Okta sends it. `at` is its time, milliseconds. */
export function event(n: number, eventType: string, at: number): Record<string, unknown> {
  return {
    uuid: crypto.randomUUID(),
    published: new Date(at).toISOString(),
    eventType,
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

/** An Event Hook delivery of so many events, as JSON. */
export const envelope = (count: number, types = [SIGN_ON], at = Date.now()) =>
  JSON.stringify({
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    eventId: crypto.randomUUID(),
    data: { events: Array.from({ length: count }, (_, n) => event(n, types[n % types.length] ?? SIGN_ON, at)) },
  });

export interface Target {
  runtime: Runtime;
  path: string;
  secret: string;
  token: string;
  sourceId: string;
}

/** A deployment with one tenant and one source that takes pushes. `script`: what `bundle` made of another entry. */
export async function productTarget(consumers: boolean, script?: string): Promise<Target> {
  const runtime = await startWorker({ consumers, ...(script === undefined ? {} : { script }) });
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

/** Pushes one delivery, and waits for its answer. */
export async function push(target: Target, body: string): Promise<void> {
  const headers = { authorization: target.secret, 'content-type': 'application/json' };
  const response = await fetch(target.runtime.origin + target.path, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`ingest answered ${response.status}`);
}

export interface Health {
  processed: number;
  duplicate: number;
  dead: number;
}

export function sourceHealth(target: Target): Promise<Health> {
  return createApiClient(target.runtime.origin, target.token).request('GET', `/sources/${target.sourceId}/health`);
}

/** The source's counts once `events` are processed, or after two minutes. */
export async function processed(target: Target, events: number): Promise<Health> {
  const until = performance.now() + 120_000;
  for (;;) {
    const health = await sourceHealth(target);
    if (health.processed >= events || performance.now() > until) return health;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the consumer said of its batches. */
export function batches(target: Target): { messages: number; events: number; rowsWritten: number } {
  const sum = { messages: 0, events: 0, rowsWritten: 0 };
  for (const line of target.runtime.logged) {
    if (line.message !== 'inbox batch') continue;
    sum.messages += Number(line.messages);
    sum.events += Number(line.events);
    sum.rowsWritten += Number(line.rowsWritten);
  }
  return sum;
}
