import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { failing, fakeEvaluator, PASSING, shardOf, withEvaluator } from './testing/fake-evaluator.ts';
import {
  account,
  accountId,
  app,
  assigned,
  edge,
  eventOf,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  role,
  SRC,
  upsert,
} from './testing/fixtures.ts';

const patch = (native: string, fields: object, at: number) => ({
  changes: [{ op: 'patchAccount' as const, accountId: accountId(native), patch: fields, at, by: eventOf(String(at)) }],
  signals: [],
});

/** Fails for accounts that are not ACTIVE. */
const onStatus = fakeEvaluator({
  'unused-account': (view) =>
    view.attributes.status === 'ACTIVE'
      ? PASSING
      : view.attributes.status === 'STAGED'
        ? { status: 'unknown', reason: 'not told' }
        : failing(`Is ${view.attributes.status}`, { facts: { status: view.attributes.status }, eventIds: ['evt_1'] }),
});

describe('verdicts', () => {
  it('leave the shard when they begin, change and end, and only then', async () => {
    const { graph, settle } = await withEvaluator(onStatus);
    await graph.applyPage({ ...pageOfPeople(['u1', 'u2']), evaluate: true });
    expect(await settle()).toEqual([]);
    const failed = await graph.applyDelta(patch('u1', { status: 'SUSPENDED' }, T0 + 1));
    expect(failed.evaluated).toBe(1);
    const [opened] = await settle();
    expect(opened).toMatchObject({
      detection: 'unused-account',
      status: 'fail',
      title: 'Is SUSPENDED',
      severity: 'high',
      priority: 50,
      subject: { kind: 'account', id: accountId('u1'), source: SRC, nativeId: 'u1', name: 'User u1' },
      identityId: identityId('u1'),
      evidence: { facts: { status: 'SUSPENDED' }, eventIds: ['evt_1'], reach: { apps: 0, groups: 0 } },
    });
    // Something else about the account: the same verdict.
    await graph.applyDelta(patch('u1', { department: 'Sales' }, T0 + 2));
    expect(await settle()).toEqual([]);
    await graph.applyDelta(patch('u1', { status: 'LOCKED_OUT' }, T0 + 3));
    expect(await settle()).toMatchObject([{ status: 'fail', title: 'Is LOCKED_OUT' }]);
    await graph.applyDelta(patch('u1', { status: 'STAGED' }, T0 + 4));
    expect(await settle()).toMatchObject([{ status: 'unknown', evidence: { facts: { reason: 'not told' } } }]);
    await graph.applyDelta(patch('u1', { status: 'ACTIVE' }, T0 + 5));
    expect(await settle()).toMatchObject([{ status: 'pass', title: 'Is LOCKED_OUT' }]);
    expect((await graph.evaluateAll()).rowsWritten).toBe(0);
    expect(await settle()).toEqual([]);
  });

  it('that are unknown from the start stay inside', async () => {
    const { graph, settle } = await withEvaluator(onStatus);
    await graph.applyPage(page({ nodes: [account('u1', { status: 'STAGED' })], evaluate: true }));
    expect(await settle()).toEqual([]);
    expect([...(await graph.unknownCounts())]).toEqual([['unused-account', 1]]);
    expect(await graph.verdicts(accountId('u1'))).toEqual([
      { detection: 'unused-account', verdict: { status: 'unknown', reason: 'not told' } },
    ]);
    await graph.applyDelta(patch('u1', { status: 'ACTIVE' }, T0 + 1));
    expect(await settle()).toEqual([]);
    expect([...(await graph.unknownCounts())]).toEqual([]);
  });

  it('end with the account', async () => {
    const { graph, settle } = await withEvaluator(onStatus);
    await graph.applyPage(page({ nodes: [account('u1', { status: 'SUSPENDED' })], evaluate: true }));
    await settle();
    await graph.applyDelta({
      changes: [{ op: 'removeNode', nodeId: accountId('u1'), at: T0 + 1, by: eventOf('x') }],
      signals: [],
    });
    expect(await settle()).toMatchObject([{ status: 'pass', subject: { id: accountId('u1') } }]);
  });

  it('of accounts that a sync ended without a look are resolved by the look at everything', async () => {
    const { graph, settle } = await withEvaluator(onStatus);
    await graph.applyPage(page({ nodes: [account('u1', { status: 'SUSPENDED' })], evaluate: true }));
    await settle();
    await graph.closeScope({
      scope: { of: 'nodes', kind: 'account', sourceId: SRC },
      seen: [],
      asOf: T0 + 1,
      by: { kind: 'sync', id: 's' },
      removalLimitPercent: 10,
      evaluate: false,
    });
    expect(await settle()).toEqual([]);
    await graph.evaluateAll();
    expect(await settle()).toMatchObject([{ status: 'pass' }]);
  });

  it('follow a small move of the priority only when it adds up', async () => {
    let priority = 50;
    const evaluator = fakeEvaluator({ 'unused-account': () => failing('Always') }, () => ({ priority, factors: [] }));
    const { graph, settle } = await withEvaluator(evaluator);
    await graph.applyPage({ ...pageOfPeople(['u1']), evaluate: true });
    await settle();
    priority = 54;
    await graph.evaluateAll();
    expect(await settle()).toEqual([]);
    priority = 55;
    await graph.evaluateAll();
    expect(await settle()).toMatchObject([{ priority: 55 }]);
  });

  it('are looked at again where a change of structure matters', async () => {
    const seen: string[] = [];
    const evaluator = fakeEvaluator({
      'no-mfa-admin': (view) => {
        seen.push(view.nativeId);
        return view.tier === 'none' ? PASSING : failing(`${view.tier} by ${view.roles[0]?.via?.name ?? 'itself'}`);
      },
    });
    const { graph, settle } = await withEvaluator(evaluator);
    const admins = group('admins', 'Admins');
    const superAdmin = role('SUPER_ADMIN');
    await graph.applyPage(
      pageOfPeople(['u1', 'u2', 'u3'], {
        nodes: [admins, superAdmin, ORG, app('a1')],
        edges: [
          edge(superAdmin.id, 'GRANTS', ORG.id),
          edge(accountId('u1'), 'MEMBER_OF', admins.id),
          edge(accountId('u2'), 'MEMBER_OF', admins.id),
          assigned(accountId('u3'), app('a1').id),
        ],
      }),
    );
    await graph.applyDelta({ changes: [upsert(edge(admins.id, 'HOLDS_ROLE', superAdmin.id), T0 + 1)], signals: [] });
    expect(seen.splice(0)).toHaveLength(2);
    const changes = await settle();
    expect(changes).toHaveLength(2);
    for (const change of changes) {
      expect(change).toMatchObject({ title: 'global_admin by Admins', priority: 70 });
      expect(change.evidence.reach.pathToTierZero?.map((step) => step.node.kind)).toEqual([
        'identity',
        'account',
        'group',
        'role',
        'resource',
      ]);
      expect(change.evidence.reach.pathToTierZero).toEqual(await graph.path(change.identityId));
    }
    expect(await graph.counts()).toMatchObject({ globalAdmins: 2, admins: 0 });
    const listed = await graph.list({ kind: 'identity', limit: 10, tier: 'global_admin' });
    expect(listed.data.map((node) => node.nativeId)).toEqual(['u1', 'u2']);
    await graph.applyPage(page({ nodes: [app('a1', { status: 'INACTIVE' })], asOf: T0 + 1, evaluate: true }));
    expect(seen.splice(0)).toEqual(['u3']);
    await graph.applyDelta({
      changes: [{ op: 'removeNode', nodeId: admins.id, at: T0 + 5, by: eventOf('gone') }],
      signals: [],
    });
    expect(seen.splice(0).sort()).toEqual(['u1', 'u2']);
    expect(await settle()).toMatchObject([{ status: 'pass' }, { status: 'pass' }]);
    expect(await graph.counts()).toMatchObject({ globalAdmins: 0 });
  });

  it('change with the graph or not at all', async () => {
    let broken = true;
    const evaluator = fakeEvaluator({
      'unused-account': () => {
        if (broken) throw new Error('evaluator down');
        return failing('Now it works');
      },
    });
    const { graph, settle } = await withEvaluator(evaluator);
    await expect(graph.applyPage({ ...pageOfPeople(['u1']), evaluate: true })).rejects.toThrow('evaluator down');
    expect((await graph.counts()).account).toBe(0);
    broken = false;
    await graph.applyPage({ ...pageOfPeople(['u1']), evaluate: true });
    expect(await settle()).toHaveLength(1);
  });
});

