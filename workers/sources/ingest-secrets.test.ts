import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { ingestSecrets, tenants } from '../../db/control/schema.ts';
import { testDeps } from '../../test/deps.ts';
import { HOUR } from '../platform/clock.ts';
import {
  countEventHookSecrets,
  findIngestSecret,
  rotateIngestSecret,
  undoRotation,
} from './ingest-secrets.repository.ts';
import { bindPartnerSource } from './sources.repository.ts';
import { create, setUp } from './testing/harness.ts';

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
    // what Okta verifies without a secret has one current secret, however many still work
    expect(await countEventHookSecrets(api.deps, source.id)).toBe(1);
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

  it('are current again when a rotation is taken back, once or twice', async () => {
    const api = await setUp();
    const source = await create(api, { mode: 'event_hook' });
    api.clock.advance(HOUR);
    const secret = await rotateIngestSecret(api.deps, api.tenantId, source.id, 'event_hook');
    const undo = (one: string) => undoRotation(api.deps, api.tenantId, source.id, 'event_hook', one);
    for (let i = 0; i < 2; i++) {
      await undo(secret);
      expect(await findIngestSecret(api.deps, secret)).toBeNull();
      expect(await findIngestSecret(api.deps, source.eventHookSecret)).toMatchObject({ expiresAt: null });
    }
    // one that was replaced since leaves the newer one alone
    const second = await rotateIngestSecret(api.deps, api.tenantId, source.id, 'event_hook');
    api.clock.advance(HOUR);
    const third = await rotateIngestSecret(api.deps, api.tenantId, source.id, 'event_hook');
    await undo(second);
    expect(await findIngestSecret(api.deps, second)).toBeNull();
    expect(await findIngestSecret(api.deps, third)).toMatchObject({ expiresAt: null });
    expect(await countEventHookSecrets(api.deps, source.id)).toBe(1);
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
