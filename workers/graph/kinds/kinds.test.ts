import { describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../../test/deps.ts';
import { apiUnderTest } from '../../api/test-api.ts';
import { seedOneOfEach } from '../../api/test-seed.ts';
import { POSTERN } from '../../auth/principal.ts';
import { randomIds } from '../../platform/ids.ts';
import { graphOf } from '../directory.ts';
import { nodeId } from '../model.ts';
import { startMove } from '../move/moves.ts';
import { runMove } from '../move/run-move.ts';
import { accountId, graphWith, identityId, page, person, SRC } from '../testing/fixtures.ts';

const people = ['ada', 'svc-etl', 'svc-ci', 'info', 'grace'];

async function company(shards = 1) {
  const made = await graphWith(shards, testDeps({ ids: randomIds }));
  const all = people.map((native) => person(native));
  await made.graph.applyPage(
    page({ nodes: all.flatMap(({ nodes }) => nodes), edges: all.flatMap(({ edges }) => edges), evaluate: true }),
  );
  const listed = async (identityKind?: 'human' | 'service_account' | 'shared', sort = 'name') => {
    const names: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const one = await made.graph.list({ kind: 'identity', limit: 2, sort, cursor, identityKind });
      names.push(...one.data.map(({ nativeId }) => nativeId));
      if (one.next === null) return names;
      cursor = one.next;
    }
  };
  return { ...made, listed };
}

describe('kinds of identities', () => {
  it.each([1, 3])('are told apart and listed by, over %i shards', async (shards) => {
    const { graph, listed } = await company(shards);
    expect(await listed()).toEqual(['ada', 'grace', 'info', 'svc-ci', 'svc-etl']);
    expect(await listed('human')).toEqual(['ada', 'grace']);
    expect(await listed('service_account')).toEqual(['svc-ci', 'svc-etl']);
    expect(await listed('shared', '-lastLogin')).toEqual(['info']);
    expect((await graph.evaluateAll()).rowsWritten).toBe(0);
    expect((await graph.identity(identityId('svc-ci')))?.identity.is).toMatchObject({
      kind: 'service_account',
      setBy: null,
    });
  });

  it('follow what the source says, and end with the account', async () => {
    const { graph, listed } = await company();
    const mark = {
      id: nodeId('service_account', SRC, 's1'),
      kind: 'service_account' as const,
      sourceId: SRC,
      nativeId: 's1',
      name: 'Etl',
      attributes: { type: 'okta', oktaUserId: 'grace' },
    };
    await graph.applyPage(page({ nodes: [mark], asOf: T0 + 1 }));
    await graph.evaluateAll();
    expect(await listed('service_account')).toEqual(['grace', 'svc-ci', 'svc-etl']);
    await graph.applyDelta({
      changes: ['svc-ci', 'grace'].map((native) => ({
        op: 'removeNode',
        nodeId: accountId(native),
        at: T0 + 2,
        by: { kind: 'event', id: 'evt_1' },
      })),
      signals: [],
    });
    expect(await listed('service_account')).toEqual(['svc-etl']);
  });

  it('stay as a person set them, through syncs and a move, until they are left to the rules', async () => {
    const { graph, listed, deps, tenantId } = await company();
    expect(await graph.setIdentityKind(identityId('svc-ci'), 'human', 'Ada')).toBe(true);
    expect(await graph.setIdentityKind(identityId('nobody'), 'human', 'Ada')).toBe(false);
    const { nodes } = person('svc-ci', { title: 'Pipeline' });
    await graph.applyPage(page({ nodes, asOf: T0 + 1, evaluate: true }));
    await startMove(deps, tenantId, POSTERN, 3);
    await runMove(deps, tenantId);
    expect(await listed('human')).toEqual(['ada', 'grace', 'svc-ci']);
    expect((await graph.identity(identityId('svc-ci')))?.identity.is).toMatchObject({ kind: 'human', setBy: 'Ada' });
    await graph.setIdentityKind(identityId('svc-ci'), null, 'Ada');
    expect(await listed('service_account')).toEqual(['svc-ci', 'svc-etl']);
  });

  it('are set through the API by who manages sources, and audited', async () => {
    const { call, deps } = apiUnderTest();
    const { tenantId, ids, tokens } = await seedOneOfEach(deps);
    const id = ids.identities ?? '';
    const put = (body: unknown, token: string, at = id) =>
      call('PUT', `/api/v1/identities/${at}/kind`, { token, body });
    expect(await (await put({ kind: 'break_glass' }, tokens.super_admin)).json()).toMatchObject({
      kind: 'break_glass',
    });
    const listed = await call('GET', '/api/v1/identities?kind=break_glass', { token: tokens.viewer });
    expect(await listed.json()).toMatchObject({ data: [{ id, kind: 'break_glass', kindReasons: [] }] });
    expect((await put({ kind: 'robot' }, tokens.super_admin)).status).toBe(400);
    expect((await put({ kind: 'human' }, tokens.viewer)).status).toBe(403);
    expect((await put({ kind: 'human' }, tokens.super_admin, 'idn_none')).status).toBe(404);
    expect((await put({ kind: null }, tokens.super_admin)).status).toBe(200);
    expect((await graphOf(deps, tenantId).identity(id))?.identity.is?.setBy).toBeNull();
    const log = await deps
      .evidence(tenantId)
      .prepare("SELECT detail FROM audit WHERE tenant_id = ? AND action = 'identity.kind' ORDER BY detail")
      .bind(tenantId)
      .all<{ detail: string }>();
    expect(log.results.map(({ detail }) => JSON.parse(detail))).toEqual([{ kind: 'break_glass' }, { kind: null }]);
  });
});
