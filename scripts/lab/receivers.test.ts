import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { ReceivedMessage } from './receivers/webhooks.ts';
import { bodyOf, testLab } from './testing/lab-client.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function receiving() {
  const { lab } = testLab({ people: 60 });
  const put = (settings: unknown) =>
    lab.app.request('/receivers/webhooks/ispm', { method: 'PUT', body: JSON.stringify(settings) });
  const send = (text: string, headers: Record<string, string> = {}, query = '') =>
    lab.app.request(`/receivers/webhooks/ispm${query}`, { method: 'POST', body: text, headers });
  const messages = async () =>
    (await bodyOf<{ data: ReceivedMessage[] }>(lab.app.request('/receivers/webhooks/ispm/messages'))).data;
  return { lab, put, send, messages };
}

test('a receiver stores what it gets and verifies signatures', async () => {
  const { put, send, messages } = receiving();
  await put({ secret: SECRET });
  const body = '{"hello":"world"}';
  const at = new Date();
  const signature = new Webhook(SECRET).sign('msg_1', at, body);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature,
  };
  expect((await send(body, headers, '?clientToken=abc')).status).toBe(200);
  expect((await send('{"hello":"forged"}', headers)).status).toBe(200);
  const [good, forged] = await messages();
  expect(good).toMatchObject({
    body: { hello: 'world' },
    query: { clientToken: 'abc' },
    signatureValid: true,
    status: 200,
  });
  expect(good?.headers['webhook-id']).toBe('msg_1');
  expect(forged?.signatureValid).toBe(false);
});

test('status, failures and the client token are configurable; messages can be cleared', async () => {
  const { lab, put, send, messages } = receiving();
  expect((await send('plain text')).status).toBe(200);
  expect((await messages())[0]).toMatchObject({ body: 'plain text', signatureValid: null });
  await put({ failTimes: 2, status: 202 });
  expect([(await send('1')).status, (await send('2')).status, (await send('3')).status]).toEqual([503, 503, 202]);
  await put({ clientToken: 'right', status: 204 });
  expect((await send('x', {}, '?clientToken=wrong')).status).toBe(401);
  expect((await send('x', {}, '?clientToken=right')).status).toBe(204);
  expect((await put({ secret: 'no-prefix' })).status).toBe(400);
  await lab.app.request('/receivers/webhooks/ispm/messages', { method: 'DELETE' });
  expect(await messages()).toEqual([]);
});
