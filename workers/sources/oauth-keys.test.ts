import { describe, expect, it } from 'vitest';
import { testLab } from '../../scripts/lab/testing/lab-client.ts';
import { apiUnderTest } from '../api/test-api.ts';
import { seedTenant } from '../auth/test-app.ts';
import { DAY } from '../platform/clock.ts';
import { getOauthKey, insertOauthKey, purgeOauthKeys } from './oauth-keys.repository.ts';
import { MAX_UNUSED_KEYS } from './oauth-keys.ts';
import { openCredential } from './okta/credential.ts';
import { getSource } from './sources.repository.ts';

const ORIGIN = 'https://acme.okta.com';
const SCOPES = ['users', 'groups', 'apps', 'roles', 'logs', 'apiTokens', 'eventHooks'].map((one) => `okta.${one}.read`);

interface KeyAnswer {
  id: string;
  publicJwk: Record<string, string>;
}

/** The API over a lab org at https://acme.okta.com, both with the same clock. */
async function setUp() {
  const { lab, clock: labClock, ask } = testLab({ people: 60, baseUrl: ORIGIN });
  const api = apiUnderTest({
    fetch: async (input, init) => lab.app.request(new Request(input, init)),
  });
  api.clock.set(labClock.now());
  const { tenantId, tokens } = await seedTenant(api.deps, ['super_admin', 'viewer']);
  const call = async (method: string, path: string, body?: unknown, token = tokens.super_admin) => {
    const response = await api.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, text, json: text ? JSON.parse(text) : null };
  };
  /** What an administrator does in Okta: a service app with the key, scopes and roles. Gives its client id. */
  const registerApp = async (key: KeyAnswer, more: { scopes?: string[]; roles?: string[]; dpop?: boolean } = {}) => {
    const body = { jwks: { keys: [key.publicJwk] }, scopes: SCOPES, roles: ['SUPER_ADMIN'], ...more };
    const answer = await ask('/lab/oauth-clients', { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { clientId: string }).clientId;
  };
  const addKey = (clientId: string, key: KeyAnswer) =>
    ask(`/api/v1/apps/${clientId}/credentials/jwks`, { method: 'POST', body: JSON.stringify(key.publicJwk) });
  const makeKey = async (): Promise<KeyAnswer> => (await call('POST', '/sources/oauth-keys')).json;
  const connect = async (clientId: string, keyId: string) =>
    (
      await call('POST', '/sources', {
        name: 'Acme',
        baseUrl: ORIGIN,
        mode: 'polling',
        auth: { type: 'oauth', clientId, keyId },
      })
    ).json;
  return { ...api, lab, ask, tenantId, tokens, call, registerApp, addKey, makeKey, connect };
}

const failing = (checks: { ok: boolean; name: string }[]) => checks.filter((one) => !one.ok).map((one) => one.name);

