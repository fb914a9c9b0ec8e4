import { expect, test } from 'vitest';
import { estateChecks } from './testing/estate-checks.ts';
import { bodyOf, testLab } from './testing/lab-client.ts';
import { loadOpenApi, openApiPath, withoutNulls } from './testing/openapi.ts';

const path = openApiPath();
const why = path === null ? ' (skipped: POSTERN_CORPORA does not name a folder with okta-openapi/management.yaml)' : '';

/** Okta's description leaves out the type by which rules of real orgs route to desktop sign-on, as OktaHound reads it. */
function withoutDesktops(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  return body.filter((rule) => !JSON.stringify(rule).includes('"AgentlessDSSO"'));
}

test.skipIf(path === null)(
  `answers validate against Okta's OpenAPI description${why}`,
  { timeout: 60_000 },
  async () => {
    if (path === null) return;
    const validatorOf = loadOpenApi(path);
    const { lab, ask, post } = testLab();
    const { world } = lab;
    const first = <T>(items: Iterable<T>): T => {
      for (const item of items) return item;
      throw new Error('the list is empty');
    };
    const hook = await bodyOf<{ id: string }>(
      post('/api/v1/eventHooks', {
        name: 'Test',
        events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] },
        channel: {
          type: 'HTTP',
          version: '1.0.0',
          config: {
            uri: 'https://hooks.example.com/okta',
            authScheme: { type: 'HEADER', key: 'Authorization', value: 's' },
          },
        },
      }),
    );
    const withGrant = first(world.grants.values());
    const withToken = first(world.refreshTokens);
    const adminGroup = first(world.groupRoles.keys());
    const admin = first(world.userRoles.keys());
    const factors = [...world.factors].find(([, list]) => list.length > 1)?.[0] ?? '';
    const app = first(world.apps.values());
    const appWithGroups = [...world.appGroups].find(([, groups]) => groups.size > 0)?.[0] ?? '';
    const role = first(world.customRoles);
    const device = first(world.devices);
    const everyone = world.everyoneId;
    const checks: [string, string][] = [
      ['/api/v1/users', '/api/v1/users?limit=200&filter=lastUpdated gt "1970-01-01T00:00:00.000Z"'],
      ['/api/v1/users/{id}', `/api/v1/users/${admin}`],
      ['/api/v1/users/{id}/groups', `/api/v1/users/${admin}/groups`],
      ['/api/v1/users/{id}/appLinks', `/api/v1/users/${admin}/appLinks`],
      ['/api/v1/users/{userId}/roles', `/api/v1/users/${admin}/roles`],
      ['/api/v1/users/{userId}/factors', `/api/v1/users/${factors}/factors`],
      ['/api/v1/groups', '/api/v1/groups?expand=stats'],
      ['/api/v1/groups/{groupId}', `/api/v1/groups/${everyone}`],
      ['/api/v1/groups/{groupId}/users', `/api/v1/groups/${everyone}/users`],
      ['/api/v1/groups/{groupId}/apps', `/api/v1/groups/${everyone}/apps`],
      ['/api/v1/groups/{groupId}/roles', `/api/v1/groups/${adminGroup}/roles`],
      ['/api/v1/groups/rules', '/api/v1/groups/rules'],
      ['/api/v1/apps', '/api/v1/apps'],
      ['/api/v1/apps/{appId}', `/api/v1/apps/${app.id}`],
      ['/api/v1/apps/{appId}/users', `/api/v1/apps/${app.id}/users?limit=500`],
      ['/api/v1/apps/{appId}/groups', `/api/v1/apps/${appWithGroups}/groups`],
      ['/api/v1/apps/{appId}/grants', `/api/v1/apps/${withGrant.appId}/grants`],
      ['/api/v1/apps/{appId}/tokens', `/api/v1/apps/${withToken.appId}/tokens`],
      ['/api/v1/iam/assignees/users', '/api/v1/iam/assignees/users'],
      ['/api/v1/iam/roles', '/api/v1/iam/roles'],
      ['/api/v1/iam/roles/{roleIdOrLabel}', `/api/v1/iam/roles/${role.id}`],
      ['/api/v1/iam/roles/{roleIdOrLabel}/permissions', `/api/v1/iam/roles/${role.id}/permissions`],
      ['/api/v1/iam/resource-sets', '/api/v1/iam/resource-sets'],
      ['/api/v1/api-tokens', '/api/v1/api-tokens'],
      ['/api/v1/api-tokens/{apiTokenId}', `/api/v1/api-tokens/${first(world.tokens.keys())}`],
      ['/oauth2/v1/clients/{clientId}/roles', `/oauth2/v1/clients/${first(world.clients.keys())}/roles`],
      ['/api/v1/logs', '/api/v1/logs?limit=1000'],
      ['/api/v1/eventHooks', '/api/v1/eventHooks'],
      ['/api/v1/eventHooks/{eventHookId}', `/api/v1/eventHooks/${hook.id}`],
      ['/api/v1/org', '/api/v1/org'],
      ['/api/v1/policies', '/api/v1/policies?type=OKTA_SIGN_ON'],
      ['/api/v1/policies', '/api/v1/policies?type=PASSWORD'],
      ['/api/v1/policies', '/api/v1/policies?type=MFA_ENROLL'],
      ['/api/v1/policies', '/api/v1/policies?type=ACCESS_POLICY'],
      ['/api/v1/policies/{policyId}', '/api/v1/policies/rstLabAccess000015d7'],
      ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/rstLabAccess000015d7/rules'],
      ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/00pLabSignOn000015d7/rules'],
      ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/00pLabPassword0015d7/rules'],
      ['/api/v1/policies/{policyId}/rules', '/api/v1/policies/00pLabEnroll000015d7/rules'],
      ['/api/v1/policies/{policyId}/mappings', '/api/v1/policies/rstLabAccess000015d7/mappings'],
      ['/api/v1/zones', '/api/v1/zones'],
      ['/api/v1/authenticators', '/api/v1/authenticators'],
      ['/api/v1/idps', '/api/v1/idps'],
      ['/api/v1/trustedOrigins', '/api/v1/trustedOrigins'],
      ['/api/v1/devices', '/api/v1/devices'],
      ['/api/v1/devices/{deviceId}', `/api/v1/devices/${device.id}`],
      ['/api/v1/devices/{deviceId}/users', `/api/v1/devices/${device.id}/users`],
      ['/api/v1/logStreams', '/api/v1/logStreams'],
    ];
    checks.push(...estateChecks(world));
    const wrong: string[] = [];
    for (const [operation, url] of checks) {
      const response = await ask(encodeURI(url));
      expect(response.status, url).toBe(200);
      const body = await bodyOf<unknown>(response);
      if (Array.isArray(body)) expect(body.length, url).toBeGreaterThan(0);
      const validate = validatorOf(operation);
      if (validate(withoutNulls(withoutDesktops(body)))) continue;
      for (const error of (validate.errors ?? []).slice(0, 4)) {
        wrong.push(`${url}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
      }
    }
    expect(wrong).toEqual([]);

    // The check itself must be able to fail, on the base and on what a discriminator chooses.
    const [someApp] = await bodyOf<Record<string, unknown>[]>(ask('/api/v1/apps?limit=1'));
    const [event] = await bodyOf<Record<string, unknown>[]>(ask('/api/v1/logs?limit=1'));
    const [policy] = await bodyOf<Record<string, unknown>[]>(ask('/api/v1/policies?type=PASSWORD'));
    expect(validatorOf('/api/v1/apps')([{ ...someApp, status: 'WRONG' }])).toBe(false);
    expect(validatorOf('/api/v1/apps')([{ ...someApp, settings: { signOn: 1, oauthClient: 1, app: 1 } }])).toBe(false);
    expect(validatorOf('/api/v1/logs')([{ ...event, severity: 'LOUD' }])).toBe(false);
    expect(validatorOf('/api/v1/policies')([{ ...policy, settings: { password: { age: { maxAgeDays: 'x' } } } }])).toBe(
      false,
    );
  },
);
