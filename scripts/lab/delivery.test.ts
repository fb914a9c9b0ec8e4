import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { HOOK_ELIGIBLE } from './log/hook-eligible.ts';
import type { LogEvent } from './log/log-event.ts';
import { bodyOf, testLab } from './testing/lab-client.ts';

interface Delivery {
  method: string;
  headers: IncomingMessage['headers'];
  body: {
    eventId: string;
    source: string;
    data: { events: (LogEvent & { client: { ipChain: unknown }; insertionTimestamp: null })[] };
  };
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A receiver that echoes the challenge and answers deliveries with the given statuses, the last one repeated. */
async function receiver(answers: (number | 'silent')[] = [200], echo = true) {
  const got: Delivery[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      const challenge = request.headers['x-okta-verification-challenge'];
      if (request.method === 'GET') {
        response.end(JSON.stringify({ verification: echo ? challenge : 'wrong' }));
        return;
      }
      got.push({ method: request.method ?? '', headers: request.headers, body: JSON.parse(text) });
      const answer = answers[Math.min(asked++, answers.length - 1)];
      if (answer !== 'silent') response.writeHead(answer ?? 200).end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook`, got };
}

async function hooked(url: string, items: string[], verify = true) {
  const kit = testLab({ people: 60, batchMs: 20, timeoutMs: 150 });
  const created = await kit.post('/api/v1/eventHooks', {
    name: 'ISPM',
    events: { type: 'EVENT_TYPE', items },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: url,
        headers: [{ key: 'X-Tenant', value: 't1' }],
        authScheme: { type: 'HEADER', key: 'Authorization', value: 'the secret' },
      },
    },
  });
  const hook = await bodyOf<{ id: string; verificationStatus: string }>(created);
  expect(hook.verificationStatus).toBe('UNVERIFIED');
  const verified = verify ? await kit.post(`/api/v1/eventHooks/${hook.id}/lifecycle/verify`) : null;
  return { ...kit, hook, verified };
}

const GRANT = ['user.account.privilege.grant'];

test('there are 314 eligible types', () => {
  expect(HOOK_ELIGIBLE.size).toBe(314);
  expect(HOOK_ELIGIBLE.has('user.mfa.okta_verify.deny_push')).toBe(false);
});

test('a verified hook gets what it subscribes to, in the shape of the documentation', async () => {
  const { url, got } = await receiver();
  const { lab, post, hook, verified } = await hooked(url, [...GRANT, 'user.lifecycle.create']);
  expect(verified?.status).toBe(200);
  expect(
    JSON.stringify(
      await bodyOf(
        lab.app.request(`/api/v1/eventHooks/${hook.id}`, { headers: { authorization: 'SSWS lab-ssws-token' } }),
      ),
    ),
  ).not.toContain('the secret');
  await post('/lab/scenarios/admin-without-mfa');
  await lab.flush();
  expect(got.length).toBe(1);
  const [delivery] = got;
  expect(delivery?.headers).toMatchObject({
    authorization: 'the secret',
    'x-tenant': 't1',
    'content-type': 'application/json',
  });
  expect(delivery?.body).toMatchObject({
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: `http://127.0.0.1:8789/api/v1/eventHooks/${hook.id}`,
    contentType: 'application/json',
  });
  const events = delivery?.body.data.events ?? [];
  expect(events.map(({ eventType }) => eventType)).toEqual(['user.lifecycle.create', 'user.account.privilege.grant']);
  expect(events[0]).toMatchObject({ insertionTimestamp: null, client: { ipChain: expect.any(Array) } });
  expect(events[0]).not.toHaveProperty('request');
});

test('nothing goes to a hook that is unverified or inactive', async () => {
  const { url, got } = await receiver();
  const unverified = await hooked(url, GRANT, false);
  await unverified.post('/lab/scenarios/new-super-admin');
  await unverified.lab.flush();
  const inactive = await hooked(url, GRANT);
  await inactive.post(`/api/v1/eventHooks/${inactive.hook.id}/lifecycle/deactivate`);
  await inactive.post('/lab/scenarios/new-super-admin');
  await inactive.lab.flush();
  expect(got).toEqual([]);
});

