import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import { INVENTORY_NEEDS } from '../graph/port.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { device, wholeOrg } from './testing/whole-org.ts';

const idOf = (h: Harness, kind: NodeKind, nativeId: string) => nodeId(kind, h.sourceId, nativeId);

async function attributes(h: Harness, kind: NodeKind, nativeId: string): Promise<Record<string, unknown> | undefined> {
  return (await h.graph.node(idOf(h, kind, nativeId)))?.node.attributes;
}

/** `KIND native id` of a node's neighbours. */
async function neighbours(h: Harness, kind: NodeKind, nativeId: string, way: 'in' | 'out'): Promise<string[]> {
  const detail = await h.graph.node(idOf(h, kind, nativeId), 1_000);
  return (detail?.[way] ?? []).map(({ edge, node }) => `${edge.kind} ${node.nativeId}`).sort();
}

async function synced(shards = 1): Promise<Harness> {
  const h = await createHarness(wholeOrg(), { shards });
  const run = await h.sync();
  expect(run).toMatchObject({ status: 'succeeded', error: null, progress: { failedScopes: [], held: [] } });
  return h;
}

describe('the whole org', () => {
  it('is in the graph, every part covered', async () => {
    const h = await synced();
    const counts = await h.graph.counts();
    expect(counts).toMatchObject({
      user_type: 1,
      group_rule: 1,
      role_assignment: 5,
      resource_set: 1,
      credential: 4,
      authenticator: 1,
      policy: 4,
      zone: 1,
      behavior: 1,
      device_assurance: 1,
      trusted_origin: 1,
      identity_provider: 2,
      authorization_server: 1,
      device: 2,
      realm: 1,
      log_stream: 1,
      hook: 2,
      agent_pool: 1,
      agent: 1,
      api_service: 1,
      service_account: 2,
      ai_agent: 1,
      entitlement: 3,
      // one system of a directory, a host, GitHub, Entra; a person of each but the host's; a group, and a secret
      external: 9,
    });
    const coverage = (await h.graph.coverage()).map(({ need, reason }) => [need, reason]);
    expect(new Map(coverage as [string, string | null][])).toEqual(
      new Map(
        [...['users', 'factors', 'roles', 'apps', 'assignments'], ...INVENTORY_NEEDS]
          .sort()
          .map((need) => [need, null]),
      ),
    );
  });

  it('draws what leads where', async () => {
    const h = await synced();
    expect(await neighbours(h, 'group_rule', '0prRule', 'out')).toEqual([
      'RULE_ASSIGNS 00gAdmins',
      'RULE_ASSIGNS 00gHalf',
    ]);
    expect(await neighbours(h, 'group', '00gHalf', 'in')).toEqual(
      expect.arrayContaining(['OWNER_OF 00u2', 'IDP_GROUP_ASSIGNMENT 0oaIdp', 'RESOURCE_SET_CONTAINS iamOne']),
    );
    expect(await neighbours(h, 'group', '00gAdmins', 'in')).toContain('OWNER_OF 00gHalf');
    expect(await neighbours(h, 'credential', '00TToken', 'out')).toEqual(['API_TOKEN_FOR 00u0']);
    expect(await neighbours(h, 'app', '0oaService', 'in')).toEqual(
      expect.arrayContaining([
        'SECRET_OF secret/0oaService/ocsOne',
        'POLICY_MAPPING rstAccess',
        'POLICY_MAPPING rstEnroll',
        'CONSENTED 00u0',
      ]),
    );
    expect(await neighbours(h, 'app', '0oaService', 'out')).toEqual(
      expect.arrayContaining(['HOLDS_ROLE APP_ADMIN', 'HAS_ROLE_ASSIGNMENT 0oaService/JBCUYUC7IRCVGS27IFCE2SKO']),
    );
    expect(await neighbours(h, 'role_assignment', '0oaService/JBCUYUC7IRCVGS27IFCE2SKO', 'out')).toEqual([
      'SCOPED_TO 0oaBare',
      'SCOPED_TO 0oaMail',
    ]);
    expect(await neighbours(h, 'role_assignment', 'raHELP_DESK_ADMIN00u2', 'out')).toEqual(['SCOPED_TO 00gHalf']);
    expect(await neighbours(h, 'role_assignment', 'raCUSTOMcr0One00u0', 'out')).toEqual(['SCOPED_TO iamOne']);
    expect(await neighbours(h, 'resource_set', 'iamOne', 'out')).toEqual([
      'RESOURCE_SET_CONTAINS 00gHalf',
      'RESOURCE_SET_CONTAINS 0oaMail',
    ]);
    expect(await neighbours(h, 'policy', '00pPassword', 'out')).toEqual(['APPLIES_TO 00gEveryone']);
    expect(await neighbours(h, 'identity_provider', '0oaIdp', 'in')).toEqual(['INBOUND_ORG_SSO AZTenant/tenant-1']);
    expect(await neighbours(h, 'identity_provider', '0oaIdp', 'out')).toContain('IDENTITY_PROVIDER_FOR 00u5');
    expect(await neighbours(h, 'agent', 'a53One', 'in')).toEqual(['HOSTS_AGENT ADComputer/dc01']);
    expect(await neighbours(h, 'agent_pool', '0oaAd', 'out')).toEqual(['AGENT_POOL_FOR 0oaAd']);
    expect(await neighbours(h, 'external', 'ADDomain/corp.acme.test', 'out')).toEqual([
      'SYSTEM_CONTAINS ADGroup/0oaAd/00gAd',
      'SYSTEM_CONTAINS ADUser/0oaAd/00u3',
      'USER_SYNC 0oaAd',
    ]);
    expect(await neighbours(h, 'app', '0oaAd', 'out')).toEqual(['GROUP_PULL 00gAd', 'USER_PULL 00u3']);
    expect(await neighbours(h, 'app', '0oaScim', 'out')).toEqual([
      'OUTBOUND_ORG_SSO GH_Organization/acme',
      'READ_PASSWORD_UPDATES 00u4',
    ]);
    expect(await neighbours(h, 'app', '0oaScim', 'in')).toEqual(
      expect.arrayContaining(['GROUP_PUSH 00gHalf', 'USER_PUSH 00u4']),
    );
    expect(await neighbours(h, 'account', '00u1', 'in')).toEqual(
      expect.arrayContaining(['MANAGER_OF 00u0', 'REALM_CONTAINS guoRealm', 'DEVICE_OF guoOne']),
    );
    expect(await neighbours(h, 'service_account', 'sa-app', 'in')).toEqual([
      'CONNECTS_TO wlpOne',
      'OWNER_OF 00gHalf',
      'OWNER_OF 00u1',
    ]);
    expect(await neighbours(h, 'api_service', '0oaApi', 'in')).toEqual(['CREATOR_OF 00u0']);
  });

  it('says of each thing what there is to say, and keeps no secret', async () => {
    const h = await synced();
    expect(await attributes(h, 'credential', '00TToken')).toMatchObject({
      type: 'api_token',
      ownerId: '00u0',
      expiresAt: Date.parse('2026-06-30T00:00:00.000Z'),
      lastUsedAt: Date.parse('2026-05-31T00:00:00.000Z'),
      network: { connection: 'ZONE', include: ['nzoA', 'nzoB'], exclude: [] },
    });
    expect(JSON.stringify(await attributes(h, 'credential', 'secret/0oaService/ocsOne'))).not.toContain('shh');
    expect(await attributes(h, 'app', '0oaService')).toMatchObject({
      clientId: '0oaService',
      grantTypes: ['client_credentials'],
      accessPolicyId: 'rstAccess',
      grants: [{ scope: 'okta.apps.read' }, { scope: 'okta.users.manage' }],
    });
    expect(await attributes(h, 'app', '0oaMail')).not.toHaveProperty('grants');
    expect(await attributes(h, 'role', 'cr0One')).toMatchObject({
      custom: true,
      description: 'Resets',
      permissions: ['okta.groups.manage', 'okta.users.read'],
    });
    expect(await attributes(h, 'role_assignment', 'raHELP_DESK_ADMIN00u2')).toMatchObject({
      type: 'HELP_DESK_ADMIN',
      roleId: 'HELP_DESK_ADMIN',
      holderKind: 'account',
      holderId: '00u2',
      scoped: true,
    });
    expect(await attributes(h, 'role_assignment', 'raSUPER_ADMIN00u0')).toMatchObject({ scoped: false });
    expect(await attributes(h, 'authenticator', 'autPush')).toMatchObject({
      methods: [
        { type: 'push', status: 'INACTIVE' },
        { type: 'totp', status: 'ACTIVE' },
      ],
    });
    expect(await attributes(h, 'policy', '00pPassword')).toMatchObject({
      rules: [{ id: '0pr1', name: 'First' }, { id: '0pr2' }],
      rulesComplete: true,
    });
    expect(await attributes(h, 'authorization_server', 'ausOne')).toMatchObject({ policies: 1 });
    expect(await attributes(h, 'ai_agent', 'wlpOne')).toMatchObject({
      connections: [{ id: 'mcn1', scopes: ['a', 'b'] }, { id: 'mcn2' }, { id: 'mcn3' }, { id: 'mcn4' }],
    });
    expect(await attributes(h, 'resource', 'org')).toMatchObject({
      tierZero: true,
      name: 'Acme Corp',
      subdomain: 'acme',
      orgId: '00oOrg',
      status: 'ACTIVE',
      settings: { clientPrivileges: true, threatInsight: { action: 'audit', excludeZones: ['nzoA', 'nzoB'] } },
    });
    expect(await attributes(h, 'group', '00gAd')).toMatchObject({
      type: 'APP_GROUP',
      sourceAppId: '0oaAd',
      usersCount: 1,
    });
  });

  it.each([1, 3])('writes nothing the second time, on %i shards', async (shards) => {
    const h = await synced(shards);
    const before = await h.graph.counts();
    expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    expect(await h.graph.counts()).toEqual(before);
  });

  it('counts the same however many shards there are', async () => {
    const [one, three] = [await synced(1), await synced(3)];
    expect(await three.graph.counts()).toEqual(await one.graph.counts());
    const list = await three.graph.list({ kind: 'device', limit: 10 });
    expect(list.data.map(({ nativeId }) => nativeId)).toEqual(['guoNobody', 'guoOne']);
    expect(await neighbours(three, 'device', 'guoOne', 'out')).toEqual(
      await neighbours(three, 'device', 'guoOne', 'out').then((all) =>
        all.filter((edge) => edge.startsWith('DEVICE_OF')),
      ),
    );
  });
});

