import okta from '@okta/okta-sdk-nodejs';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type Lab } from './lab.ts';
import { serveLab } from './serve.ts';
import { LAB_TOKEN } from './world/generate.ts';

// Okta's own client is the peer here: what it cannot read, the lab answers wrongly.
let lab: Lab;
let server: Awaited<ReturnType<typeof serveLab>>;

beforeAll(async () => {
  lab = createLab({ people: 450 });
  server = await serveLab(lab, 0);
});

afterAll(async () => await server.close());

const client = () => new okta.Client({ orgUrl: server.url, token: LAB_TOKEN, cacheMiddleware: null });

async function collect<T>(collection: { each(visit: (item: T) => void): Promise<unknown> }): Promise<T[]> {
  const items: T[] = [];
  await collection.each((item) => {
    items.push(item);
  });
  return items;
}

test('lists all users page by page, the leavers only when a filter asks', async () => {
  const everyone = await collect(
    await client().userApi.listUsers({ filter: 'lastUpdated gt "1970-01-01T00:00:00.000Z"' }),
  );
  expect(new Set(everyone.map((user) => user?.id))).toEqual(new Set(lab.world.users.keys()));
  const plain = await collect(await client().userApi.listUsers({ limit: 100 }));
  expect(plain.length).toBe([...lab.world.users.values()].filter(({ status }) => status !== 'DEPROVISIONED').length);
});

test('lists groups, their members and rules', async () => {
  const groups = await collect(await client().groupApi.listGroups({ limit: 7, expand: 'stats' }));
  expect(groups.length).toBe(lab.world.groups.size);
  const members = await collect(await client().groupApi.listGroupUsers({ groupId: lab.world.everyoneId, limit: 50 }));
  expect(members.length).toBe(lab.world.members.get(lab.world.everyoneId)?.size);
  const rules = await collect(await client().groupApi.listGroupRules({ limit: 5 }));
  expect(rules.length).toBe(lab.world.rules.size);
});

test('lists apps with their users and groups', async () => {
  const apps = await collect(await client().applicationApi.listApplications({ limit: 10 }));
  expect(apps.length).toBe(lab.world.apps.size);
  const slack = apps.find((app) => app?.label === 'Slack');
  const appId = slack?.id ?? '';
  const users = await collect(await client().applicationApi.listApplicationUsers({ appId, limit: 100 }));
  expect(users.length).toBe(lab.world.appUsers.get(appId)?.size);
  const groups = await collect(await client().applicationApi.listApplicationGroupAssignments({ appId }));
  expect(groups.map((group) => group?.id)).toEqual([lab.world.everyoneId]);
});

test('reads roles, factors, tokens, policies and hooks', async () => {
  const userId = lab.world.rootAdminId;
  const roles = await collect(await client().roleAssignmentApi.listAssignedRolesForUser({ userId }));
  expect(roles.length).toBe(1);
  const factors = await collect(await client().userFactorApi.listFactors({ userId }));
  expect(factors.length).toBe(lab.world.factors.get(userId)?.length);
  const tokens = await collect(await client().apiTokenApi.listApiTokens());
  expect(tokens.length).toBe(lab.world.tokens.size);
  const policies = await collect(await client().policyApi.listPolicies({ type: 'ACCESS_POLICY' }));
  expect(policies.length).toBe(3);
});

test('reads the rest of the org', async () => {
  const { world } = lab;
  const { estate } = world;
  const okta = client();
  const ids = (items: readonly ({ id?: string } | undefined)[]) => items.map((item) => item?.id ?? '').sort();
  const own = (items: readonly { id: string }[]) => items.map(({ id }) => id).sort();
  expect(ids(await collect(await okta.userTypeApi.listUserTypes()))).toEqual(own(estate.userTypes));
  expect(ids(await collect(await okta.realmApi.listRealms({ limit: 1 })))).toEqual(own(estate.realms));
  expect(ids(await collect(await okta.inlineHookApi.listInlineHooks()))).toEqual(own(estate.inlineHooks));
  expect(ids(await collect(await okta.agentPoolsApi.listAgentPools()))).toEqual(own(estate.agentPools));
  expect(ids(await collect(await okta.authorizationServerApi.listAuthorizationServers()))).toEqual(
    own(estate.authorizationServers),
  );
  expect(ids(await collect(await okta.serviceAccountApi.listAppServiceAccounts({ limit: 3 })))).toEqual(
    own(estate.serviceAccounts),
  );
  const zones = ids(await collect(await okta.networkZoneApi.listNetworkZones()));
  expect(zones).toEqual(expect.arrayContaining(own(estate.zones)));
  const idps = ids(await collect(await okta.identityProviderApi.listIdentityProviders()));
  expect(idps).toEqual(expect.arrayContaining(own(estate.idps)));
  const devices = await collect(await okta.deviceApi.listDevices({ expand: 'user', limit: 20 }));
  expect(devices.length).toBe(world.devices.length);

  const { resource_sets: sets = [] } = await okta.resourceSetApi.listResourceSets();
  expect(ids(sets)).toEqual(own(world.resourceSets));
  const [resourceSetId = ''] = estate.resourceSetMembers.keys();
  const { resources = [] } = await okta.resourceSetApi.listResourceSetResources({ resourceSetId });
  expect(ids(resources)).toEqual(own(estate.resourceSetMembers.get(resourceSetId) ?? []));

  const [groupId = '', owners = []] = [...estate.groupOwners][0] ?? [];
  expect(ids(await collect(await okta.groupApi.listGroupOwners({ groupId })))).toEqual(own(owners));
  const [appId = '', secrets = []] = [...estate.secrets][0] ?? [];
  expect(ids(await collect(await okta.applicationSSOPublicKeysApi.listOAuth2ClientSecrets({ appId })))).toEqual(
    own(secrets),
  );
  const [consent] = estate.consents.values();
  const userId = consent?.userId ?? '';
  const grants = await collect(await okta.userApi.listUserGrants({ userId }));
  expect(ids(grants)).toEqual(own([...estate.consents.values()].filter((one) => one.userId === userId)));
});

test('reads a bounded stretch of the log to its end', async () => {
  const until = new Date();
  const since = new Date(until.getTime() - 2 * 24 * 3600 * 1000);
  const events = await collect(
    await client().systemLogApi.listLogEvents({ since: since.toISOString(), until: until.toISOString(), limit: 100 }),
  );
  const wanted = lab.log.published().filter((e) => e.publishedAt >= since.getTime() && e.publishedAt < until.getTime());
  expect(events.map((event) => event?.uuid)).toEqual(wanted.map(({ event }) => event.uuid));
});

test.each([false, true])('works as an OAuth service app (DPoP required: %s)', async (dpop) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = `key-${dpop}`;
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const clientId = dpop ? '0oaDpopClient00015d7' : '0oaPlainClient0015d7';
  await lab.app.request('/lab/oauth-clients', {
    method: 'POST',
    body: JSON.stringify({
      clientId,
      jwks: { keys: [jwk] },
      scopes: ['okta.users.read'],
      roles: ['READ_ONLY_ADMIN'],
      dpop,
    }),
  });
  const service = new okta.Client({
    orgUrl: server.url,
    authorizationMode: 'PrivateKey',
    clientId,
    scopes: ['okta.users.read'],
    privateKey: JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: 'RS256' }),
    keyId: kid,
    cacheMiddleware: null,
  });
  const user = await service.userApi.getUser({ userId: lab.world.rootAdminId });
  expect(user.id).toBe(lab.world.rootAdminId);
});
