import { expect, it } from 'vitest';
import { tenants } from '../../db/control/schema.ts';
import { freshTenant, T0, testDeps } from '../../test/deps.ts';
import { view } from '../detections/testing/views.ts';
import { graphOf } from '../graph/directory.ts';
import { nodeId, orgNode } from '../graph/model.ts';
import { listIssues } from './issues.repository.ts';
import { settleVerdicts } from './settle.ts';
import { fakeOutbound } from './testing/changes.ts';

it('carries a verdict of the real graph to an issue, and resolves it', async () => {
  const tenant = freshTenant();
  const outbound = fakeOutbound();
  const deps = testDeps({ env: outbound.env });
  await deps.control.insert(tenants).values({ id: tenant, name: 'Acme', createdAt: T0 });
  const graph = graphOf(deps, tenant);
  const node = (kind: 'identity' | 'account' | 'role', nativeId: string, attributes: Record<string, unknown>) => ({
    id: nodeId(kind, 'src_1', nativeId),
    kind,
    sourceId: 'src_1',
    nativeId,
    name: 'Ada',
    attributes,
  });
  const [identity, account, role] = [
    node('identity', '00u1', {}),
    node('account', '00u1', { ...view().attributes }),
    node('role', 'SUPER_ADMIN', { type: 'SUPER_ADMIN' }),
  ];
  const by = { kind: 'sync', id: 'syn_1' } as const;
  const page = { nodes: [], edges: [], asOf: T0, by, evaluate: true };
  const org = orgNode('src_1', 'Acme');
  await graph.applyPage({
    ...page,
    nodes: [identity, account, role, org],
    edges: [
      { from: identity.id, to: account.id, kind: 'HAS_ACCOUNT', attributes: {} },
      { from: account.id, to: role.id, kind: 'HOLDS_ROLE', attributes: {} },
      { from: role.id, to: org.id, kind: 'GRANTS', attributes: {} },
    ],
    factors: [{ accountId: account.id, state: { known: true, factors: [] } }],
  });
  expect(await settleVerdicts(deps, tenant)).toBe(1);
  const all = { limit: 10, sort: '-priority', status: 'all' } as const;
  const [issue] = (await listIssues(deps, tenant, null, all)).data;
  expect(issue).toMatchObject({
    status: 'open',
    title: 'No MFA - Global Admin Account',
    severity: 'critical',
    subjectNativeId: '00u1',
    identityId: identity.id,
  });
  expect(issue?.evidence.reach.pathToTierZero).not.toBeNull();
  expect(await settleVerdicts(deps, tenant)).toBe(0);

  const push = { id: 'fac_1', type: 'push', provider: 'OKTA', status: 'ACTIVE' };
  const factors = [{ accountId: account.id, state: { known: true as const, factors: [push] } }];
  await graph.applyPage({ ...page, asOf: T0 + 1, factors });
  expect(await settleVerdicts(deps, tenant)).toBe(1);
  expect((await listIssues(deps, tenant, null, all)).data.map((i) => i.status)).toEqual(['resolved']);
  expect(outbound.sent.map((message) => message.change)).toEqual(['opened', 'resolved']);
});
