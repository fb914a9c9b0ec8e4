import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { MINUTE } from '../platform/clock.ts';
import { happen } from './testing/fake-log.ts';
import { oktaError } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { mappedTo, wholeOrg } from './testing/whole-org.ts';

const MAPPINGS = '/api/v1/policies/rstAccess/mappings';

/** The policies of an app, each with who told it. */
async function policiesOf(h: Harness, appId: string): Promise<string[]> {
  const detail = await h.graph.node(nodeId('app', h.sourceId, appId), 1_000);
  const rows = (detail?.in ?? []).filter(({ edge }) => edge.kind === 'POLICY_MAPPING');
  return rows.map(({ edge, node }) => `${node.nativeId} ${edge.attributes.told ?? 'app'}`).sort();
}

async function synced(shards = 1): Promise<Harness> {
  const h = await createHarness(wholeOrg(), { shards });
  expect(await h.sync()).toMatchObject({ status: 'succeeded' });
  return h;
}

function tell(h: Harness, path: string, answer: unknown): void {
  h.okta.org.more = { ...h.okta.org.more, [path]: answer };
}

const calls = (h: Harness) => h.okta.calls.filter((call) => call.endsWith('/mappings') && call.includes('/policies/'));

describe('the apps that a policy guards', () => {
  it.each([1, 3])('are what apps and policies say together, no pair twice, on %i shards', async (shards) => {
    const h = await synced(shards);
    expect(await policiesOf(h, '0oaService')).toEqual(['rstAccess app', 'rstEnroll app']);
    expect(await policiesOf(h, '0oaMail')).toEqual(['rstAccess mapping']);
    expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
  });

  it('are asked of policies that guard single apps alone, one call each', async () => {
    const h = await synced();
    expect(calls(h).sort()).toEqual([MAPPINGS, '/api/v1/policies/rstEnroll/mappings']);
  });

  it('end on the side that told them', async () => {
    const h = await synced();
    tell(h, MAPPINGS, [mappedTo('0oaScim')]);
    await h.sync();
    expect(await policiesOf(h, '0oaMail')).toEqual([]);
    expect(await policiesOf(h, '0oaScim')).toEqual(['rstAccess mapping']);
    // the app goes on saying so
    expect(await policiesOf(h, '0oaService')).toEqual(['rstAccess app', 'rstEnroll app']);
    const service = h.okta.org.apps.find(({ id }) => id === '0oaService');
    if (service?.body) service.body = { ...service.body, _links: {} };
    await h.sync();
    expect(await policiesOf(h, '0oaService')).toEqual(['rstEnroll mapping']);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('go over to the app once it names the policy itself', async () => {
    const h = await synced();
    const mail = h.okta.org.apps.find(({ id }) => id === '0oaMail');
    const accessPolicy = { href: 'https://acme.okta.com/api/v1/policies/rstAccess' };
    if (mail) mail.body = { ...mail.body, _links: { accessPolicy } };
    await h.sync();
    expect(await policiesOf(h, '0oaMail')).toEqual(['rstAccess app']);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('are listed again by the delta after a policy changed, and by no other', async () => {
    const h = await synced();
    h.clock.advance(60 * MINUTE);
    h.okta.calls.length = 0;
    await h.delta();
    expect(calls(h)).toEqual([]);
    tell(h, MAPPINGS, []);
    await happen(h, 'policy.lifecycle.update', []);
    h.clock.advance(20 * MINUTE);
    await h.delta();
    expect(calls(h)).toHaveLength(2);
    expect(await policiesOf(h, '0oaMail')).toEqual([]);
  });

  it('stay as they were where they may not be read, and policies are not known whole', async () => {
    const h = await synced();
    h.okta.faults.push((path) => (path === MAPPINGS ? oktaError(403, 'E0000006') : undefined));
    tell(h, MAPPINGS, []);
    await h.sync();
    expect(await policiesOf(h, '0oaMail')).toEqual(['rstAccess mapping']);
    expect((await h.graph.coverage()).find(({ need }) => need === 'policies')?.reason).toContain('admin role');
  });
});
