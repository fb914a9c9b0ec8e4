import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { ingestSecrets, sources, tenants } from '../../db/control/schema.ts';
import { testDeps } from '../../test/deps.ts';
import { apiUnderTest } from '../api/test-api.ts';
import { seedTenant } from '../auth/test-app.ts';
import { HOUR } from '../platform/clock.ts';
import { createFakeOkta, oktaError, smallOrg } from '../sync/testing/fake-okta.ts';
import { countEventHookSecrets, findIngestSecret } from './ingest-secrets.repository.ts';
import { openCredential } from './okta/credential.ts';
import { bindPartnerSource, getSource, listActiveSources } from './sources.repository.ts';

const NEW = {
  kind: 'okta',
  name: 'Acme',
  baseUrl: 'https://acme.okta.com/',
  mode: 'hybrid',
  auth: { type: 'ssws', token: 'secret-token' },
};

async function setUp(org = smallOrg(3)) {
  let now = () => 0;
  const okta = createFakeOkta(org, () => now());
  const api = apiUnderTest({ fetch: okta.fetch });
  now = () => api.clock.now();
  const { tenantId, tokens } = await seedTenant(api.deps, ['super_admin', 'viewer']);
  const call = async (method: string, path: string, body?: unknown, token = tokens.super_admin) => {
    const response = await api.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, text, json: text ? JSON.parse(text) : null };
  };
  return { ...api, okta, tenantId, tokens, call };
}

type Api = Awaited<ReturnType<typeof setUp>>;

const create = async (api: Api, more: Record<string, unknown> = {}) =>
  (await api.call('POST', '/sources', { ...NEW, ...more })).json;

const actions = async (api: Api) =>
  (await api.call('GET', '/audit')).json.data.map((entry: { action: string }) => entry.action).sort();

