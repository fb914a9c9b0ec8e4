import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { DAY } from '../platform/clock.ts';
import { assessTenant } from './assess.ts';
import { importSource, importSyncedApps } from './import-graph.ts';
import { NEW_FOR } from './risk.ts';
import { consentRaw, revokeRaw, ssoRaw } from './testing/events.ts';
import { discoveryUnderTest, SOURCE } from './testing/set-up.ts';

const at = (t: ReturnType<typeof discoveryUnderTest>, which: 'waiting' | 'all' = 'waiting') =>
  assessTenant(t.deps, t.tenantId, which, t.graphFor);
const byKey = async (t: ReturnType<typeof discoveryUnderTest>) =>
  Object.fromEntries((await t.apps()).map((row) => [row.app_key, row]));

describe('assessing apps', () => {
  it('tells managed, unmanaged and unknown apart, with the risk of each', async () => {
    const t = discoveryUnderTest();
    await t.see([
      ssoRaw(T0, '00u1', '0oalisted'),
      consentRaw(T0, '0oashadow', '00u1', ['https://mail.google.com/', 'offline_access']),
    ]);
    t.putApp('0oalisted', true);
    await at(t);
    expect(await byKey(t)).toMatchObject({
      '0oalisted': { managed: 'managed', managed_reason: 'assigned' },
      '0oashadow': { managed: 'unknown', managed_reason: 'never_synced' },
    });
    t.cover();
    await at(t, 'all');
    expect(await byKey(t)).toMatchObject({
      '0oalisted': { managed: 'managed', risk: 'low', users: 1 },
      '0oashadow': { managed: 'unmanaged', risk: 'high', scopes: 2 },
    });
    t.cover('The token lacks okta.apps.read.');
    await at(t, 'all');
    expect((await byKey(t))['0oashadow']).toMatchObject({
      managed: 'unknown',
      managed_detail: 'The token lacks okta.apps.read.',
    });
  });

  it('writes nothing when nothing changed, and what time alone changed', async () => {
    const t = discoveryUnderTest();
    await t.see([ssoRaw(T0, '00u1', '0oa1'), consentRaw(T0, '0oa2', '00u1', ['mail.read'])]);
    t.cover();
    expect(await at(t)).toBeGreaterThan(0);
    expect(await at(t)).toBe(0);
    expect(await at(t, 'all')).toBe(0);
    t.clock.advance(NEW_FOR + DAY);
    expect(await at(t, 'all')).toBe(2);
  });

  it('follows a revocation', async () => {
    const t = discoveryUnderTest();
    await t.see([consentRaw(T0, '0oa1', '00u1', ['mail.read', 'offline_access'])]);
    await at(t);
    const before = (await t.apps())[0];
    await t.see([revokeRaw(T0 + 1, '.implicit.client', '0oa1', null)]);
    await at(t);
    const after = (await t.apps())[0];
    expect([before?.scopes, after?.scopes]).toEqual([2, 0]);
    expect(Number(after?.risk_score)).toBeLessThan(Number(before?.risk_score));
  });

  it('is repeated after it died half-way', async () => {
    const t = discoveryUnderTest();
    await t.see([ssoRaw(T0, '00u1', '0oa1')]);
    t.failures.push(new Error('The Durable Object is gone.'));
    await expect(at(t)).rejects.toThrow();
    expect(await t.apps()).toMatchObject([{ dirty: 1, assessed_at: 0 }]);
    await at(t);
    expect(await t.apps()).toMatchObject([{ dirty: 0, assessed_at: T0 }]);
  });
});

describe('apps that a sync read', () => {
  it('are taken in once a sync, without a second row or write', async () => {
    const t = discoveryUnderTest();
    await t.addTenant();
    await t.addSync('syn_1', T0);
    t.putApp('0oa1', true, { status: 'ACTIVE', catalogName: 'slack' });
    t.putApp('0oaconsole', true, { status: 'ACTIVE', catalogName: 'saasure' });
    t.cover();
    await t.see([ssoRaw(T0 - DAY, '00u1', '0oa1')]);
    await importSyncedApps(t.deps, t.graphFor);
    expect(await t.rows('SELECT run_id FROM discovery_imports WHERE tenant_id = ?1')).toEqual([{ run_id: 'syn_1' }]);
    expect(await t.apps()).toMatchObject([
      { app_key: '0oa1', name: 'Listed 0oa1', catalog_name: 'slack', managed: 'managed', dirty: 0 },
    ]);
    expect(await importSyncedApps(t.deps, t.graphFor)).toBe(0);
    await t.addSync('syn_2', T0 + DAY);
    t.clock.advance(DAY);
    const before = await t.apps();
    expect(await importSource(t.deps, t.tenantId, SOURCE, t.graphFor)).toBe(0);
    await importSyncedApps(t.deps, t.graphFor);
    expect(await t.rows('SELECT run_id FROM discovery_imports WHERE tenant_id = ?1')).toEqual([{ run_id: 'syn_2' }]);
    expect(await t.apps()).toEqual(before);
  });

  it('are taken in again when it died half-way', async () => {
    const t = discoveryUnderTest();
    await t.addTenant();
    await t.addSync('syn_1', T0);
    t.putApp('0oa1', true);
    // other tenants of the storage share the graph that fails: enough for all of them
    for (let n = 0; n < 100; n++) t.failures.push(new Error('The Durable Object is gone.'));
    await importSyncedApps(t.deps, t.graphFor);
    expect(await t.rows('SELECT run_id FROM discovery_imports WHERE tenant_id = ?1')).toEqual([]);
    t.failures.length = 0;
    await importSyncedApps(t.deps, t.graphFor);
    expect(await t.rows('SELECT run_id FROM discovery_imports WHERE tenant_id = ?1')).toEqual([{ run_id: 'syn_1' }]);
    expect(await t.apps()).toMatchObject([{ app_key: '0oa1', managed: 'managed', last_seen: 0 }]);
  });
});
