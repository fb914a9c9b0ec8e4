import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import type { InventoryNeed } from '../graph/port.ts';
import { inventoryOf } from '../sources/okta/event-inventory.ts';
import { oktaError } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { refreshNow } from './testing/refresh-queue.ts';
import { wholeOrg } from './testing/whole-org.ts';

const idOf = (h: Harness, kind: NodeKind, nativeId: string) => nodeId(kind, h.sourceId, nativeId);

async function attributes(h: Harness, kind: NodeKind, nativeId: string): Promise<Record<string, unknown> | undefined> {
  return (await h.graph.node(idOf(h, kind, nativeId)))?.node.attributes;
}

async function edgesOf(h: Harness, kind: NodeKind, nativeId: string, way: 'in' | 'out'): Promise<string[]> {
  const detail = await h.graph.node(idOf(h, kind, nativeId), 1_000);
  return (detail?.[way] ?? []).map(({ edge, node }) => `${edge.kind} ${node.nativeId}`).sort();
}

async function synced(): Promise<Harness> {
  const h = await createHarness(wholeOrg());
  expect(await h.sync()).toMatchObject({ status: 'succeeded' });
  return h;
}

function tell(h: Harness, path: string, answer: unknown): void {
  h.okta.org.more = { ...h.okta.org.more, [path]: answer };
}

const settingsOf = async (h: Harness) => (await attributes(h, 'resource', 'org'))?.settings;

describe('what rules of policies ask for', () => {
  it('is there with its settings, and the policies that refer to it', async () => {
    const h = await synced();
    expect(await attributes(h, 'behavior', 'bhvCity')).toEqual({
      type: 'ANOMALOUS_LOCATION',
      status: 'ACTIVE',
      settings: { granularity: 'CITY', maxEventsUsedForEvaluation: 20 },
    });
    expect(await attributes(h, 'device_assurance', 'daeMac')).toEqual({
      platform: 'MACOS',
      requirements: {
        diskEncryptionType: { include: ['ALL_INTERNAL_VOLUMES'] },
        osVersion: { minimum: '14.1.0' },
        secureHardwarePresent: true,
      },
      requirementsComplete: true,
      displayRemediationMode: null,
    });
    expect(await edgesOf(h, 'policy', '00pSignOn', 'out')).toEqual(['REFERS_TO bhvCity', 'REFERS_TO nzoA']);
    expect(await edgesOf(h, 'device_assurance', 'daeMac', 'in')).toEqual(['REFERS_TO rstAccess']);
    expect(await h.graph.path(idOf(h, 'policy', '00pSignOn'), idOf(h, 'zone', 'nzoA'))).toBeNull();
  });

  it('is read anew after an event, and ends with the rule that named it', async () => {
    const h = await synced();
    expect(inventoryOf('device.assurance.policy.update')).toBe('deviceAssurances');
    expect(inventoryOf('security.behavior.settings.update')).toBe('behaviors');
    tell(h, '/api/v1/behaviors', []);
    h.clock.advance(60_000);
    await refreshNow(h, { inventory: ['behaviors'] });
    expect(await attributes(h, 'behavior', 'bhvCity')).toBeUndefined();
    tell(h, '/api/v1/policies?type=ACCESS_POLICY', [{ id: 'rstAccess', type: 'ACCESS_POLICY', name: 'Two' }]);
    await h.sync();
    expect(await edgesOf(h, 'device_assurance', 'daeMac', 'in')).toEqual([]);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });
});

describe('a custom domain', () => {
  it('is known by its certificate, as long as that is there', async () => {
    const h = await synced();
    expect(await attributes(h, 'credential', 'domain/OcDOne')).toMatchObject({
      type: 'domain_certificate',
      domain: 'id.acme.test',
      managedBy: 'MANUAL',
      expiresAt: Date.parse('2026-08-01T00:00:00.000Z'),
    });
    expect(await attributes(h, 'credential', 'domain/OcDTwo')).toBeUndefined();
    tell(h, '/api/v1/domains', { domains: [] });
    await h.sync();
    expect(await attributes(h, 'credential', 'domain/OcDOne')).toBeUndefined();
    expect(await attributes(h, 'credential', '00TToken')).toBeDefined();
  });
});

