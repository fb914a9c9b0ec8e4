import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../test/deps.ts';
import { closeScopes, MAX_SCOPES_AT_ONCE } from './close-scopes.ts';
import { nodeId } from './model.ts';
import { stubsOf } from './placement.ts';
import type { CloseScopeInput } from './port.ts';
import type { ShardApi } from './shard-api.ts';
import { byId } from './sharding.ts';
import { countingShards } from './testing/counted.ts';
import { accountId, edge, graphWith, group, pageOfPeople, SRC } from './testing/fixtures.ts';

const NATIVES = Array.from({ length: 24 }, (_, n) => `u${n}`);
const GROUPS = ['g1', 'g2', 'g3'].map((native) => group(native));
const MEMBERSHIPS = GROUPS.flatMap(({ id }) => NATIVES.map((native) => edge(accountId(native), 'MEMBER_OF', id)));

/** The members of a group are those from `from` on. */
function membersOf(native: string, from: number, more: Partial<CloseScopeInput> = {}): CloseScopeInput {
  return {
    scope: { of: 'edgesTo', kind: 'MEMBER_OF', to: nodeId('group', SRC, native), fromKind: 'account' },
    seen: NATIVES.slice(from).map((one) => accountId(one)),
    asOf: T0 + 100,
    by: { kind: 'sync', id: 'syn_2' },
    removalLimitPercent: 10,
    evaluate: false,
    ...more,
  };
}

describe.each([1, 3])('many scopes at once over %i shard(s)', (shards) => {
  const made = async () => {
    const counted = countingShards(env);
    const { graph, tenantId, deps } = await graphWith(shards, testDeps({ env: counted.env }));
    await graph.applyPage(pageOfPeople(NATIVES, { nodes: GROUPS, edges: MEMBERSHIPS }));
    const left = async () => Promise.all(GROUPS.map(async ({ id }) => ((await graph.node(id))?.in ?? []).length));
    return { graph, tenantId, deps, left, calls: counted.calls };
  };

  it('are judged each by itself, and answered in their order', async () => {
    const { graph, left } = await made();
    const closed = await graph.closeScopes([
      membersOf('g1', 2),
      membersOf('g2', 20),
      membersOf('g3', 0, { seen: [], doubted: true, removalLimitPercent: 100 }),
    ]);
    expect(closed).toMatchObject([
      { held: false, removed: 2 },
      { held: true, existing: 24, removing: 20, rowsWritten: 0 },
      { held: true, existing: 24, removing: 24, rowsWritten: 0 },
    ]);
    expect(await left()).toEqual([22, 24, 24]);
    // a listing that is not believed says nothing against a scope that is empty
    const empty = { scope: membersOf('none', 0).scope, seen: [], doubted: true };
    expect(await graph.closeScopes([membersOf('g1', 2), membersOf('none', 0, empty)])).toEqual([
      { held: false, removed: 0, rowsWritten: 0 },
      { held: false, removed: 0, rowsWritten: 0 },
    ]);
  });

  it('go with one question a shard, and one more where something ends', async () => {
    const { graph, calls } = await made();
    const many = Array.from({ length: MAX_SCOPES_AT_ONCE - 1 }, (_, n) => membersOf(`other${n}`, 0, { seen: [] }));
    calls.clear();
    expect(await graph.closeScopes([...many, membersOf('g1', 1)])).toHaveLength(MAX_SCOPES_AT_ONCE);
    const [asked, ended] = [calls.get('diffScopes'), calls.get('endScopes')];
    expect([asked, ended]).toEqual([shards, 1]);
    calls.clear();
    expect((await graph.closeScopes([...many, membersOf('g1', 1), membersOf('g2', 2)])).at(-1)).toMatchObject({
      removed: 2,
    });
    expect(calls.get('diffScopes')).toBe(2 * shards);
    expect(await graph.closeScopes([])).toEqual([]);
  });

  it('that die half-way end the same when they are closed again', async () => {
    const { graph, tenantId, deps, left } = await made();
    const stubs = stubsOf(deps, tenantId, { generation: 0, count: shards });
    const dying = stubs.map((stub, index): ShardApi => {
      if (index < shards - 1) return stub;
      return new Proxy(stub, {
        get: (target, method) =>
          method === 'endScopes'
            ? () => Promise.reject(new Error('the shard died'))
            : Reflect.get(target, method, target),
      });
    });
    const inputs = [membersOf('g1', 2), membersOf('g2', 1)];
    await expect(closeScopes(dying, inputs, T0 + 200, async () => byId(shards))).rejects.toThrow('the shard died');
    await graph.closeScopes(inputs);
    expect(await left()).toEqual([22, 23, 24]);
    expect(await graph.closeScopes(inputs)).toMatchObject([
      { removed: 0, rowsWritten: 0 },
      { removed: 0, rowsWritten: 0 },
    ]);
  });
});