describe('a key pair that Postern makes', () => {
  it.each([false, true])('connects a service app from end to end (DPoP: %s)', async (dpop) => {
    const api = await setUp();
    const made = await api.call('POST', '/sources/oauth-keys');
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      id: expect.stringMatching(/^key_/),
      publicJwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid: expect.any(String), n: expect.any(String), e: 'AQAB' },
      jwks: { keys: [made.json.publicJwk] },
      pem: expect.stringContaining('BEGIN PUBLIC KEY'),
      inUse: false,
      source: null,
    });
    expect(made.json.grants.map((one: { scope: string }) => one.scope)).toEqual(expect.arrayContaining(SCOPES));
    const clientId = await api.registerApp(made.json, { dpop });
    const source = await api.connect(clientId, made.json.id);
    expect(source).toMatchObject({ authType: 'oauth', clientId, keyId: made.json.id, publicJwk: made.json.publicJwk });
    const tested = await api.call('POST', `/sources/${source.id}/test`);
    expect(tested.json).toMatchObject({ ok: true });
    expect(failing(tested.json.checks)).toEqual([]);
    expect((await api.call('GET', `/sources/${source.id}`)).json).toMatchObject({ status: 'connected', nextKey: null });
    expect((await api.call('GET', `/sources/oauth-keys/${made.json.id}`)).json).toMatchObject({
      inUse: true,
      source: source.id,
      expiresAt: null,
    });
  });

  it('never shows or keeps in the open what is private', async () => {
    const api = await setUp();
    const key = await api.makeKey();
    const source = await api.connect('0oaX', key.id);
    const texts = [
      JSON.stringify(key),
      JSON.stringify(source),
      (await api.call('GET', '/sources')).text,
      (await api.call('GET', '/audit')).text,
    ];
    for (const text of texts) expect(text).not.toMatch(/"d":|"p":|"q":|"dp":|sealed|v1\.k1/);
    const row = await getOauthKey(api.deps, api.tenantId, key.id, api.clock.now());
    expect(row).toMatchObject({ sealedPrivateJwk: null, sourceId: source.id });
    const stored = await getSource(api.deps, api.tenantId, source.id);
    if (!stored) throw new Error('gone');
    expect(await openCredential(api.deps, api.tenantId, stored)).toMatchObject({
      type: 'oauth',
      privateKey: { kid: key.publicJwk.kid, d: expect.any(String) },
    });
  });

  it('serves one source of its own tenant, once', async () => {
    const [api, other] = [await setUp(), await setUp()];
    const key = await api.makeKey();
    const body = (keyId: string) => ({ name: 'A', baseUrl: ORIGIN, auth: { type: 'oauth', clientId: '0oaX', keyId } });
    expect((await other.call('POST', '/sources', body(key.id))).json.code).toBe('oauth_key.unusable');
    expect((await other.call('GET', `/sources/oauth-keys/${key.id}`)).status).toBe(404);
    expect((await api.call('POST', '/sources', body('key_none'))).json.code).toBe('oauth_key.unusable');
    expect((await api.call('POST', '/sources', body(key.id))).status).toBe(201);
    expect((await api.call('POST', '/sources', body(key.id))).json.code).toBe('oauth_key.unusable');
    expect((await api.call('DELETE', `/sources/oauth-keys/${key.id}`)).json.code).toBe('oauth_key.in_use');
    const both = { type: 'oauth', clientId: '0oaX', keyId: 'key_a', privateKeyJwk: { kty: 'RSA', d: 'x' } };
    expect((await api.call('POST', '/sources', { ...body('x'), auth: both })).status).toBe(400);
    const neither = { type: 'oauth', clientId: '0oaX' };
    expect((await api.call('POST', '/sources', { ...body('x'), auth: neither })).status).toBe(400);
  });

  it('is forgotten after seven days without a source, and on demand', async () => {
    const api = await setUp();
    const [late, unwanted, used] = [await api.makeKey(), await api.makeKey(), await api.makeKey()];
    await api.connect('0oaX', used.id);
    expect((await api.call('DELETE', `/sources/oauth-keys/${unwanted.id}`)).status).toBe(204);
    expect((await api.call('GET', `/sources/oauth-keys/${unwanted.id}`)).status).toBe(404);
    api.clock.advance(7 * DAY + 1);
    expect((await api.call('GET', `/sources/oauth-keys/${late.id}`)).status).toBe(404);
    expect(await purgeOauthKeys(api.deps)).toBeGreaterThan(0);
    expect(await purgeOauthKeys(api.deps)).toBe(0);
    expect((await api.call('GET', `/sources/oauth-keys/${used.id}`)).status).toBe(200);
  });

  it('is made by those who manage sources, in limited number, and audited', async () => {
    const api = await setUp();
    expect((await api.call('POST', '/sources/oauth-keys', undefined, api.tokens.viewer)).status).toBe(403);
    const { publicJwk } = await api.makeKey();
    const audit = (await api.call('GET', '/audit')).json.data;
    const [made] = audit.filter((entry: { action: string }) => entry.action === 'oauth_key.create');
    expect(made).toMatchObject({ detail: { kid: publicJwk.kid } });
    for (let n = 1; n < MAX_UNUSED_KEYS; n++) {
      const key = { tenantId: api.tenantId, id: `key_${n}`, sourceId: null, publicJwk, sealedPrivateJwk: 'sealed' };
      await insertOauthKey(api.deps, { ...key, createdAt: api.clock.now(), expiresAt: api.clock.now() + DAY });
    }
    const refused = await api.call('POST', '/sources/oauth-keys');
    expect([refused.status, refused.json.code]).toEqual([409, 'oauth_key.too_many']);
  });
});

describe('the connection test of a service app', () => {
  it('names the scope that is not granted, and sees one that is granted since', async () => {
    const api = await setUp();
    const key = await api.makeKey();
    const without = SCOPES.filter((scope) => scope !== 'okta.logs.read');
    const clientId = await api.registerApp(key, { scopes: without });
    const { id } = await api.connect(clientId, key.id);
    const first = (await api.call('POST', `/sources/${id}/test`)).json;
    expect(first.ok).toBe(false);
    expect(first.checks.filter((one: { ok: boolean }) => !one.ok)).toEqual([
      {
        name: 'System Log',
        ok: false,
        needs: 'okta.logs.read',
        role: 'Read-only Administrator',
        required: true,
        detail: expect.stringContaining('Grant okta.logs.read to the service app'),
      },
    ]);
    const client = api.lab.world.clients.get(clientId);
    if (client) client.scopes = SCOPES;
    expect((await api.call('POST', `/sources/${id}/test`)).json).toMatchObject({ ok: true });
  });

  it('names the role that is missing, for all and for one capability', async () => {
    const api = await setUp();
    const [bare, reader] = [await api.makeKey(), await api.makeKey()];
    const none = await api.connect(await api.registerApp(bare, { roles: [] }), bare.id);
    const tested = (await api.call('POST', `/sources/${none.id}/test`)).json;
    expect(tested.ok).toBe(false);
    expect(tested.checks[0].detail).toContain('Assign the role Read-only Administrator to the service app');
    const some = await api.connect(await api.registerApp(reader, { roles: ['READ_ONLY_ADMIN'] }), reader.id);
    const partly = (await api.call('POST', `/sources/${some.id}/test`)).json;
    expect(partly.ok).toBe(true);
    expect(failing(partly.checks)).toEqual(['API tokens', 'Event hooks']);
    expect(partly.checks.find((one: { name: string }) => one.name === 'API tokens')).toMatchObject({
      role: 'Super Administrator',
      required: false,
      detail: expect.stringContaining('Super Administrator'),
    });
  });

  it('tells a wrong client id, which can be mended without a new key', async () => {
    const api = await setUp();
    const key = await api.makeKey();
    const clientId = await api.registerApp(key);
    const { id } = await api.connect('0oaWrong', key.id);
    const tested = (await api.call('POST', `/sources/${id}/test`)).json;
    expect(tested).toMatchObject({ ok: false, checks: [{ detail: expect.stringContaining('client ID') }] });
    const auth = { type: 'oauth', clientId, keyId: key.id };
    expect((await api.call('PATCH', `/sources/${id}`, { auth })).json).toMatchObject({ clientId, keyId: key.id });
    expect((await api.call('POST', `/sources/${id}/test`)).json.ok).toBe(true);
  });
});

