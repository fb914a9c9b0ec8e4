import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { bodyOf, testLab } from './testing/lab-client.ts';

async function publicKey(kid: string) {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
}

test('the form makes a service app from a public key, and adds another key to it', async () => {
  const { lab, ask } = testLab({ people: 60 });
  const send = (fields: Record<string, string>) =>
    ask('/lab/service-app', { method: 'POST', token: null, body: new URLSearchParams(fields) });
  expect((await ask('/lab/service-app', { token: null })).status).toBe(200);
  const made = await send({ jwk: JSON.stringify(await publicKey('one')) });
  expect(made.status).toBe(201);
  const clientId = /id="client-id">([^<]+)</.exec(await made.text())?.[1] ?? '';
  expect(lab.world.clients.get(clientId)).toMatchObject({
    dpop: false,
    scopes: expect.arrayContaining(['okta.logs.read']),
  });
  expect((await send({ jwk: JSON.stringify(await publicKey('two')), clientId })).status).toBe(200);
  expect(lab.world.clients.get(clientId)?.jwks.keys.map((key) => key.kid)).toEqual(['one', 'two']);
  expect((await send({ jwk: JSON.stringify({ ...(await publicKey('x')), d: 'secret' }) })).status).toBe(400);
  expect((await send({ jwk: 'no json' })).status).toBe(400);
  expect((await send({ jwk: JSON.stringify(await publicKey('y')), clientId: '0oaNone' })).status).toBe(404);
});

test('the keys of a service app can be listed, added and removed', async () => {
  const { ask, post } = testLab({ people: 60 });
  const registered = await post('/lab/oauth-clients', { jwks: { keys: [await publicKey('one')] }, scopes: [] });
  const { clientId } = await bodyOf<{ clientId: string }>(registered);
  const path = `/api/v1/apps/${clientId}/credentials/jwks`;
  const two = await publicKey('two');
  const added = await post(path, two);
  expect(added.status).toBe(201);
  expect(await bodyOf(added)).toMatchObject({ id: 'pkstwo', kid: 'two', status: 'ACTIVE' });
  expect((await post(path, two)).status).toBe(400);
  expect((await post(path, { kty: 'RSA' })).status).toBe(400);
  expect(await bodyOf<unknown[]>(ask(path))).toHaveLength(2);
  expect((await ask(`${path}/pksone`, { method: 'DELETE' })).status).toBe(204);
  expect((await ask(`${path}/pksone`, { method: 'DELETE' })).status).toBe(404);
  expect((await ask('/api/v1/apps/0oaNone/credentials/jwks')).status).toBe(404);
});
