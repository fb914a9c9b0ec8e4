import { describe, expect, it } from 'vitest';
import { INVENTORY_NEEDS } from '../graph/port.ts';
import { runFullSync } from './full-sync.ts';
import { READINGS } from './inventory-readings.ts';
import { DETAIL_NEEDS, emptyProgress, type FullParams } from './run.ts';
import { insertFullRun } from './runs.repository.ts';
import { oktaError } from './testing/fake-okta.ts';
import { crashingEngine, createHarness, type Harness } from './testing/harness.ts';
import { wholeOrg } from './testing/whole-org.ts';

async function synced(): Promise<Harness> {
  const h = await createHarness(wholeOrg());
  expect(await h.sync()).toMatchObject({ status: 'succeeded' });
  return h;
}

const refusable = [
  ...READINGS.map(({ need, path }) => [need, path.split('?')[0] ?? ''] as const),
  ['owners', '/owners'] as const,
  ['groupPush', '/group-push/mappings'] as const,
  ['clientRoles', '/oauth2/v1/clients/0oaService/roles'] as const,
  ['appCredentials', '/credentials/'] as const,
  ['grants', '/apps/0oaService/grants'] as const,
  ['consents', '/users/00u0/grants'] as const,
  ['orgSettings', '/api/v1/org/settings/clientPrivilegesSetting'] as const,
  ['features', '/api/v1/features'] as const,
  ['linkedObjects', '/linkedObjects'] as const,
  ['rateLimits', '/api/v1/principal-rate-limits'] as const,
  ['labels', '/governance/api/v1/labels'] as const,
  ['entitlements', '/governance/api/v1/grants'] as const,
];

describe('a right that is missing', () => {
  it('has a case for every need', () => {
    expect([...new Set(refusable.map(([need]) => need))].sort()).toEqual([...INVENTORY_NEEDS].sort());
    expect(DETAIL_NEEDS.every((need) => INVENTORY_NEEDS.includes(need))).toBe(true);
  });

  it('makes each part unknown by itself, and is no failure when it was never there', async () => {
    const paths = new Map<string, string>();
    for (const [need, path] of refusable) if (!paths.has(need)) paths.set(need, path);
    for (const [need, part] of paths) {
      const h = await createHarness(wholeOrg());
      h.okta.faults.push((path) => (path.includes(part) ? oktaError(403, 'E0000006') : undefined));
      const run = await h.sync();
      expect([need, run.status, run.progress?.failedScopes]).toEqual([need, 'succeeded', []]);
      const gaps = (await h.graph.coverage()).filter(({ reason }) => reason !== null);
      expect(gaps.map((gap) => gap.need)).toEqual([need]);
      expect(gaps[0]?.reason).toContain('admin role');
    }
  }, 120_000);

  it('is a failure once it was there, and keeps what was known', async () => {
    const h = await synced();
    const www = 'Bearer scope="okta.policies.read", error="insufficient_scope"';
    h.okta.faults.push((path) =>
      path === '/api/v1/policies' ? oktaError(403, 'E0000006', { 'www-authenticate': www }) : undefined,
    );
    expect(await h.sync()).toMatchObject({ status: 'partial' });
    expect((await h.graph.counts()).policy).toBe(4);
    expect((await h.graph.coverage()).find(({ need }) => need === 'policies')?.reason).toContain('okta.policies.read');
    expect(await h.sync()).toMatchObject({ status: 'succeeded' });
  });

  it.each([
    ['403', () => oktaError(403, 'E0000015')],
    ['401', () => oktaError(401, 'E0000015')],
    ['404', () => oktaError(404, 'E0000022')],
  ])('is told from a feature that is off (%s): that is covered, and empty', async (_, refusal) => {
    const h = await createHarness(wholeOrg());
    h.okta.faults.push((path) =>
      path.startsWith('/privileged-access/') || path.endsWith('/owners') ? refusal() : undefined,
    );
    expect(await h.sync()).toMatchObject({ status: 'succeeded', progress: { failedScopes: [] } });
    expect((await h.graph.coverage()).filter(({ reason }) => reason !== null)).toEqual([]);
    expect((await h.graph.counts()).service_account).toBe(0);
  });

  it('fails the run where Okta does not answer, and reads the rest', async () => {
    const h = await createHarness(wholeOrg());
    h.okta.faults.push((path) => (path === '/api/v1/zones' ? oktaError(500, 'E0000009') : undefined));
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'partial', progress: { failedScopes: [{ scope: 'zones' }] } });
    expect(await h.graph.counts()).toMatchObject({ zone: 0, policy: 4, device: 2 });
  });

  it('does not take an empty list for an org without password policies', async () => {
    const h = await synced();
    if (h.okta.org.more) h.okta.org.more['/api/v1/policies?type=PASSWORD'] = [];
    expect(await h.sync()).toMatchObject({ status: 'held', progress: { held: [{ scope: 'policies/PASSWORD' }] } });
    expect((await h.graph.counts()).policy).toBe(4);
  });
});

describe('a run that dies', () => {
  it('comes to the same end, wherever it died', async () => {
    const expected = await (await synced()).graph.counts();
    const h = await createHarness(wholeOrg());
    h.clock.advance(60_000);
    const params: FullParams = {
      kind: 'full',
      tenantId: h.tenantId,
      sourceId: h.sourceId,
      runId: `syn_${h.tenantId}_x`,
    };
    await insertFullRun(h.deps, h.tenantId, {
      id: params.runId,
      sourceId: h.sourceId,
      progress: emptyProgress(h.clock.now()),
    });
    const engine = crashingEngine(h, { before: [8, 14, 20, 26], after: [6, 11, 16, 22, 28, 33] });
    const deaths = await engine.run((stepper) => runFullSync(h.tools, params, stepper, h.clock.now()));
    expect(deaths).toBeGreaterThan(5);
    expect(await h.graph.counts()).toEqual(expected);
    expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
  });
});