describe('changes on their way to the issues', () => {
  it('stay until they are confirmed, and survive eviction', async () => {
    const { graph, tenantId, changes } = await withEvaluator(onStatus);
    await graph.applyPage(
      page({ nodes: ['u1', 'u2', 'u3'].map((u) => account(u, { status: 'SUSPENDED' })), evaluate: true }),
    );
    const first = (await graph.takeChanges(2)).flatMap((taken) => taken.changes);
    expect(first).toHaveLength(2);
    // The settler died before confirming; the object moved.
    await evictDurableObject(shardOf(tenantId));
    expect(await changes()).toHaveLength(3);
    await graph.confirmChanges(0, first.at(-1)?.seq ?? 0);
    await graph.confirmChanges(0, first.at(-1)?.seq ?? 0);
    const rest = await changes();
    expect(rest).toHaveLength(1);
    expect(rest[0]?.seq).toBeGreaterThan(first.at(-1)?.seq ?? 0);
    expect((await graph.node(accountId('u3')))?.node.name).toBe('User u3');
  });

  it('get numbers that only grow, also while time stands still and the queue is empty', async () => {
    const { graph, settle } = await withEvaluator(onStatus);
    await graph.applyPage(pageOfPeople(['u1']));
    const numbers: number[] = [];
    for (const [i, status] of ['SUSPENDED', 'ACTIVE', 'SUSPENDED', 'ACTIVE'].entries()) {
      await graph.applyDelta(patch('u1', { status }, T0 + 1 + i));
      numbers.push(...(await settle()).map((change) => change.seq));
    }
    expect(numbers).toHaveLength(4);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(4);
  });
});

