import { describe, expect, it } from 'vitest';
import { HOUR } from '../platform/clock.ts';
import { oktaError } from '../sync/testing/fake-okta.ts';
import { findIngestSecret } from './ingest-secrets.repository.ts';
import { MAX_TYPES_PER_HOOK } from './okta/event-hooks-api.ts';
import { HOOK_TYPES } from './okta/event-types.ts';
import { fakeHooks } from './testing/fake-hooks.ts';
import { type Api, actions, create, setUp } from './testing/harness.ts';

const PUBLIC = { publicUrl: 'https://postern.example.com' };
const register = (api: Api, id: string, body: unknown = PUBLIC) => api.call('POST', `/sources/${id}/event-hooks`, body);
const works = async (api: Api, secret: string) => findIngestSecret(api.deps, secret);

describe('registering event hooks', () => {
  it.each([{ presents: false }, { presents: true }])('makes and verifies them, %o', async (options) => {
    const api = await setUp();
    const { id, eventHookSecret } = await create(api);
    const okta = fakeHooks(api, options);
    const { status, json, text } = await register(api, id);
    expect(status).toBe(200);
    const url = `https://postern.example.com/ingest/okta/events/${id}`;
    expect(json).toEqual({
      url,
      hooks: [{ id: 'who1', name: `Postern ${id} 1`, status: 'ACTIVE', verificationStatus: 'VERIFIED', error: null }],
      replaced: [],
    });
    const [hook] = okta.hooks.values();
    expect(hook?.channel.config.uri).toBe(url);
    expect(hook?.events.items).toEqual(HOOK_TYPES);
    const secret = okta.secretOf('who1');
    expect(await works(api, secret)).toMatchObject({ sourceId: id, channel: 'event_hook', expiresAt: null });
    expect(await works(api, eventHookSecret)).toMatchObject({ expiresAt: api.clock.now() + 24 * HOUR });
    expect(text).not.toContain(secret);
    expect(await actions(api)).toContain('source.event_hooks.register');
    expect((await api.call('GET', '/audit')).text).not.toContain(secret);
  });

  it('does the same hooks again, with another secret', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const okta = fakeHooks(api);
    await register(api, id);
    const first = okta.secretOf('who1');
    api.clock.advance(HOUR);
    expect((await register(api, id, { publicUrl: 'https://other.example.com/' })).json.hooks).toMatchObject([
      { id: 'who1', error: null },
    ]);
    expect(okta.hooks.size).toBe(1);
    expect(okta.secretOf('who1')).not.toBe(first);
    expect(await works(api, first)).toMatchObject({ expiresAt: api.clock.now() + 24 * HOUR });
  });

  it('takes hooks over that send to the source already, switches the others off, and leaves strangers alone', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const okta = fakeHooks(api);
    okta.add('by hand 1', `https://old.example.com/ingest/okta/events/${id}`, { status: 'INACTIVE' });
    okta.add('by hand 2', `https://old.example.com/ingest/okta/events/${id}`);
    okta.add('stranger', 'https://siem.example.com/hook?key=s3cret');
    const { json } = await register(api, id);
    expect(json.hooks).toMatchObject([{ id: 'who1', status: 'ACTIVE', verificationStatus: 'VERIFIED', error: null }]);
    expect(json.replaced).toMatchObject([{ id: 'who2', name: 'by hand 2', status: 'INACTIVE', error: null }]);
    expect(okta.hooks.get('who1')?.name).toBe(`Postern ${id} 1`);
    expect(okta.hooks.get('who3')).toMatchObject({ name: 'stranger', status: 'ACTIVE' });
    expect(okta.secretOf('who3')).toBe('by hand');
  });

  it('switches a hook off that cannot be verified, and says so', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const okta = fakeHooks(api);
    okta.add('by hand', `https://old.example.com/ingest/okta/events/${id}`);
    okta.add('by hand too', `https://old.example.com/ingest/okta/events/${id}`);
    okta.faults.push((_, path) => (path.endsWith('/verify') ? oktaError(400, 'E0000001') : undefined));
    const { status, json } = await register(api, id);
    expect(status).toBe(200);
    expect(json.hooks).toMatchObject([
      { id: 'who1', status: 'INACTIVE', verificationStatus: 'UNVERIFIED', error: expect.stringContaining('E0000001') },
    ]);
    // nothing takes the place of the other one
    expect(json.replaced).toEqual([]);
    expect(okta.hooks.get('who2')?.status).toBe('ACTIVE');
    okta.faults.push((_, path) => (path.endsWith('/deactivate') ? oktaError(500, 'E0000009') : undefined));
    expect((await register(api, id)).json.hooks[0].error).toMatch(/could not be switched off/);
    okta.faults = [];
    expect((await register(api, id)).json.hooks).toMatchObject([{ id: 'who1', status: 'ACTIVE', error: null }]);
  });

  it('says which right is missing, and takes the new secret back', async () => {
    const api = await setUp();
    const { id, eventHookSecret } = await create(api);
    const okta = fakeHooks(api);
    okta.faults.push((method) => (method === 'GET' ? undefined : oktaError(403, 'E0000006')));
    const { status, json } = await register(api, id);
    expect([status, json.code]).toEqual([422, 'okta.forbidden']);
    expect(json.detail).toContain('okta.eventHooks.manage');
    expect(json.needs).toBe('okta.eventHooks.manage');
    expect(okta.hooks.size).toBe(0);
    expect(await works(api, eventHookSecret)).toMatchObject({ expiresAt: null });
    expect((await api.call('GET', `/sources/${id}`)).json.secrets.event_hook.previousExpiresAt).toBeNull();
    expect(await actions(api)).toContain('source.event_hooks.register');
    okta.faults = [() => oktaError(403, 'E0000006')];
    expect((await register(api, id)).json.detail).toContain('okta.eventHooks.manage');
  });

  it('keeps both secrets when it cannot know whether Okta took the new one', async () => {
    const api = await setUp();
    const { id, eventHookSecret } = await create(api);
    const okta = fakeHooks(api);
    okta.faults.push((method) => (method === 'POST' ? oktaError(500, 'E0000009') : undefined));
    expect((await register(api, id)).json.code).toBe('okta.unavailable');
    expect(await works(api, eventHookSecret)).toMatchObject({ expiresAt: api.clock.now() + 24 * HOUR });
    okta.faults = [];
    expect((await register(api, id)).json.hooks).toMatchObject([{ error: null }]);
  });

  it('tells when another registration came in between', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const okta = fakeHooks(api);
    let rotated: Promise<unknown> | undefined;
    const before = api.deps.fetch;
    api.deps.fetch = async (input, init) => {
      if (String(input).endsWith('/verify')) {
        rotated ??= api.call('POST', `/sources/${id}/secrets`, { channel: 'event_hook' });
        await rotated;
      }
      return before(input, init);
    };
    expect((await register(api, id)).json).toMatchObject({ status: 409, code: 'source.secret_replaced' });
    expect((await register(api, id)).status).toBe(200);
    expect(okta.hooks.size).toBe(1);
  });

  it('asks for an address that Okta can call', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const okta = fakeHooks(api);
    for (const publicUrl of ['http://postern.example.com', 'https://10.0.0.1', 'https://x.example.com/path', 'x']) {
      expect([publicUrl, (await register(api, id, { publicUrl })).json.code]).toEqual([
        publicUrl,
        'source.bad_public_url',
      ]);
    }
    expect(okta.calls).toEqual([]);
    expect((await register(api, id, {})).status).toBe(200);
  });

  it('is not for a source that takes no hook', async () => {
    const api = await setUp();
    fakeHooks(api);
    const { id } = await create(api, { mode: 'eventbridge' });
    expect((await register(api, id)).json.code).toBe('source.channel_not_in_mode');
    await api.call('PATCH', `/sources/${id}`, { mode: 'hybrid', status: 'disabled' });
    expect((await register(api, id)).json.code).toBe('source.disabled');
    expect((await register(api, 'src_unknown')).status).toBe(404);
    expect((await api.call('POST', `/sources/${id}/event-hooks`, PUBLIC, api.tokens.viewer)).status).toBe(403);
  });
});