describe('settings of the org', () => {
  it('are on its node', async () => {
    const h = await synced();
    expect(await settingsOf(h)).toEqual({
      clientPrivileges: true,
      support: { support: 'ENABLED', expiration: Date.parse('2026-05-01T10:00:00.000Z') },
      technicalContact: '00u1',
      threatInsight: { action: 'audit', excludeZones: ['nzoA', 'nzoB'] },
      possessionBeforeKnowledge: false,
      features: { enabled: ['Dashboards'], disabled: ['Number challenge'] },
      linkedObjects: [{ primary: 'manager', associated: 'subordinate' }],
      rateLimitNotifications: true,
      rateLimitWarningPercent: 60,
      perClientRateLimit: { defaultMode: 'PREVIEW', useCaseModeOverrides: { LOGIN_PAGE: 'ENFORCE' } },
      apiTokenRateLimits: [{ id: '00TToken', percent: 50, concurrencyPercent: null }],
      appRateLimits: [],
    });
  });

  it.each<[InventoryNeed, string]>([
    ['features', '/api/v1/features'],
    ['linkedObjects', '/api/v1/meta/schemas/user/linkedObjects'],
    ['rateLimits', '/api/v1/rate-limit-settings/per-client'],
  ])('are kept where %s may not be read any more, and the others go on', async (need, path) => {
    const h = await synced();
    const before = await settingsOf(h);
    h.okta.faults.push((called) => (called === path ? oktaError(403, 'E0000006') : undefined));
    tell(h, '/api/v1/org/privacy/oktaSupport', { support: 'DISABLED' });
    expect(await h.sync()).toMatchObject({ status: 'partial' });
    expect(await settingsOf(h)).toEqual({ ...(before as object), support: { support: 'DISABLED', expiration: null } });
    const gaps = (await h.graph.coverage()).filter(({ reason }) => reason !== null);
    expect(gaps.map((gap) => gap.need)).toEqual([need]);
  });

  it('are read over all pages, and not at all where the pages do not end', async () => {
    const h = await synced();
    const page = (id: string, next: string | null) =>
      Response.json([{ id, name: id, status: 'ENABLED' }], {
        headers: next === null ? {} : { link: `<${h.okta.origin}/api/v1/features?after=${next}>; rel="next"` },
      });
    let last: string | null = null;
    h.okta.faults.push((path, url) => {
      if (path !== '/api/v1/features') return undefined;
      return url.searchParams.get('after') === 'b' ? page('Second', last) : page('First', 'b');
    });
    await h.sync();
    expect(await settingsOf(h)).toMatchObject({ features: { enabled: ['First', 'Second'], disabled: [] } });
    last = 'b';
    expect(await h.sync()).toMatchObject({
      status: 'partial',
      progress: { failedScopes: [{ scope: 'features/features' }] },
    });
  });

  it('are read anew after an event, and only those it is about', async () => {
    const h = await synced();
    expect(inventoryOf('system.feature.enable')).toBe('features');
    expect(inventoryOf('user.session.impersonation.grant')).toBe('orgSettings');
    tell(h, '/api/v1/features', []);
    h.clock.advance(60_000);
    h.okta.calls.length = 0;
    await refreshNow(h, { inventory: ['features'] });
    expect(h.okta.calls).toEqual(['/api/v1/features']);
    expect(await settingsOf(h)).toMatchObject({ features: { enabled: [], disabled: [] }, clientPrivileges: true });
  });
});

describe('what an AI agent connects to', () => {
  const connections = '/workload-principals/api/v1/ai-agents/wlpOne/connections';

  it('is drawn where the connection is in use, with its scopes', async () => {
    const h = await synced();
    expect(await edgesOf(h, 'ai_agent', 'wlpOne', 'out')).toEqual([
      'CONNECTS_TO 0oaMail',
      'CONNECTS_TO VaultedSecret/orn:okta:pam:00oOrg:secrets:5cdcda01',
      'CONNECTS_TO ausOne',
      'CONNECTS_TO sa-app',
    ]);
    const detail = await h.graph.node(idOf(h, 'authorization_server', 'ausOne'), 10);
    expect(detail?.in.map(({ edge }) => edge.attributes)).toEqual([
      { types: ['IDENTITY_ASSERTION_CUSTOM_AS'], scopes: ['crm.read'] },
    ]);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('is where a path ends: the agent uses it, and rules nothing there', async () => {
    const h = await synced();
    const agent = idOf(h, 'ai_agent', 'wlpOne');
    tell(h, connections, {
      data: [
        {
          ...{ id: 'mcn5', connectionType: 'STS_ACCESS_TOKEN', status: 'ACTIVE' },
          resource: { resourceType: 'APP_INSTANCE', appInstanceId: '0oaScim' },
        },
      ],
    });
    await h.sync();
    const path = await h.graph.path(agent, idOf(h, 'app', '0oaScim'));
    expect(path?.map(({ edge }) => edge)).toEqual(['CONNECTS_TO', null]);
    // the app is told the passwords of this account, which the agent never sees
    expect(await h.graph.path(agent, idOf(h, 'account', '00u4'))).toBeNull();
    const blast = await h.graph.blastRadius(agent);
    expect(JSON.stringify(blast)).toContain(idOf(h, 'app', '0oaScim'));
    expect(JSON.stringify(blast)).not.toContain(idOf(h, 'account', '00u4'));
  });

  it('ends with the connection, and so does a secret that nothing else names', async () => {
    const h = await synced();
    tell(h, connections, { data: [] });
    await h.sync();
    expect(await edgesOf(h, 'ai_agent', 'wlpOne', 'out')).toEqual([]);
    expect(await attributes(h, 'ai_agent', 'wlpOne')).toMatchObject({ connections: [] });
    expect(await attributes(h, 'external', 'VaultedSecret/orn:okta:pam:00oOrg:secrets:5cdcda01')).toBeUndefined();
    expect(inventoryOf('workload_principal.ai_agent.connection.create')).toBe('aiAgents');
  });
});
