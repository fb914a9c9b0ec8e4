import { describe, expect, it } from 'vitest';
import { sources } from '../../db/control/schema.ts';
import { freshTenant, T0 } from '../../test/deps.ts';
import { lookupsOf, subdomainOf } from './lookups.ts';
import { publishIssueChange } from './publish.ts';
import { addIssue, setup } from './test-support.ts';

describe('the sub-domain of a source', () => {
  it.each([
    ['https://acme.okta.com', 'acme'],
    ['https://acme-admin.okta.com', 'acme'],
    ['https://acme.oktapreview.com/', 'acme'],
    ['http://127.0.0.1:8789', '127.0.0.1:8789'],
    ['http://localhost:8789', 'localhost:8789'],
  ])('%s: %s', (baseUrl, expected) => {
    expect(subdomainOf(baseUrl)).toBe(expected);
  });
});

describe('look-ups', () => {
  it('find issues of the tenant only, and the sub-domains of its sources', async () => {
    const { deps } = setup();
    const [mine, theirs] = [freshTenant(), freshTenant()];
    const [a, b] = [await addIssue(deps, mine), await addIssue(deps, theirs)];
    const found = await lookupsOf(deps).issues(mine, [a, b, 'iss_none']);
    expect([...found.keys()]).toEqual([a]);
    expect(found.get(a)).toMatchObject({ tenantId: mine, title: 'No MFA - Admin Account', openedAt: T0 });
    await deps.control.insert(sources).values({
      tenantId: mine,
      id: 'src_1',
      kind: 'okta',
      name: 'Okta',
      baseUrl: 'https://acme.okta.com',
      mode: 'hybrid',
      authType: 'ssws',
      sealedCredential: 'x',
      createdAt: T0,
    });
    expect([...(await lookupsOf(deps).sourceTenants(mine))]).toEqual([['src_1', 'acme']]);
    expect([...(await lookupsOf(deps).sourceTenants(theirs))]).toEqual([]);
  });

  it('do without the graph when it does not answer', async () => {
    const { deps } = setup();
    const tenantId = freshTenant();
    const id = await addIssue(deps, tenantId);
    const broken = lookupsOf({ ...deps, env: { ...deps.env, GRAPH: {} } as unknown as Env });
    const issue = (await broken.issues(tenantId, [id])).get(id);
    if (!issue) throw new Error('no issue');
    expect(await broken.entity(issue, () => '')).toEqual({
      username: 'ann',
      types: [{ type: 'Admin', reasons: [] }],
      lastLogin: null,
    });
  });

  it('know the text of detections, and of those that are gone', () => {
    const { deps } = setup();
    expect(lookupsOf(deps).detection('no-mfa-admin').category).toBe('MFA');
    expect(lookupsOf(deps).detection('retired').description).toContain('not part of this version');
  });
});

describe('publishing', () => {
  it('keeps to what a queue takes at once', async () => {
    const { deps, outbound } = setup();
    const message = { v: 1 as const, tenantId: 'tnt_1', issueId: 'iss_1', change: 'opened' as const, at: T0 };
    await publishIssueChange(
      deps,
      Array.from({ length: 250 }, () => message),
    );
    await publishIssueChange(deps, []);
    expect(outbound.batches).toEqual([100, 100, 50]);
    expect(outbound.sent[0]?.body).toEqual(message);
  });
});