describe('rotating the key of a source', () => {
  it('switches once the new key passes the test, and not before', async () => {
    const api = await setUp();
    const old = await api.makeKey();
    const clientId = await api.registerApp(old);
    const { id } = await api.connect(clientId, old.id);
    const next = (await api.call('POST', `/sources/${id}/oauth-keys`)).json;
    const shown = (await api.call('GET', `/sources/${id}`)).json;
    expect(shown).toMatchObject({ publicJwk: old.publicJwk, nextKey: { id: next.id, publicJwk: next.publicJwk } });

    const early = (await api.call('POST', `/sources/${id}/test`)).json;
    expect(early.ok).toBe(true);
    expect(failing(early.checks)).toEqual(['New key']);
    expect((await api.call('GET', `/sources/${id}`)).json).toMatchObject({ keyId: old.id, status: 'connected' });

    expect((await api.addKey(clientId, next)).status).toBe(201);
    const done = (await api.call('POST', `/sources/${id}/test`)).json;
    expect(failing(done.checks)).toEqual([]);
    expect((await api.call('GET', `/sources/${id}`)).json).toMatchObject({
      keyId: next.id,
      publicJwk: next.publicJwk,
      nextKey: null,
    });
    const path = `/api/v1/apps/${clientId}/credentials/jwks`;
    expect((await api.ask(`${path}/pks${old.publicJwk.kid}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call('POST', `/sources/${id}/test`)).json).toMatchObject({ ok: true });
    const actions = (await api.call('GET', '/audit')).json.data.map((entry: { action: string }) => entry.action);
    expect(actions).toContain('source.key.switch');
  });

  it('works when the old key was already removed in Okta', async () => {
    const api = await setUp();
    const old = await api.makeKey();
    const clientId = await api.registerApp(old);
    const { id } = await api.connect(clientId, old.id);
    const next = (await api.call('POST', `/sources/${id}/oauth-keys`)).json;
    await api.addKey(clientId, next);
    await api.ask(`/api/v1/apps/${clientId}/credentials/jwks/pks${old.publicJwk.kid}`, { method: 'DELETE' });
    expect((await api.call('POST', `/sources/${id}/test`)).json).toMatchObject({ ok: true });
    expect((await api.call('GET', `/sources/${id}`)).json).toMatchObject({ keyId: next.id });
  });

  it('asks for one new key at a time, and ends with the source or its credential', async () => {
    const api = await setUp();
    const key = await api.makeKey();
    const { id } = await api.connect('0oaX', key.id);
    const first = (await api.call('POST', `/sources/${id}/oauth-keys`)).json;
    const second = (await api.call('POST', `/sources/${id}/oauth-keys`)).json;
    expect((await api.call('GET', `/sources/oauth-keys/${first.id}`)).status).toBe(404);
    expect((await api.call('GET', `/sources/${id}`)).json.nextKey.id).toBe(second.id);
    await api.call('PATCH', `/sources/${id}`, { auth: { type: 'ssws', token: 'secret-token' } });
    expect((await api.call('GET', `/sources/${id}`)).json).toMatchObject({ publicJwk: null, nextKey: null });
    expect((await api.call('POST', `/sources/${id}/oauth-keys`)).json.code).toBe('source.not_oauth');
    expect((await api.call('POST', '/sources/src_none/oauth-keys')).status).toBe(404);
    const another = await api.connect('0oaX', (await api.makeKey()).id);
    await api.call('DELETE', `/sources/${another.id}`);
    expect((await api.call('GET', `/sources/oauth-keys/${another.keyId}`)).status).toBe(404);
  });
});
