import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { bodyOf, testLab } from './testing/lab-client.ts';

const CLIENT = '0oaTestClient000015d7';
const TOKEN_URL = 'http://localhost/oauth2/v1/token';
let keys: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  keys = await generateKeyPair('ES256', { extractable: true });
});

async function withClient(more: { scopes?: string[]; roles?: string[]; dpop?: boolean } = {}) {
  const kit = testLab({ people: 60 });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' };
  const registered = await kit.post('/lab/oauth-clients', {
    clientId: CLIENT,
    jwks: { keys: [jwk] },
    scopes: more.scopes ?? ['okta.users.read', 'okta.logs.read'],
    roles: more.roles ?? ['READ_ONLY_ADMIN'],
    dpop: more.dpop ?? false,
  });
  expect(registered.status).toBe(201);
  const seconds = () => Math.floor(kit.clock.now() / 1000);
  const assertion = (claims: { aud?: string; expIn?: number; jti?: string } = {}) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(CLIENT)
      .setSubject(CLIENT)
      .setAudience(claims.aud ?? TOKEN_URL)
      .setJti(claims.jti ?? crypto.randomUUID())
      .setIssuedAt(seconds())
      .setExpirationTime(seconds() + (claims.expIn ?? 300))
      .sign(keys.privateKey);
  const exchange = async (jwt: string, scope = 'okta.users.read', headers: Record<string, string> = {}) =>
    await kit.ask('/oauth2/v1/token', {
      method: 'POST',
      token: null,
      headers,
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: jwt,
      }),
    });
  const bearer = async (scope?: string) => {
    const { access_token } = await bodyOf<{ access_token: string }>(exchange(await assertion(), scope));
    return `Bearer ${access_token}`;
  };
  return { ...kit, assertion, exchange, bearer, seconds };
}

test('an SSWS token is needed, and dies with its revocation', async () => {
  const { lab, ask } = testLab({ people: 60 });
  for (const token of [null, 'SSWS wrong', 'Bearer wrong', 'Basic x']) {
    const response = await ask('/api/v1/users', { token });
    expect(response.status).toBe(401);
    expect(await bodyOf(response)).toMatchObject({ errorCode: 'E0000011', errorCauses: [] });
  }
  expect((await ask('/api/v1/users')).status).toBe(200);
  const own = [...lab.world.tokenSecrets.values()][0];
  expect((await ask(`/api/v1/api-tokens/${own}`, { method: 'DELETE' })).status).toBe(204);
  expect((await ask('/api/v1/users')).status).toBe(401);
});

test('a token is renewed by use and idles out after 30 days', async () => {
  const { ask, clock } = testLab({ people: 60 });
  clock.advance(29 * 86_400_000);
  expect((await ask('/api/v1/org')).status).toBe(200);
  clock.advance(29 * 86_400_000);
  expect((await ask('/api/v1/org')).status).toBe(200);
  clock.advance(31 * 86_400_000);
  expect((await ask('/api/v1/org')).status).toBe(401);
});

test('a service app gets a token with a signed assertion', async () => {
  const { exchange, assertion } = await withClient();
  const response = await exchange(await assertion());
  expect(response.status).toBe(200);
  expect(await bodyOf(response)).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read' });
});

test('bad assertions are refused', async () => {
  const { exchange, assertion } = await withClient();
  const refused = async (jwt: string) => {
    const response = await exchange(jwt);
    expect(response.status).toBe(401);
    expect(await bodyOf(response)).toMatchObject({ error: 'invalid_client' });
  };
  await refused('nonsense');
  await refused(await assertion({ aud: 'https://elsewhere.example/oauth2/v1/token' }));
  await refused(await assertion({ expIn: 3700 }));
  await refused(await assertion({ expIn: -10 }));
  const once = await assertion({ jti: 'used' });
  expect((await exchange(once)).status).toBe(200);
  await refused(once);
  const good = await assertion();
  await refused(`${good.slice(0, -6)}AAAAAA`);
});

