import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sources, tenants } from '../../db/control/schema.ts';
import { seedTenant } from '../auth/test-app.ts';
import { oktaOrigin } from './base-url.ts';
import { findIngestSecret } from './ingest-secrets.repository.ts';
import { openCredential } from './okta/credential.ts';
import { getSource, listActiveSources, updateSource } from './sources.repository.ts';
import { actions, create, NEW, setUp } from './testing/harness.ts';

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
    api.clock.advance(1);
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

  it('stay disabled when they are disabled while they are tested', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const answer = api.okta.fetch;
    let calls = 0;
    api.deps.fetch = async (input, init) => {
      if (calls++ === 0) await updateSource(api.deps, api.tenantId, id, { status: 'disabled' });
      return answer(input, init);
    };
    expect((await api.call('POST', `/sources/${id}/test`)).json).toMatchObject({ ok: true });
    expect((await api.call('GET', `/sources/${id}`)).json).toMatchObject({
      status: 'disabled',
      lastTest: { ok: true },
    });
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