describe('what changes', () => {
  it('a client secret that is switched off stays, and leads nowhere until it is switched on', async () => {
    const h = await synced();
    const path = '/api/v1/apps/0oaService/credentials/secrets';
    const secret = 'secret/0oaService/ocsOne';
    const isNow = async (status: string) => {
      h.okta.org.more = { ...h.okta.org.more, [path]: [{ id: 'ocsOne', status }] };
      await h.sync();
      expect(await attributes(h, 'credential', secret)).toMatchObject({ status, appId: '0oaService' });
      return neighbours(h, 'credential', secret, 'out');
    };
    expect(await neighbours(h, 'credential', secret, 'out')).toEqual(['SECRET_OF 0oaService']);
    expect(await isNow('INACTIVE')).toEqual([]);
    expect(await h.graph.path(idOf(h, 'credential', secret), idOf(h, 'app', '0oaService'))).toBeNull();
    const { data } = await h.graph.savedQuery('app-credentials', { limit: 50 });
    expect(JSON.stringify(data)).toContain(idOf(h, 'credential', secret));
    expect(await isNow('ACTIVE')).toEqual(['SECRET_OF 0oaService']);
  });

  it('ends what is gone, and what it led to', async () => {
    const h = await synced();
    const { more = {} } = h.okta.org;
    more['/api/v1/api-tokens'] = [];
    more['/api/v1/apps/0oaService/credentials/secrets'] = [];
    more['/api/v1/apps/0oaService/grants'] = [];
    more['/oauth2/v1/clients/0oaService/roles'] = [];
    more['/api/v1/iam/resource-sets/iamOne/resources'] = { resources: [] };
    more['/api/v1/groups/00gHalf/owners'] = [];
    more['/api/v1/users/00u2/roles/raHELP_DESK_ADMIN00u2/targets/groups'] = [];
    more['/api/v1/idps'] = [];
    const user = h.okta.org.users[0];
    user?.roles.splice(1, 1);
    expect(await h.sync()).toMatchObject({ status: 'succeeded' });
    expect(await h.graph.counts()).toMatchObject({
      credential: 2,
      identity_provider: 0,
      role_assignment: 3,
      external: 7,
    });
    expect(await attributes(h, 'app', '0oaService')).toMatchObject({ grants: [] });
    expect(await attributes(h, 'role_assignment', 'raHELP_DESK_ADMIN00u2')).toMatchObject({ scoped: false });
    expect(await neighbours(h, 'role_assignment', 'raHELP_DESK_ADMIN00u2', 'out')).toEqual([]);
    expect(await neighbours(h, 'resource_set', 'iamOne', 'out')).toEqual([]);
    expect(await neighbours(h, 'app', '0oaService', 'out')).not.toContain('HOLDS_ROLE APP_ADMIN');
    expect(await attributes(h, 'role', 'cr0One')).toBeDefined();
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('writes nothing for what moves with every use: sign-ins, tokens, devices, agents', async () => {
    const h = await createHarness(wholeOrg());
    const used = (minutes: number) => {
      const at = new Date(Date.UTC(2026, 4, 3, 14, minutes)).toISOString();
      const { org } = h.okta;
      const [person] = org.users;
      if (person) person.body = { ...person.body, lastLogin: at };
      const more = org.more ?? {};
      const stamp = (path: string, change: (row: Record<string, unknown>) => Record<string, unknown>) => {
        more[path] = (more[path] as Record<string, unknown>[]).map((row) => ({ ...row, ...change(row) }));
      };
      stamp('/api/v1/api-tokens', () => ({ lastUpdated: at, expiresAt: at.replace('-05-', '-06-') }));
      stamp('/api/v1/devices', () => ({ lastUpdated: at }));
      stamp('/api/v1/agentPools', ({ agents }) => ({
        agents: (agents as object[]).map((agent) => ({ ...agent, lastConnection: Date.parse(at) })),
      }));
    };
    used(5);
    await h.sync();
    used(50);
    expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    expect((await attributes(h, 'device', 'guoOne'))?.lastUpdated).toBe(Date.UTC(2026, 4, 3));
    expect((await attributes(h, 'account', '00u0'))?.lastLogin).toBe(Date.UTC(2026, 4, 3, 14));
  });

  it('moves a device to the shard of its new owner', async () => {
    const h = await synced(3);
    for (const owner of ['00u7', '00u9']) {
      const { more = {} } = h.okta.org;
      more['/api/v1/devices'] = [device('guoOne', [owner]), device('guoNobody', [])];
      await h.sync();
      expect((await h.graph.counts()).device).toBe(2);
      expect(await neighbours(h, 'device', 'guoOne', 'out')).toEqual([`DEVICE_OF ${owner}`]);
    }
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('holds a mass deletion until a person confirms it', async () => {
    const org = wholeOrg();
    const zones = Array.from({ length: 20 }, (_, i) => ({
      id: `nzo${i}`,
      type: 'IP',
      name: `Z${i}`,
      status: 'ACTIVE',
    }));
    org.more = { ...org.more, '/api/v1/zones': zones };
    const h = await createHarness(org);
    await h.sync();
    if (org.more) org.more['/api/v1/zones'] = zones.slice(0, 5);
    const held = await h.sync();
    expect(held).toMatchObject({
      status: 'held',
      progress: { held: [{ scope: 'zones', existing: 20, removing: 15 }] },
    });
    expect((await h.graph.counts()).zone).toBe(20);
    expect(await h.sync({ confirmed: held.progress?.held })).toMatchObject({ status: 'succeeded' });
    expect((await h.graph.counts()).zone).toBe(5);
  });
});