describe('sources', () => {
  it('are made with the secrets of their mode, shown once', async () => {
    const api = await setUp();
    const { status, json } = await api.call('POST', '/sources', NEW);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      kind: 'okta',
      name: 'Acme',
      baseUrl: 'https://acme.okta.com',
      mode: 'hybrid',
      status: 'untested',
      authType: 'ssws',
      lastTest: null,
      removalLimitPercent: 10,
      eventHookSecret: expect.stringMatching(/^pih_/),
      eventBridgeSecret: expect.stringMatching(/^peb_/),
      ingest: {
        eventHookUrlPath: `/ingest/okta/events/${json.id}`,
        eventBridgeUrlPath: `/ingest/okta/eventbridge/${json.id}`,
      },
    });
    const again = await api.call('GET', `/sources/${json.id}`);
    expect(again.json).not.toHaveProperty('eventHookSecret');
    expect(again.json.secrets.event_hook).toEqual({ createdAt: json.createdAt, previousExpiresAt: null });
    expect(await create(api, { mode: 'polling' })).toMatchObject({ secrets: { event_hook: null, eventbridge: null } });
    expect((await api.call('GET', '/sources?limit=1')).json).toMatchObject({
      data: [{ id: json.id }],
      next: expect.any(String),
    });
  });

  it('never show a credential, and store it sealed for them alone', async () => {
    const api = await setUp();
    const source = await create(api);
    const answers = [
      await api.call('GET', '/sources'),
      await api.call('GET', `/sources/${source.id}`),
      await api.call('PATCH', `/sources/${source.id}`, { name: 'B', auth: { type: 'ssws', token: 'another-secret' } }),
      await api.call('POST', `/sources/${source.id}/test`),
      await api.call('GET', `/sources/${source.id}/health`),
      await api.call('GET', '/audit'),
    ];
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(text).not.toMatch(/secret-token|another-secret|sealed|v1\.k1/i);
    }
    const row = await getSource(api.deps, api.tenantId, source.id);
    if (!row) throw new Error('gone');
    expect(row.sealedCredential).not.toContain('another-secret');
    expect(await openCredential(api.deps, api.tenantId, row)).toEqual({ type: 'ssws', token: 'another-secret' });
    await expect(openCredential(api.deps, 'tnt_other', row)).rejects.toThrow();
    await expect(openCredential(api.deps, api.tenantId, { ...row, id: 'src_other' })).rejects.toThrow();
  });

  it.each([
    ['http://acme.okta.com', 'https'],
    ['https://acme-admin.okta.com', 'https://acme.okta.com'],
    ['https://acme.okta.com/admin', 'alone'],
    ['https://10.0.0.1', 'public'],
    ['https://169.254.169.254', 'public'],
    ['https://okta.internal', 'public'],
    ['https://u:p@acme.okta.com', 'password'],
    ['acme', 'not an address'],
  ])('refuse the address %s', async (baseUrl, said) => {
    const api = await setUp();
    const { status, json } = await api.call('POST', '/sources', { ...NEW, baseUrl });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'source.bad_url', detail: expect.stringContaining(said) });
  });

  it('allow this machine in development only', async () => {
    const api = await setUp();
    expect((await api.call('POST', '/sources', { ...NEW, baseUrl: 'http://127.0.0.1:8789' })).status).toBe(201);
    const { oktaOrigin } = await import('./base-url.ts');
    const production = { env: { ...api.deps.env, ENVIRONMENT: 'production' as const } };
    expect(() => oktaOrigin(production, 'http://127.0.0.1:8789')).toThrow();
  });

  it.each([
    { auth: { type: 'ssws', token: '' } },
    { auth: { type: 'ssws', token: 'with\nnewline' } },
    { auth: { type: 'oauth', clientId: '0oa', privateKeyJwk: { kty: 'RSA', n: 'x', e: 'AQAB' } } },
    { auth: { type: 'oauth', clientId: '0oa', privateKeyJwk: 'no json' } },
    { name: '  ' },
    { mode: 'push' },
    { removalLimitPercent: 101 },
  ])('refuse %j', async (bad) => {
    const api = await setUp();
    expect(await api.call('POST', '/sources', { ...NEW, ...bad })).toMatchObject({
      status: 400,
      json: { code: 'invalid_request' },
    });
  });

  it('ask for the credential again when the address changes', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const moved = { baseUrl: 'https://other.okta.com' };
    expect(await api.call('PATCH', `/sources/${id}`, moved)).toMatchObject({
      status: 400,
      json: { code: 'source.credential_required' },
    });
    const auth = { type: 'ssws', token: 'new' };
    expect((await api.call('PATCH', `/sources/${id}`, { ...moved, auth })).json).toMatchObject({
      ...moved,
      status: 'untested',
      lastTest: null,
    });
  });

  it('belong to their tenant, and are changed by who may', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const other = await seedTenant(api.deps, ['super_admin']);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/sync'],
      ['GET', '/syncs'],
      ['GET', '/health'],
    ] as const) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      expect((await api.call(method, `/sources/${id}${path}`, body, other.tokens.super_admin)).status).toBe(404);
    }
    expect((await api.call('POST', '/sources', NEW, api.tokens.viewer)).status).toBe(403);
    expect((await api.call('GET', '/sources', undefined, api.tokens.viewer)).status).toBe(200);
    expect((await api.call('GET', '/sources', undefined, other.tokens.super_admin)).json.data).toEqual([]);
  });

  it('are gone when deleted, with their secrets and their credential', async () => {
    const api = await setUp();
    const source = await create(api);
    expect((await api.call('DELETE', `/sources/${source.id}`)).status).toBe(204);
    expect((await api.call('GET', `/sources/${source.id}`)).status).toBe(404);
    expect((await api.call('DELETE', `/sources/${source.id}`)).status).toBe(404);
    expect(await findIngestSecret(api.deps, source.eventHookSecret)).toBeNull();
    const [row] = await api.deps.control.select().from(sources).where(eq(sources.id, source.id));
    expect(row?.sealedCredential).toBe('');
    expect(await actions(api)).toEqual(expect.arrayContaining(['source.create', 'source.delete']));
  });

  it('are left out of the cron when they are disabled or their tenant is', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const mine = async () =>
      (await listActiveSources(api.deps)).filter((one) => one.tenantId === api.tenantId).map((one) => one.id);
    expect(await mine()).toEqual([id]);
    await api.call('PATCH', `/sources/${id}`, { status: 'disabled' });
    expect(await mine()).toEqual([]);
    expect((await api.call('POST', `/sources/${id}/sync`)).json.code).toBe('source.disabled');
    await api.call('PATCH', `/sources/${id}`, { status: 'untested' });
    expect(await mine()).toEqual([id]);
    await api.deps.control.update(tenants).set({ status: 'suspended' }).where(eq(tenants.id, api.tenantId));
    expect(await mine()).toEqual([]);
  });
});

