import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { sources, tenants } from '../../db/control/schema.ts';
import { freshTenant, manualClock, T0, testDeps } from '../../test/deps.ts';
import { readMessage } from '../inbox/message.ts';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { type PushChannel, rotateIngestSecret } from '../sources/ingest-secrets.repository.ts';
import { ingestRoutes } from './ingest.routes.ts';

/** Everything around one deployment's receivers: real secrets and databases, a queue that keeps what it is given. */
export async function setUp(more: Partial<typeof sources.$inferInsert> = {}, overrides: Partial<Deps> = {}) {
  const tenantId = freshTenant();
  const clock = manualClock();
  const sent: string[] = [];
  const queue = {
    fails: false,
    sendBatch: async (batch: Iterable<{ body: Uint8Array }>) => {
      if (queue.fails) throw new Error('Queue sendBatch failed: Too Many Requests');
      for (const { body } of batch) sent.push(new TextDecoder().decode(body));
    },
  };
  const deps = testDeps({ clock, env: { ...env, INBOX: queue as unknown as Queue }, ...overrides });
  await deps.control.insert(tenants).values({ id: tenantId, name: 'Acme', createdAt: T0 });
  const sourceId = `src_${tenantId}`;
  const addSource = (id: string, fields: Partial<typeof sources.$inferInsert> = {}) =>
    deps.control.insert(sources).values({
      tenantId,
      id,
      kind: 'okta',
      name: 'Okta',
      baseUrl: 'https://acme.okta.com',
      mode: 'hybrid',
      authType: 'ssws',
      sealedCredential: 'sealed',
      createdAt: T0,
      ...fields,
    });
  await addSource(sourceId, more);
  const app = ingestRoutes(() => deps, '/ingest');
  const request = (method: string, path: string, secret: string | null, body?: unknown, headers = {}) =>
    app.request(`/ingest/okta${path}`, {
      method,
      headers: { ...(secret === null ? {} : { authorization: secret }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const secretOf = (channel: PushChannel, id = sourceId) => rotateIngestSecret(deps, tenantId, id, channel);
  return {
    tenantId,
    sourceId,
    deps,
    clock,
    sent,
    queue,
    request,
    secretOf,
    addSource,
    messages: () => sent.map((m) => readMessage(m)),
  };
}

let n = 0;
export const event = (eventType = 'user.lifecycle.suspend', more: Record<string, unknown> = {}) => ({
  uuid: `uuid-${++n}`,
  eventType,
  published: iso(T0),
  ...more,
});
export const hook = (events: unknown[]) => ({ eventType: 'com.okta.event_hook', eventId: 'e', data: { events } });
export const bridge = (detail: unknown, more = {}) => ({
  version: '0',
  'detail-type': 'SystemLog',
  source: 'aws.partner/okta.com/acme/ispm',
  detail,
  ...more,
});

export async function problemOf(response: Response | Promise<Response>): Promise<[number, string]> {
  const answer = await response;
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = (await answer.json()) as { status: number; code: string };
  expect(body.status).toBe(answer.status);
  return [answer.status, body.code];
}
