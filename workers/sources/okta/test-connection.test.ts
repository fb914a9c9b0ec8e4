import { describe, expect, it } from 'vitest';
import { oktaError } from '../../sync/testing/fake-okta.ts';
import { create, setUp } from '../testing/harness.ts';

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
      {
        name: 'System Log',
        ok: false,
        needs: 'okta.logs.read',
        role: 'Read-only Administrator',
        required: true,
        detail: expect.stringContaining('okta.logs.read'),
      },
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