describe('what does not matter to verdicts', () => {
  it('is not looked at: volatile attributes of structure', async () => {
    const seen: string[] = [];
    const evaluator = fakeEvaluator({
      'no-mfa-admin': (view) => {
        seen.push(view.nativeId);
        return PASSING;
      },
    });
    const { graph } = await withEvaluator(evaluator);
    const staff = group('staff');
    const crm = app('crm');
    await graph.applyPage(
      pageOfPeople(['u1'], {
        nodes: [staff, crm],
        edges: [edge(accountId('u1'), 'MEMBER_OF', staff.id), assigned(accountId('u1'), crm.id)],
      }),
    );
    const touched = (node: typeof staff, at: number) => ({
      ...node,
      attributes: { ...node.attributes, lastUpdated: at, ...(node.kind === 'group' ? { description: `${at}` } : {}) },
    });
    for (const asOf of [T0 + 1, T0 + 2]) {
      const nodes = [touched(staff, asOf), touched(crm, asOf)];
      const result = await graph.applyPage(page({ nodes, asOf, evaluate: true }));
      expect(result).toEqual({ rowsWritten: 3, evaluated: 0 });
    }
    expect(seen).toEqual([]);
    await graph.applyPage(page({ nodes: [{ ...staff, name: 'Renamed' }], asOf: T0 + 3, evaluate: true }));
    expect(seen).toEqual(['u1']);
  });
});
