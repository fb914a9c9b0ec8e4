import { expect, test } from 'vitest';
import { rolesAllow, scopeAllows } from './okta/permissions.ts';
import { bodyOf, eventsOf, type Item, testLab, walk } from './testing/lab-client.ts';

/** The parts of the API beside the directory, and the scope each needs. */
const PARTS = [
  ['/api/v1/meta/types/user', 'userTypes'],
  ['/api/v1/meta/schemas/user/linkedObjects', 'linkedObjects'],
  ['/api/v1/realms', 'realms'],
  ['/api/v1/groups/rules', 'groups'],
  ['/api/v1/iam/roles', 'roles'],
  ['/api/v1/iam/resource-sets', 'roles'],
  ['/api/v1/api-tokens', 'apiTokens'],
  ['/api/v1/authenticators', 'authenticators'],
  ['/api/v1/policies?type=ACCESS_POLICY', 'policies'],
  ['/api/v1/zones', 'networkZones'],
  ['/api/v1/trustedOrigins', 'trustedOrigins'],
  ['/api/v1/idps', 'idps'],
  ['/api/v1/authorizationServers', 'authorizationServers'],
  ['/api/v1/devices?expand=user', 'devices'],
  ['/api/v1/logStreams', 'logStreams'],
  ['/api/v1/eventHooks', 'eventHooks'],
  ['/api/v1/inlineHooks', 'inlineHooks'],
  ['/api/v1/agentPools', 'agentPools'],
  ['/api/v1/behaviors', 'behaviors'],
  ['/api/v1/features', 'features'],
  ['/api/v1/domains', 'domains'],
  ['/api/v1/device-assurances', 'deviceAssurance'],
  ['/api/v1/rate-limit-settings/per-client', 'rateLimits'],
  ['/api/v1/principal-rate-limits?filter=principalType%20eq%20%22SSWS_TOKEN%22', 'principalRateLimits'],
  ['/api/v1/org/contacts/TECHNICAL', 'orgs'],
  ['/api/v1/threats/configuration', 'threatInsights'],
  ['/api/v1/org', 'orgs'],
  ['/api/v1/org/privacy/oktaSupport', 'orgs'],
  ['/attack-protection/api/v1/user-lockout-settings', 'orgs'],
  ['/integrations/api/v1/api-services', 'oauthIntegrations'],
  ['/privileged-access/api/v1/service-accounts', 'serviceAccounts'],
  ['/privileged-access/api/v1/okta-service-accounts', 'serviceAccounts.okta'],
  ['/workload-principals/api/v1/ai-agents', 'aiAgents'],
  ['/governance/api/v1/labels', 'governance.labels'],
  ['/governance/api/v1/grants?filter=id%20pr', 'governance.entitlements'],
  ['/governance/api/v1/resource-labels?filter=orn%20pr', 'governance.labels'],
] as const;

/** What a read-only administrator does not see in Okta. */
const HIDDEN: readonly string[] = [
  'apiTokens',
  'eventHooks',
  'inlineHooks',
  'serviceAccounts',
  'serviceAccounts.okta',
  'aiAgents',
  'governance.entitlements',
];

test.each(PARTS)('%s needs a token, its own scope and a role', async (path, family) => {
  const { ask } = testLab({ people: 60 });
  expect((await ask(path)).status).toBe(200);
  expect((await ask(path, { token: null })).status).toBe(401);
  const bare = new URL(path, 'http://lab').pathname;
  expect(scopeAllows([`okta.${family}.read`], 'GET', bare)).toBe(true);
  const others = PARTS.map(([, one]) => one).filter((one) => one !== family);
  expect(
    scopeAllows(
      others.map((one) => `okta.${one}.read`),
      'GET',
      bare,
    ),
  ).toBe(false);
  expect(rolesAllow(['SUPER_ADMIN'], 'GET', bare)).toBe(true);
  expect(rolesAllow(['READ_ONLY_ADMIN'], 'GET', bare)).toBe(!HIDDEN.includes(family));
  expect(rolesAllow(['HELP_DESK_ADMIN'], 'GET', bare)).toBe(['users', 'groups', 'orgs'].includes(family));
});

test.each([
  '/api/v1/realms/nothing',
  '/api/v1/meta/types/user/nothing',
  '/api/v1/iam/resource-sets/nothing/resources',
  '/api/v1/apps/nothing/credentials/secrets',
  '/api/v1/authorizationServers/nothing/policies',
  '/api/v1/groups/nothing/owners',
  '/api/v1/users/nobody/grants',
  '/privileged-access/api/v1/service-accounts/nothing',
  '/workload-principals/api/v1/ai-agents/nothing/connections',
  '/governance/api/v1/labels/nothing',
])('%s answers 404', async (path) => {
  const { ask } = testLab({ people: 60 });
  const response = await ask(path);
  expect(response.status).toBe(404);
  expect(await bodyOf(response)).toMatchObject({ errorCode: 'E0000007' });
});