test('a wrong echo fails the verification, and a new address undoes it', async () => {
  const wrong = await hooked((await receiver([200], false)).url, GRANT);
  expect(wrong.verified?.status).toBe(400);
  const { url } = await receiver();
  const { ask, hook } = await hooked(url, GRANT);
  const current = await bodyOf<{ channel: { config: { uri: string } } }>(ask(`/api/v1/eventHooks/${hook.id}`));
  current.channel.config.uri = `${url}2`;
  const put = await ask(`/api/v1/eventHooks/${hook.id}`, { method: 'PUT', body: JSON.stringify(current) });
  expect(await bodyOf(put)).toMatchObject({ verificationStatus: 'UNVERIFIED' });
});

test('ineligible types and plain http are refused, an active hook is not deleted', async () => {
  const { url } = await receiver();
  const { ask, post, hook } = await hooked(url, GRANT);
  const body = (items: string[], uri: string) => ({
    name: 'x',
    events: { type: 'EVENT_TYPE', items },
    channel: { type: 'HTTP', version: '1.0.0', config: { uri } },
  });
  expect((await post('/api/v1/eventHooks', body(['zone.create'], url))).status).toBe(400);
  expect((await post('/api/v1/eventHooks', body(GRANT, 'http://example.com/hook'))).status).toBe(400);
  expect((await ask(`/api/v1/eventHooks/${hook.id}`, { method: 'DELETE' })).status).toBe(400);
  await post(`/api/v1/eventHooks/${hook.id}/lifecycle/deactivate`);
  expect((await ask(`/api/v1/eventHooks/${hook.id}`, { method: 'DELETE' })).status).toBe(204);
});

test.each([
  ['a 5xx is tried once more, with the same id', [503, 200], 2, 0],
  ['a second 5xx ends it and lands in the log', [503, 503, 200], 2, 1],
  ['a 4xx is not tried again', [400, 200], 1, 1],
  ['silence is tried once more', ['silent', 200], 2, 0],
] as const)('%s', async (_name, answers, attempts, failures) => {
  const { url, got } = await receiver([...answers]);
  const { lab, post } = await hooked(url, GRANT);
  await post('/lab/scenarios/new-super-admin');
  await lab.flush();
  expect(got.length).toBe(attempts);
  expect(new Set(got.map(({ body }) => body.eventId)).size).toBe(1);
  const failed = lab.log.persisted().filter(({ event }) => event.eventType === 'event_hook.delivery');
  expect(failed.map(({ event }) => event.outcome.result)).toEqual(Array(failures).fill('FAILURE'));
});

test('duplicates repeat a delivery whole', async () => {
  const { url, got } = await receiver();
  const { lab, post } = await hooked(url, GRANT);
  await post('/lab/faults', { duplicateEvents: 1 });
  await post('/lab/scenarios/new-super-admin');
  await lab.flush();
  expect(got.length).toBe(2);
  expect(got[0]?.body).toEqual(got[1]?.body);
});

test('the EventBridge relay sends every event in its envelope, one or many a request', async () => {
  const { url, got } = await receiver();
  const { lab, ask, post } = testLab({ people: 60, batchMs: 20 });
  const put = (batch: number) =>
    ask('/lab/eventbridge', {
      method: 'PUT',
      body: JSON.stringify({ url, authorization: 'relay secret', sourceName: 'ispm-test', batch }),
    });
  expect(JSON.stringify(await bodyOf(put(1)))).not.toContain('relay secret');
  const { events } = await bodyOf<{ events: string[] }>(post('/lab/scenarios/mfa-fatigue'));
  await lab.flush();
  expect(got.map(({ body }) => body)).toEqual(
    events.map((uuid) =>
      expect.objectContaining({
        'detail-type': 'SystemLog',
        source: 'aws.partner/okta.com/lab/ispm-test',
        detail: expect.objectContaining({ uuid, request: expect.anything() }),
      }),
    ),
  );
  expect(got[0]?.headers.authorization).toBe('relay secret');
  got.length = 0;
  await put(100);
  await post('/lab/scenarios/mfa-fatigue');
  await lab.flush();
  expect(got.length).toBe(1);
  expect(Array.isArray(got[0]?.body)).toBe(true);
  await ask('/lab/eventbridge', { method: 'DELETE' });
  await post('/lab/scenarios/mfa-fatigue');
  await lab.flush();
  expect(got.length).toBe(1);
});
