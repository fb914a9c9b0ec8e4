import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import { MAX_PEOPLE_BEYOND } from '../sources/okta/map/people-beyond.ts';
import { coverageAsides, PEOPLE_NOT_DRAWN } from './coverage-notes.ts';
import type { FakeApp } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { wholeOrg } from './testing/whole-org.ts';

type Way = 'in' | 'out';

/** `KIND native id` of the neighbours beyond Okta. */
async function beyond(h: Harness, kind: NodeKind, nativeId: string, way: Way): Promise<string[]> {
  const detail = await h.graph.node(nodeId(kind, h.sourceId, nativeId), 200);
  return (detail?.[way] ?? [])
    .filter(({ node }) => node.kind === 'external')
    .map(({ edge, node }) => `${edge.kind} ${node.nativeId}`)
    .sort();
}

/** The whole org, with an app whose users Okta signs in by trust, and one by a stored password. */
function org() {
  const made = wholeOrg();
  const users: FakeApp['users'] = [
    { id: '00u5', status: 'PROVISIONED', externalId: 'GUID-5', credentials: { userName: 'Five@acme.test' } },
    { id: '00u6', status: 'ACTIVE', credentials: { userName: 'shared@acme.test' } },
    { id: '00u7', status: 'ACTIVE', credentials: { userName: 'Shared@acme.test' } },
    { id: '00u8', status: 'DEPROVISIONED', externalId: 'GUID-8', credentials: { userName: 'eight@acme.test' } },
    { id: '00u9', status: 'ACTIVE', credentials: null },
  ] as never;
  const settings = { app: { msftTenant: 'acme', subDomain: 'acme' } };
  made.apps.push(
    {
      id: '0oaO365',
      label: 'Office',
      users,
      groups: [],
      body: { name: 'office365', signOnMode: 'WS_FEDERATION', settings },
    },
    {
      id: '0oaVault',
      label: 'Vault',
      users: users.slice(0, 1),
      groups: [],
      body: { name: '1password_business', signOnMode: 'BROWSER_PLUGIN', settings },
    },
  );
  return made;
}

const rule = (type: string, status = 'ACTIVE') => ({
  id: '0prRoute',
  status,
  actions: { idp: { providers: [{ type }] } },
});
const routing = (rules: unknown[]) => [
  { id: '00pRoute', type: 'IDP_DISCOVERY', name: 'Routing', status: 'ACTIVE', _embedded: { rules } },
];

describe.each([1, 3])('people beyond Okta, over %i shard(s)', (shards) => {
  it('are drawn one by one, tied as they sign in or come', async () => {
    const h = await createHarness(org(), { shards });
    expect(await h.sync()).toMatchObject({ status: 'succeeded' });
    expect(await beyond(h, 'account', '00u5', 'out')).toEqual([
      'OUTBOUND_SSO AZUser/0oaO365/guid-5',
      'SWA OP_User/0oaVault/guid-5',
    ]);
    // two accounts of Okta that are one person there
    const shared = 'OUTBOUND_SSO AZUser/0oaO365/shared@acme.test';
    expect(await beyond(h, 'account', '00u6', 'out')).toEqual([shared]);
    expect(await beyond(h, 'account', '00u7', 'out')).toEqual([shared]);
    // one that is shut there, and one of whom nothing is told
    expect(await beyond(h, 'account', '00u8', 'out')).toEqual([]);
    expect(await beyond(h, 'account', '00u9', 'out')).toEqual([]);
    expect(await beyond(h, 'account', '00u3', 'in')).toContain('USER_SYNC ADUser/0oaAd/00u3');
    expect(await beyond(h, 'account', '00u5', 'in')).toEqual(['INBOUND_SSO AZUser/0oaIdp/x']);
    const person = await h.graph.node(nodeId('external', h.sourceId, 'AZUser/0oaO365/guid-5'));
    expect(person?.node).toMatchObject({
      name: 'Five@acme.test',
      attributes: { externalKind: 'AZUser', connected: false, appId: '0oaO365' },
    });
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('end with their assignment, their app, their provider', async () => {
    const h = await createHarness(org(), { shards });
    await h.sync();
    const before = (await h.graph.counts()).external;
    const office = h.okta.org.apps.find(({ id }) => id === '0oaO365');
    office?.users.splice(0, 2);
    h.okta.org.apps = h.okta.org.apps.filter(({ id }) => id !== '0oaVault');
    const more = h.okta.org.more ?? {};
    more['/api/v1/idps'] = (more['/api/v1/idps'] as { id: string }[]).map((idp) => ({ ...idp, status: 'INACTIVE' }));
    await h.sync();
    expect(await beyond(h, 'account', '00u5', 'out')).toEqual([]);
    expect(await beyond(h, 'account', '00u5', 'in')).toEqual([]);
    expect(await beyond(h, 'account', '00u6', 'out')).toEqual([]);
    expect(await beyond(h, 'account', '00u7', 'out')).toHaveLength(1);
    // the person in Office, the one in the vault and the vault, the one at the provider and what stands behind it
    expect((await h.graph.counts()).external).toBe(before - 5);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('hold the key of desktop sign-on where a rule routes people there', async () => {
    const made = org();
    const path = '/api/v1/policies?type=IDP_DISCOVERY';
    const account = ['KERBEROS_SSO ADUser/0oaAd/http/acme.kerberos.okta.com'];
    const h = await createHarness({ ...made, more: { ...made.more, [path]: routing([rule('OKTA')]) } }, { shards });
    const ties = async (rules: unknown[]) => {
      h.okta.org.more = { ...h.okta.org.more, [path]: routing(rules) };
      await h.sync();
      return (await beyond(h, 'app', '0oaAd', 'in')).filter((one) => one.startsWith('KERBEROS'));
    };
    expect(await ties([rule('OKTA')])).toEqual([]);
    expect(await ties([rule('OKTA'), rule('AgentlessDSSO')])).toEqual(account);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
    expect(await ties([rule('AgentlessDSSO', 'INACTIVE')])).toEqual([]);
  });
});

describe('people of an org that is too large', () => {
  it('are not drawn, and those that were are no more', async () => {
    const h = await createHarness(org());
    await h.sync();
    expect(await beyond(h, 'account', '00u6', 'out')).toHaveLength(1);
    const { graph } = h;
    h.tools.graph = () => ({
      ...graph,
      counts: async () => ({ ...(await graph.counts()), account: MAX_PEOPLE_BEYOND + 1 }),
    });
    await h.sync();
    expect(await beyond(h, 'account', '00u6', 'out')).toEqual([]);
    expect(await beyond(h, 'account', '00u5', 'in')).toEqual([]);
    expect(await beyond(h, 'app', '0oaO365', 'out')).toEqual(['OUTBOUND_ORG_SSO AZTenant/acme']);
    // which is told, and takes nothing else with it
    const asideOf = await coverageAsides(h.deps, h.tenantId);
    expect([asideOf(h.sourceId, 'assignments').note, asideOf(h.sourceId, 'idps').note]).toEqual([
      PEOPLE_NOT_DRAWN,
      PEOPLE_NOT_DRAWN,
    ]);
    expect((await h.graph.coverage()).filter(({ reason }) => reason !== null)).toEqual([]);
    h.tools.graph = () => graph;
    await h.sync();
    expect((await coverageAsides(h.deps, h.tenantId))(h.sourceId, 'assignments').note).toBeNull();
  });
});