test('lists in headers and lists in the body both walk to their end', async () => {
  const { lab, ask } = testLab({ people: 2000 });
  const { estate } = lab.world;
  for (const [path, items] of [
    ['/privileged-access/api/v1/service-accounts?limit=7', estate.serviceAccounts],
    ['/api/v1/trustedOrigins?limit=3', { length: estate.trustedOrigins.length + 2 }],
    ['/api/v1/zones?limit=4', { length: estate.zones.length + 3 }],
    ['/api/v1/groups/rules?limit=5', { length: lab.world.rules.size }],
    ['/api/v1/devices?limit=50&expand=user', lab.world.devices],
  ] as const) {
    const all = await walk<Item>(ask, path);
    expect(all.length, path).toBe(items.length);
    expect(new Set(all.map(({ id }) => id)).size, path).toBe(items.length);
  }
  const labelled = async (filter: string) => {
    const found: string[] = [];
    const path = `/governance/api/v1/resource-labels?limit=2&filter=${encodeURIComponent(filter)}`;
    for (let url: string | undefined = path; url !== undefined; ) {
      const page: { data: { orn: string }[]; _links: { next?: { href: string } } } = await bodyOf(ask(url));
      found.push(...page.data.map(({ orn }) => orn));
      url = page._links.next?.href;
    }
    return found.sort();
  };
  const jewel = estate.labels.find(({ name }) => name === 'Crown Jewel')?.values[0]?.labelValueId ?? '';
  const jewels = [...estate.resourceLabels].filter(([, { valueIds }]) => valueIds.includes(jewel)).map(([orn]) => orn);
  expect(jewels.length).toBeGreaterThan(3);
  expect(await labelled(`labelValueId eq "${jewel}"`)).toEqual(jewels.sort());
  expect(await labelled(`labelValueId eq "${jewel}" AND resourceType eq "apps"`)).toEqual(
    jewels.filter((orn) => orn.includes(':apps:')),
  );
  expect((await ask('/governance/api/v1/resource-labels')).status).toBe(400);
});

test('what changed since a moment can be asked for, of users, groups and apps', async () => {
  const { lab, clock, ask, post } = testLab({ people: 500 });
  const { world } = lab;
  clock.advance(60_000);
  const since = new Date(clock.now()).toISOString();
  clock.advance(60_000);
  const user = [...world.users.values()].find(
    (one) =>
      one.status === 'ACTIVE' && one.id !== world.rootAdminId && (world.userRoles.get(one.id) ?? []).length === 0,
  );
  const team = [...world.groups.values()].find(({ name }) => name === 'Team 1');
  const app = [...world.apps.values()].find(({ status }) => status === 'ACTIVE');
  await ask(`/api/v1/groups/${team?.id}/users/${user?.id}`, { method: 'PUT' });
  await post(`/api/v1/apps/${app?.id}/lifecycle/deactivate`);
  await post(`/api/v1/users/${user?.id}/lifecycle/suspend`);
  clock.advance(5_000);
  const find = async (path: string, query: string) =>
    (await walk<Item>(ask, `${path}${encodeURIComponent(query)}`)).map(({ id }) => id);
  const changed = `lastUpdated gt "${since}"`;
  expect(await find('/api/v1/users?filter=', changed)).toEqual([user?.id]);
  expect(await find('/api/v1/users?search=', changed)).toEqual([user?.id]);
  expect(await find('/api/v1/groups?filter=', changed)).toEqual([]);
  expect(await find('/api/v1/groups?filter=', `${changed} or lastMembershipUpdated gt "${since}"`)).toEqual([team?.id]);
  expect(await find('/api/v1/apps?filter=', changed)).toEqual([app?.id]);
  await post(`/api/v1/users/${user?.id}/lifecycle/deactivate`);
  expect(await find('/api/v1/groups?filter=', `lastMembershipUpdated gt "${since}"`)).toContain(world.everyoneId);
});

