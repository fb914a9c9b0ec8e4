import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createApiClient } from '../lib/api.ts';

export interface DemoUser {
  email: string;
  password: string;
  role: string;
}

/** What `npm start` made for itself: one tenant with its people and, with the lab, its source and webhook. */
export interface Demo {
  tenant: string;
  token: string;
  users: DemoUser[];
  sourceId?: string;
  eventHookSecret?: string;
  eventBridgeSecret?: string;
  webhookSecret?: string;
}

const PEOPLE = [
  { role: 'super_admin', name: 'Sam Admin', email: 'admin@postern.test' },
  { role: 'issue_responder', name: 'Riley Responder', email: 'responder@postern.test' },
  { role: 'source_admin', name: 'Sasha Sources', email: 'sources@postern.test' },
  { role: 'viewer', name: 'Vic Viewer', email: 'viewer@postern.test' },
];

const secret = (bytes: number) => randomBytes(bytes).toString('base64url');

/** Creates the tenant, its people and a token once; later starts read them back from `file`. */
export async function ensureDemo(api: string, operatorToken: string, file: string): Promise<Demo> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Demo;
  const operator = createApiClient(api, operatorToken);
  const tenant = await operator.request<{ id: string }>('POST', '/tenants', { name: 'Acme' });
  const inTenant = createApiClient(api, operatorToken, tenant.id);
  const users: DemoUser[] = [];
  for (const person of PEOPLE) {
    const password = secret(12);
    await inTenant.request('POST', '/users', { ...person, password });
    users.push({ email: person.email, password, role: person.role });
  }
  const { token } = await inTenant.request<{ token: string }>('POST', '/tokens', {
    name: 'npm start',
    role: 'super_admin',
  });
  const demo: Demo = { tenant: tenant.id, token, users };
  save(file, demo);
  return demo;
}

export function save(file: string, demo: Demo): void {
  writeFileSync(file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
}

export const LAB_TOKEN = 'lab-ssws-token';
const CLIENT_TOKEN = 'lab-client-token';
/** Envelopes that the lab's relay sends together at most. */
const RELAY_BATCH = 25;

async function labRequest<T>(lab: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${lab}${path}`, {
    method,
    headers: { authorization: `SSWS ${LAB_TOKEN}`, accept: 'application/json', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`lab ${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Connects the lab's Okta org as a source and its webhook receiver as an integration, once. */
export async function connectLab(
  api: string,
  lab: string,
  demo: Demo,
  file: string,
  tell: (line: string) => void,
): Promise<void> {
  const client = createApiClient(api, demo.token);
  if (!demo.sourceId) {
    const source = await client.request<{ id: string; eventHookSecret: string; eventBridgeSecret?: string }>(
      'POST',
      '/sources',
      {
        kind: 'okta',
        name: 'Acme Okta (lab)',
        baseUrl: lab,
        mode: 'hybrid',
        auth: { type: 'ssws', token: LAB_TOKEN },
      },
    );
    demo.sourceId = source.id;
    demo.eventHookSecret = source.eventHookSecret;
    if (source.eventBridgeSecret) demo.eventBridgeSecret = source.eventBridgeSecret;
    const integration = await client.request<{ id: string; signingSecret: string }>('POST', '/integrations', {
      kind: 'webhook',
      name: 'Lab receiver',
      url: `${lab}/receivers/webhooks/demo`,
      key: { in: 'query', name: 'clientToken', value: CLIENT_TOKEN },
    });
    demo.webhookSecret = integration.signingSecret;
    await client.request('POST', '/automations', {
      name: 'Send every issue',
      integrationId: integration.id,
      enabled: true,
    });
    save(file, demo);
  }
  await labRequest(lab, 'PUT', '/receivers/webhooks/demo', { secret: demo.webhookSecret, clientToken: CLIENT_TOKEN });
  await connectPush(api, lab, demo, tell);
}

/**
 * Has the lab push by both ways, as an admin sets them up by hand: whatever mode the source is switched to, its
 * deliveries go on, and Postern takes those that the mode accepts. The lab forgets both when it stops. A source that
 * takes no push any more, or is gone, is no reason not to start.
 */
async function connectPush(api: string, lab: string, demo: Demo, tell: (line: string) => void): Promise<void> {
  if (demo.eventBridgeSecret) {
    await labRequest(lab, 'PUT', '/lab/eventbridge', {
      url: `${api}/ingest/okta/eventbridge/${demo.sourceId}`,
      authorization: demo.eventBridgeSecret,
      batch: RELAY_BATCH,
    });
  }
  await registerEventHook(api, lab, demo).catch((error: unknown) => {
    tell(`the lab's Event Hook was not verified: ${error instanceof Error ? error.message : error}`);
  });
}

/** Registers and verifies the Event Hook in the org, as an admin does by hand. The lab forgets it when it stops. */
async function registerEventHook(api: string, lab: string, demo: Demo): Promise<void> {
  const types = await labRequest<{ data: string[] }>(lab, 'GET', '/lab/hook-event-types');
  for (let start = 0, part = 1; start < types.data.length; start += 300, part++) {
    const hook = await labRequest<{ id: string }>(lab, 'POST', '/api/v1/eventHooks', {
      name: `Postern ${part}`,
      events: { type: 'EVENT_TYPE', items: types.data.slice(start, start + 300) },
      channel: {
        type: 'HTTP',
        version: '1.0.0',
        config: {
          uri: `${api}/ingest/okta/events/${demo.sourceId}`,
          authScheme: { type: 'HEADER', key: 'Authorization', value: demo.eventHookSecret },
        },
      },
    });
    await labRequest(lab, 'POST', `/api/v1/eventHooks/${hook.id}/lifecycle/verify`);
  }
}

/** Starts a full sync and waits until it has ended; tells its progress. */
export async function firstSync(
  api: string,
  demo: Demo,
  tell: (line: string) => void,
  timeoutMs: number,
): Promise<void> {
  const client = createApiClient(api, demo.token);
  const path = `/sources/${demo.sourceId}`;
  await client.request('POST', `${path}/test`);
  const run = await client.request<{ id: string }>('POST', `${path}/sync`, {}).catch(() => undefined);
  const deadline = Date.now() + timeoutMs;
  while (run && Date.now() < deadline) {
    const health = await client.request<{
      lastSync: { id: string; status: string; progress: { phase?: string } | null } | null;
    }>('GET', `${path}/health`);
    const last = health.lastSync;
    if (last && last.id === run.id && !['queued', 'running'].includes(last.status)) {
      tell(`first sync: ${last.status}`);
      return;
    }
    if (last?.progress?.phase) tell(`first sync: ${last.progress.phase}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  tell('first sync goes on in the background');
}