describe('event hooks of a source', () => {
  it('come ready-made, with what Okta has', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const okta = fakeHooks(api);
    okta.add('stranger', 'https://siem.example.com/hook?key=s3cret');
    const path = `/sources/${id}/event-hooks`;
    const before = (await api.call('GET', `${path}?publicUrl=https://postern.example.com`)).json;
    expect(before.url).toBe(`https://postern.example.com/ingest/okta/events/${id}`);
    expect(before.bodies).toHaveLength(Math.ceil(HOOK_TYPES.length / MAX_TYPES_PER_HOOK));
    expect(before.bodies[0].channel.config).toEqual({
      uri: before.url,
      headers: [],
      authScheme: { type: 'HEADER', key: 'Authorization', value: before.secretPlace },
    });
    expect(before.okta).toMatchObject({ error: null, missing: HOOK_TYPES, hooks: [{ ours: false, uri: null }] });

    await register(api, id);
    const after = await api.call('GET', path, undefined, api.tokens.viewer);
    expect(after.json.okta.missing).toEqual([]);
    expect(after.json.okta.hooks[1]).toEqual({
      id: 'who2',
      name: `Postern ${id} 1`,
      status: 'ACTIVE',
      verificationStatus: 'VERIFIED',
      uri: `https://postern.example.com/ingest/okta/events/${id}`,
      types: HOOK_TYPES.length,
      ours: true,
    });
    expect(after.text).not.toContain('s3cret');
    expect(after.text).not.toContain(okta.secretOf('who2'));
  });

  it('are shown without Okta, and when Okta refuses', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const okta = fakeHooks(api);
    expect((await api.call('GET', `/sources/${id}/event-hooks?okta=false`)).json.okta).toBeNull();
    expect(okta.calls).toEqual([]);
    okta.faults.push(() => oktaError(403, 'E0000006'));
    const { status, json } = await api.call('GET', `/sources/${id}/event-hooks`);
    expect([status, json.okta.hooks, json.okta.missing]).toEqual([200, [], []]);
    expect(json.okta.error).toContain('E0000006');
    expect((await api.call('GET', '/sources/src_unknown/event-hooks')).status).toBe(404);
    expect((await api.call('GET', `/sources/${id}/event-hooks?publicUrl=http://x.example.com`)).status).toBe(400);
  });
});
