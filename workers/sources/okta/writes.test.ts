import { describe, expect, it } from 'vitest';
import { testDeps } from '../../../test/deps.ts';
import { createOktaClient } from './client.ts';
import { type AllowedWrites, checkWrite, EVENT_HOOK_WRITES, REMEDIATION_WRITES } from './writes.ts';

const may = (allowed: AllowedWrites, method: string, path: string) => {
  try {
    checkWrite(allowed, method, path);
    return true;
  } catch {
    return false;
  }
};

describe('what may be written', () => {
  it.each([
    ['DELETE', '/api/v1/users/00u1/sessions?oauthTokens=true&forgetDevices=true'],
    ['POST', '/api/v1/users/00u1/lifecycle/suspend'],
    ['DELETE', '/api/v1/groups/00g1/users/00u_-1'],
    ['DELETE', '/oauth2/v1/clients/0oa1/roles/irb1'],
  ])('%s %s, by a remediation only', (method, path) => {
    expect([may(REMEDIATION_WRITES, method, path), may(EVENT_HOOK_WRITES, method, path)]).toEqual([true, false]);
  });

  it.each([
    ['POST', '/api/v1/users/00u1/lifecycle/deactivate'],
    ['DELETE', '/api/v1/users/00u1'],
    ['DELETE', '/api/v1/groups/00g1'],
    ['PUT', '/api/v1/groups/00g1/users/00u1'],
    ['POST', '/api/v1/users/00u1/lifecycle/suspend?x=1'],
    ['POST', '/api/v1/users/00u1/lifecycle/suspend/more'],
    ['POST', '/x/api/v1/users/00u1/lifecycle/suspend'],
    ['DELETE', '/api/v1/apps/0oa1/users/00u1'],
    ['DELETE', '/api/v1/groups/a%2Fb/users/00u1'],
    ['DELETE', '/api/v1/groups//users/00u1'],
    ['delete', '/api/v1/api-tokens/00T1'],
    ['POST', '/api/v1/eventHooks'],
  ])('not %s %s', (method, path) => expect(may(REMEDIATION_WRITES, method, path)).toBe(false));

  it('is not sent at all when it may not be: by any client that was told nothing', async () => {
    const sent: string[] = [];
    const deps = testDeps({
      fetch: async (input) => {
        sent.push(String(input));
        return Response.json({});
      },
    });
    const client = createOktaClient(deps, 'https://acme.okta.com', { type: 'ssws', token: 't' }, 'writes-test');
    const code = 'okta.write_not_allowed';
    await expect(client.del('/api/v1/users/00u1')).rejects.toMatchObject({ code });
    await expect(client.post('/api/v1/users/00u1/lifecycle/suspend', {})).rejects.toMatchObject({ code });
    // the path is judged as it would be sent
    await expect(client.post('/api/v1/eventHooks/../users/00u1/lifecycle/suspend', {})).rejects.toMatchObject({ code });
    expect(sent).toEqual([]);
    await client.post('/api/v1/eventHooks/who1/lifecycle/verify', {});
    expect(sent).toHaveLength(1);
  });
});