test('scopes: unknown ones get no token, missing ones no answer', async () => {
  const { exchange, assertion, bearer, ask } = await withClient();
  const response = await exchange(await assertion(), 'okta.users.read okta.apps.read');
  expect(response.status).toBe(400);
  expect(await bodyOf(response)).toMatchObject({ error: 'invalid_scope' });

  const token = await bearer('okta.users.read');
  expect((await ask('/api/v1/users?limit=1', { token })).status).toBe(200);
  const missing = await ask('/api/v1/logs', { token });
  expect(missing.status).toBe(403);
  expect(missing.headers.get('www-authenticate')).toContain('insufficient_scope');
});

test('roles: none gives 403, a read-only one does not write or see API tokens', async () => {
  const bare = await withClient({ roles: [] });
  const denied = await bare.ask('/api/v1/users', { token: await bare.bearer() });
  expect(denied.status).toBe(403);
  expect(await bodyOf(denied)).toMatchObject({ errorCode: 'E0000006' });

  const scopes = ['okta.users.manage', 'okta.apiTokens.read'];
  const reader = await withClient({ scopes });
  const token = await reader.bearer(scopes.join(' '));
  expect((await reader.ask('/api/v1/users?limit=1', { token })).status).toBe(200);
  expect((await reader.ask('/api/v1/api-tokens', { token })).status).toBe(403);
  const [user] = reader.lab.world.users.keys();
  expect((await reader.ask(`/api/v1/users/${user}/sessions`, { token, method: 'DELETE' })).status).toBe(403);
});

test('an access token lives one hour', async () => {
  const { bearer, ask, clock } = await withClient();
  const token = await bearer();
  clock.advance(3_599_000);
  expect((await ask('/api/v1/users?limit=1', { token })).status).toBe(200);
  clock.advance(2_000);
  const expired = await ask('/api/v1/users?limit=1', { token });
  expect(expired.status).toBe(401);
  expect(expired.headers.get('www-authenticate')).toContain('invalid_token');
});

test('a DPoP client needs a proof with a nonce, and a bound token a proof of its own', async () => {
  const { exchange, assertion, ask, seconds } = await withClient({ dpop: true });
  const jwk = await exportJWK(keys.publicKey);
  const proof = (claims: Record<string, unknown>) =>
    new SignJWT({ jti: crypto.randomUUID(), iat: seconds(), ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(keys.privateKey);
  const atToken = { htm: 'POST', htu: TOKEN_URL };

  expect((await exchange(await assertion())).status).toBe(400);
  const challenged = await exchange(await assertion(), undefined, { dpop: await proof(atToken) });
  expect(challenged.status).toBe(400);
  expect(await bodyOf(challenged)).toMatchObject({ error: 'use_dpop_nonce' });
  const nonce = challenged.headers.get('dpop-nonce');
  const granted = await exchange(await assertion(), undefined, { dpop: await proof({ ...atToken, nonce }) });
  const { token_type, access_token } = await bodyOf<{ token_type: string; access_token: string }>(granted);
  expect(token_type).toBe('DPoP');

  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(access_token));
  const ath = Buffer.from(digest).toString('base64url');
  const call = async (scheme: string, claims: Record<string, unknown> | null) =>
    (
      await ask('/api/v1/users?limit=1', {
        token: `${scheme} ${access_token}`,
        headers: claims === null ? {} : { dpop: await proof(claims) },
      })
    ).status;
  const good = { htm: 'GET', htu: 'http://localhost/api/v1/users', ath };
  expect(await call('DPoP', good)).toBe(200);
  expect(await call('DPoP', { ...good, ath: 'wrong' })).toBe(401);
  expect(await call('DPoP', { ...good, htu: 'http://localhost/api/v1/groups' })).toBe(401);
  expect(await call('DPoP', null)).toBe(401);
  expect(await call('Bearer', null)).toBe(401);
});

test('the parts outside /api/v1 want their scope too', async () => {
  const { ask, bearer } = await withClient({ scopes: ['okta.users.read', 'okta.serviceAccounts.read'] });
  const token = await bearer('okta.users.read');
  const refused = await ask('/privileged-access/api/v1/service-accounts', { token });
  expect(refused.status).toBe(403);
  expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope');
  const scoped = await bearer('okta.serviceAccounts.read');
  const withoutRole = await ask('/privileged-access/api/v1/service-accounts', { token: scoped });
  expect(withoutRole.status).toBe(403);
  expect(withoutRole.headers.get('www-authenticate')).toBeNull();
  expect(await bodyOf(withoutRole)).toMatchObject({ errorCode: 'E0000006' });
});
