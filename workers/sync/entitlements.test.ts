import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import { inventoryOf } from '../sources/okta/event-inventory.ts';
import { mapEntitlementGrant } from '../sources/okta/map/entitlements.ts';
import { oktaError } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { refreshNow } from './testing/refresh-queue.ts';
import { granted, grantsOf, labelled, wholeOrg } from './testing/whole-org.ts';

const idOf = (h: Harness, kind: NodeKind, nativeId: string) => nodeId(kind, h.sourceId, nativeId);

async function synced(shards = 1): Promise<Harness> {
  const h = await createHarness(wholeOrg(), { shards });
  expect(await h.sync()).toMatchObject({ status: 'succeeded' });
  return h;
}

async function holders(h: Harness, id: string): Promise<string[] | null> {
  const detail = await h.graph.node(idOf(h, 'entitlement', id), 100);
  if (!detail) return null;
  return detail.in.map(({ edge, node }) => `${edge.kind} ${node.nativeId}`).sort();
}

function tell(h: Harness, path: string, answer: unknown): void {
  h.okta.org.more = { ...h.okta.org.more, [path]: answer };
}

const calls = (h: Harness) => h.okta.calls.filter((call) => call.startsWith('/governance/api/v1/grants'));

describe('entitlements of apps', () => {
  it.each([1, 3])(
    'are there with who holds them, by one list an app that manages them, on %i shards',
    async (shards) => {
      const h = await synced(shards);
      expect(calls(h)).toHaveLength(1);
      expect(await holders(h, 'entAdmin')).toEqual(['HOLDS_ENTITLEMENT 00u4']);
      expect(await holders(h, 'entRead')).toEqual(['HOLDS_ENTITLEMENT 00u4', 'HOLDS_ENTITLEMENT 00u5']);
      expect(await holders(h, 'enbOne')).toEqual(['HOLDS_ENTITLEMENT 00u5']);
      const detail = await h.graph.node(idOf(h, 'entitlement', 'entAdmin'), 10);
      expect(detail?.node).toMatchObject({ name: 'Role: entAdmin', attributes: { type: 'value', appId: '0oaScim' } });
      expect(detail?.out.map(({ edge, node }) => [edge.kind, node.nativeId])).toEqual([['ENTITLEMENT_OF', '0oaScim']]);
      expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    },
  );

  it('end with the grant, with the last grant of a value, and with the managing of the app', async () => {
    const h = await synced(3);
    tell(h, grantsOf('0oaScim'), { data: [granted('gra2', '00u5', ['entRead'])], _links: {} });
    await h.sync();
    expect(await holders(h, 'entRead')).toEqual(['HOLDS_ENTITLEMENT 00u5']);
    expect(await holders(h, 'entAdmin')).toBeNull();
    const scim = h.okta.org.apps.find(({ id }) => id === '0oaScim');
    if (scim?.body) scim.body = { ...scim.body, settings: { app: { githubOrg: 'acme' }, emOptInStatus: 'DISABLED' } };
    h.okta.calls.length = 0;
    await h.sync();
    expect(calls(h)).toEqual([]);
    expect(await holders(h, 'entRead')).toBeNull();
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('are ways to a crown jewel, and lead no further', async () => {
    const org = wholeOrg();
    const orn = 'orn:okta:governance:00oOrg:entitlement-values:entAdmin';
    org.more = { ...org.more, [labelled('lblJewel', 'entitlement-values')]: { data: [{ orn }], _links: {} } };
    const h = await createHarness(org);
    await h.sync();
    const [account, jewel] = [idOf(h, 'account', '00u4'), idOf(h, 'entitlement', 'entAdmin')];
    expect((await h.graph.path(account, jewel))?.map(({ edge }) => edge)).toEqual(['HOLDS_ENTITLEMENT', null]);
    expect(JSON.stringify((await h.graph.levels([jewel])).get(jewel))).toContain('"crown_jewel"');
    expect((await h.graph.jewels()).map(({ id }) => id)).toContain(jewel);
    tell(h, labelled('lblJewel', 'entitlement-values'), { data: [], _links: {} });
    await h.sync();
    expect(JSON.stringify((await h.graph.levels([jewel])).get(jewel))).toContain('"ordinary"');
  });

  it('keep what was known where they may not be read any more', async () => {
    const h = await synced();
    h.okta.faults.push((path) => (path === '/governance/api/v1/grants' ? oktaError(403, 'E0000006') : undefined));
    expect(await h.sync()).toMatchObject({ status: 'partial' });
    expect(await holders(h, 'entAdmin')).toEqual(['HOLDS_ENTITLEMENT 00u4']);
    const gaps = (await h.graph.coverage()).filter(({ reason }) => reason !== null);
    expect(gaps.map(({ need }) => need)).toEqual(['entitlements']);
  });

  it('leave labels of apps and groups known where Okta knows none of entitlements', async () => {
    const h = await createHarness(wholeOrg());
    h.okta.faults.push((_, url) =>
      url.searchParams.get('filter')?.includes('entitlement-values') ? oktaError(400, 'E0000001') : undefined,
    );
    expect(await h.sync()).toMatchObject({ status: 'succeeded', progress: { failedScopes: [] } });
    expect((await h.graph.coverage()).filter(({ reason }) => reason !== null)).toEqual([]);
  });

  it('are read anew after an event', async () => {
    const h = await synced();
    expect(inventoryOf('resource.user_entitlements.update')).toBe('entitlements');
    tell(h, grantsOf('0oaScim'), { data: [granted('gra9', '00u7', ['entNew'])], _links: {} });
    h.clock.advance(60_000);
    await refreshNow(h, { inventory: ['entitlements'] });
    expect(await holders(h, 'entNew')).toEqual(['HOLDS_ENTITLEMENT 00u7']);
  });
});

describe('a grant', () => {
  it('that denies, is over, or is not of a user gives nothing; one without a holder cannot be read', () => {
    const grant = granted('gra1', '00u1', ['ent1']);
    const edges = (raw: unknown) => {
      const mapped = mapEntitlementGrant('src_a', '0oa1', raw);
      return 'ok' in mapped ? mapped.ok.edges.length : null;
    };
    expect(edges(grant)).toBe(2);
    expect(edges({ ...grant, action: 'DENY' })).toBe(0);
    expect(edges({ ...grant, status: 'EXPIRED' })).toBe(0);
    expect(edges({ ...grant, targetPrincipal: { externalId: '00g1', type: 'OKTA_GROUP' } })).toBe(0);
    expect(edges({ ...grant, entitlements: 'x' })).toBe(0);
    expect(edges({ ...grant, targetPrincipal: null })).toBeNull();
  });
});