test('the new writes change the org and tell the log', async () => {
  const { lab, ask } = testLab({ people: 300 });
  const { world } = lab;
  const { estate } = world;
  const does = async (method: string, path: string) => {
    let status = 0;
    const events = await eventsOf(lab, async () => {
      status = (await ask(path, { method })).status;
    });
    return { status, types: events.map(({ eventType }) => eventType) };
  };

  const [token] = world.refreshTokens;
  expect(await does('DELETE', `/api/v1/users/${token?.userId}/sessions?oauthTokens=true`)).toMatchObject({
    status: 204,
    types: ['user.session.clear', 'app.oauth2.token.revoke'],
  });
  expect(world.refreshTokens.some(({ userId }) => userId === token?.userId)).toBe(false);

  const [consent] = estate.consents.values();
  const user = `/api/v1/users/${consent?.userId}`;
  expect(await does('DELETE', `${user}/grants/${consent?.id}`)).toMatchObject({
    status: 204,
    types: ['app.oauth2.as.consent.revoke'],
  });
  expect((await does('DELETE', `${user}/grants/${consent?.id}`)).status).toBe(404);
  expect(await does('DELETE', `${user}/clients/${consent?.clientId}/grants`)).toMatchObject({
    status: 204,
    types: ['app.oauth2.as.consent.revoke.user.client'],
  });
  const left = [...estate.consents.values()].filter(({ userId }) => userId === consent?.userId);
  expect(left.filter(({ clientId }) => clientId === consent?.clientId)).toEqual([]);

  const [appId, [secret] = []] = [...estate.secrets].find(([, list]) => list.length > 0) ?? [];
  const secrets = `/api/v1/apps/${appId}/credentials/secrets/${secret?.id}`;
  expect((await does('DELETE', secrets)).status).toBe(400);
  expect(await does('POST', `${secrets}/lifecycle/deactivate`)).toMatchObject({
    status: 200,
    types: ['app.oauth2.credentials.lifecycle.deactivate'],
  });
  expect(await does('DELETE', secrets)).toMatchObject({
    status: 204,
    types: ['app.oauth2.credentials.lifecycle.delete'],
  });

  const client = [...world.clients.values()].find(({ roles }) => roles.length > 0);
  const [role] = client?.roles ?? [];
  expect(await does('DELETE', `/oauth2/v1/clients/${client?.clientId}/roles/${role?.id}`)).toMatchObject({
    status: 204,
    types: ['app.oauth2.client.privilege.revoke'],
  });

  const agent = estate.aiAgents.find(({ status }) => status === 'ACTIVE');
  const stop = `/workload-principals/api/v1/ai-agents/${agent?.id}/lifecycle/deactivate`;
  const answer = await ask(stop, { method: 'POST' });
  expect(answer.status).toBe(202);
  const operation = await bodyOf<Item>(ask(new URL(answer.headers.get('location') ?? '').pathname));
  expect(operation.status).toBe('COMPLETED');
  expect(agent?.status).toBe('INACTIVE');
  expect((await does('POST', stop)).status).toBe(400);
});

test('a reset password leaves the user in recovery, and only Okta can reset its own', async () => {
  const { lab, post } = testLab({ people: 300 });
  const { world } = lab;
  const pick = (type: string) =>
    [...world.users.values()].find(
      (one) => one.status === 'ACTIVE' && one.provider.type === type && one.id !== world.rootAdminId,
    );
  const own = pick('OKTA');
  const answer = await post(`/api/v1/users/${own?.id}/lifecycle/reset_password?sendEmail=false`);
  expect(answer.status).toBe(200);
  expect(await bodyOf(answer)).toMatchObject({ resetPasswordUrl: expect.stringContaining('/reset_password/') });
  expect(own?.status).toBe('RECOVERY');
  const directory = pick('ACTIVE_DIRECTORY');
  expect((await post(`/api/v1/users/${directory?.id}/lifecycle/reset_password`)).status).toBe(403);
});

test('consents show what the log tells: given ones until they are taken back', () => {
  const { lab } = testLab({ people: 500 });
  const clients = new Set([...lab.world.estate.consents.values()].map(({ clientName }) => clientName));
  expect(clients).toContain('MailMind AI');
  expect(clients).toContain('Partner Dashboard');
  // Both who let it in took it back.
  expect(clients).not.toContain('Slide Helper');
});

test('the org grows with its people', () => {
  const size = (people: number) => {
    const { world } = testLab({ people }).lab;
    const { estate } = world;
    return [world.groups.size, world.apps.size, estate.serviceAccounts.length, estate.trustedOrigins.length];
  };
  const [small, large] = [size(100), size(5000)];
  small.forEach((count, i) => {
    expect(large[i]).toBeGreaterThan(count);
  });
});

test('lists that Okta gives by a filter alone refuse to answer without one', async () => {
  const { lab, ask } = testLab({ people: 500 });
  const { estate } = lab.world;
  expect((await ask('/governance/api/v1/grants')).status).toBe(400);
  expect((await ask('/api/v1/principal-rate-limits')).status).toBe(400);
  expect((await ask(`/api/v1/principal-rate-limits?filter=${encodeURIComponent('id pr')}`)).status).toBe(400);
  const [managed = ''] = estate.entitledApps;
  const granted = async (appId: string, more = '') => {
    const filter = encodeURIComponent(`target.externalId eq "${appId}" AND target.type eq "APPLICATION"`);
    return ask(`/governance/api/v1/grants?filter=${filter}${more}`);
  };
  expect((await granted('0oaOther')).status).toBe(404);
  const { data }: { data: Item[] } = await bodyOf(granted(managed, '&limit=200'));
  expect(data.length).toBeGreaterThan(0);
  expect(data[0]).not.toHaveProperty('entitlements');
  const { data: full }: { data: Item[] } = await bodyOf(granted(managed, '&limit=200&include=full_entitlements'));
  expect(full[0]).toMatchObject({ entitlements: [{ values: [{ id: expect.stringMatching(/^ent/) }] }] });
});