describe('ingest secrets', () => {
  it('name their source, with its mode as it is now', async () => {
    const api = await setUp();
    const source = await create(api);
    const found = {
      tenantId: api.tenantId,
      sourceId: source.id,
      expiresAt: null,
      sourceStatus: 'untested',
      tenantStatus: 'active',
    };
    expect(await findIngestSecret(api.deps, source.eventHookSecret)).toEqual({
      ...found,
      channel: 'event_hook',
      mode: 'hybrid',
    });
    await api.call('PATCH', `/sources/${source.id}`, { mode: 'eventbridge' });
    expect(await findIngestSecret(api.deps, source.eventBridgeSecret)).toEqual({
      ...found,
      channel: 'eventbridge',
      mode: 'eventbridge',
    });
    expect(await findIngestSecret(api.deps, 'pih_wrong')).toBeNull();
    await api.deps.control.update(tenants).set({ status: 'suspended' }).where(eq(tenants.id, api.tenantId));
    expect(await findIngestSecret(api.deps, source.eventBridgeSecret)).toMatchObject({ tenantStatus: 'suspended' });
  });

  it('are made for a channel that a new mode takes in', async () => {
    const api = await setUp();
    const source = await create(api, { mode: 'polling' });
    const changed = (await api.call('PATCH', `/sources/${source.id}`, { mode: 'event_hook' })).json;
    expect(changed.eventHookSecret).toMatch(/^pih_/);
    expect(changed).not.toHaveProperty('eventBridgeSecret');
    const back = (await api.call('PATCH', `/sources/${source.id}`, { mode: 'hybrid' })).json;
    expect(back).not.toHaveProperty('eventHookSecret');
    expect(back.eventBridgeSecret).toMatch(/^peb_/);
  });

  it('live 24 hours more after they are replaced', async () => {
    const api = await setUp();
    const source = await create(api, { mode: 'event_hook' });
    const rotate = () => api.call('POST', `/sources/${source.id}/secrets`, { channel: 'event_hook' });
    const second = await rotate();
    expect(second.status).toBe(201);
    const works = async (secret: string) => (await findIngestSecret(api.deps, secret)) !== null;
    expect(await works(source.eventHookSecret)).toBe(true);
    expect(await works(second.json.secret)).toBe(true);
    expect(await countEventHookSecrets(api.deps, source.id)).toBe(2);
    const { secrets } = (await api.call('GET', `/sources/${source.id}`)).json;
    expect(Date.parse(secrets.event_hook.previousExpiresAt)).toBe(api.clock.now() + 24 * HOUR);

    api.clock.advance(23 * HOUR);
    const third = await rotate();
    expect(await works(source.eventHookSecret)).toBe(true);
    api.clock.advance(HOUR);
    expect(await works(source.eventHookSecret)).toBe(false);
    expect(await works(second.json.secret)).toBe(true);
    api.clock.advance(23 * HOUR);
    expect(await works(second.json.secret)).toBe(false);
    expect(await works(third.json.secret)).toBe(true);
    await rotate();
    const rows = await api.deps.control.select().from(ingestSecrets).where(eq(ingestSecrets.sourceId, source.id));
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(third.json.secret);
    expect(await api.call('POST', `/sources/${source.id}/secrets`, { channel: 'eventbridge' })).toMatchObject({
      status: 409,
    });
  });

  it('bind the first partner event source only', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const bind = (partner: string) => bindPartnerSource(api.deps, api.tenantId, id, partner);
    const [a, b] = await Promise.all([bind('aws.partner/okta.com/a'), bind('aws.partner/okta.com/b')]);
    expect([a, b].filter(Boolean)).toHaveLength(1);
    expect(await bind(a ? 'aws.partner/okta.com/a' : 'aws.partner/okta.com/b')).toBe(true);
    expect(await bindPartnerSource(testDeps(), 'tnt_other', id, 'x')).toBe(false);
  });
});

describe('the connection test', () => {
  it('tries every capability and connects the source', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const { json } = await api.call('POST', `/sources/${id}/test`);
    expect(json.ok).toBe(true);
    expect(json.checks.map((check: { needs: string }) => check.needs)).toEqual([
      'okta.users.read',
      'okta.users.read',
      'okta.groups.read',
      'okta.apps.read',
      'okta.roles.read',
      'okta.logs.read',
      'okta.apiTokens.read',
      'okta.eventHooks.read',
    ]);
    expect((await api.call('GET', `/sources/${id}`)).json).toMatchObject({ status: 'connected', lastTest: json });
  });

  it('says which scope is missing', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const www = { 'www-authenticate': 'Bearer error="insufficient_scope"' };
    api.okta.faults.push((path) => (path === '/api/v1/logs' ? oktaError(403, 'E0000006', www) : undefined));
    const { json } = await api.call('POST', `/sources/${id}/test`);
    expect(json.ok).toBe(false);
    expect(json.checks.filter((check: { ok: boolean }) => !check.ok)).toEqual([
      { name: 'System Log', ok: false, needs: 'okta.logs.read', detail: expect.stringContaining('okta.logs.read') },
    ]);
    expect((await api.call('GET', `/sources/${id}`)).json.status).toBe('failed');
  });

  it('does not mind a missing optional capability', async () => {
    const api = await setUp();
    const { id } = await create(api);
    api.okta.faults.push((path) => (path === '/api/v1/api-tokens' ? oktaError(403, 'E0000006') : undefined));
    expect((await api.call('POST', `/sources/${id}/test`)).json).toMatchObject({ ok: true });
  });

  it('tells a refused credential, and one that sees nothing', async () => {
    const api = await setUp();
    const { id } = await create(api);
    api.okta.faults = [() => oktaError(401, 'E0000011')];
    expect((await api.call('POST', `/sources/${id}/test`)).json).toMatchObject({
      ok: false,
      checks: [{ name: 'Users', ok: false }],
    });
    api.okta.faults = [(path) => (path === '/api/v1/users' ? Response.json([]) : undefined)];
    const { json } = await api.call('POST', `/sources/${id}/test`);
    expect(json).toMatchObject({ ok: false });
    expect(json.checks[0].detail).toContain('admin role');
  });
});
